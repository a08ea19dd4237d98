//! What can go wrong with modules.

use std::io;
use std::path::PathBuf;

use diagnostics::{Diagnostics, Hint};

/// Why modules could not be installed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The Puppetfile is wrong, or names what cannot be installed; each with its place.
    #[error(transparent)]
    Invalid(Diagnostics),
    /// The control repository.
    #[error(transparent)]
    Repository(#[from] control_repo::Error),
    /// Fetching a package.
    #[error(transparent)]
    Debian(#[from] debian::Error),
    /// Reading a package.
    #[error(transparent)]
    Dpkg(#[from] dpkg::Error),
    /// A package that holds no module.
    #[error("the Debian package `{package}` holds no Puppet module")]
    NoModule {
        /// Its name.
        package: String,
    },
    /// A folder stands where a module should go, and effigy did not make it.
    #[error("{} is in the way of the module `{module}`: effigy did not install it", .folder.display())]
    InTheWay {
        /// The folder.
        folder: PathBuf,
        /// The module.
        module: String,
    },
    /// A file or folder.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// A verb.
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid(diagnostics) => diagnostics.hint(),
            Self::Repository(error) => error.hint(),
            Self::Debian(error) => error.hint(),
            Self::Dpkg(error) => error.hint(),
            Self::NoModule { .. } => {
                Some("packages of modules are named `puppet-module-OWNER-NAME`; `apt-cache search puppet-module` lists them".into())
            }
            Self::InTheWay { .. } => {
                Some("move your own modules to a folder of their own, e.g. `site/`, or say `local: true` in the Puppetfile".into())
            }
            Self::Io { .. } => None,
        }
    }
}
