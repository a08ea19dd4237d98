//! Why a build failed: mostly others' errors, with what was being built.

use std::io;
use std::path::PathBuf;

use diagnostics::Hint;
use sha256::Digest;

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The control repository.
    #[error(transparent)]
    Repository(#[from] control_repo::Error),
    /// The Debian archive.
    #[error(transparent)]
    Debian(#[from] debian::Error),
    /// A download.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// Unpacking packages.
    #[error(transparent)]
    Dpkg(#[from] dpkg::Error),
    /// The sandbox.
    #[error(transparent)]
    Sandbox(#[from] sandbox::Error),
    /// Compiling or applying.
    #[error(transparent)]
    Puppet(#[from] puppet::Error),
    /// Resources that our own types cannot apply, in a build that is to do without real Puppet.
    #[error("{}", told(.0))]
    Foreign(Vec<Foreign>),
    /// The process that applies a catalog died.
    #[error("applying the catalog ended with {exit} and without an answer:\n{words}")]
    Applying {
        /// Exit code or signal.
        exit: String,
        /// What it wrote.
        words: String,
    },
    /// Planning.
    #[error(transparent)]
    Plan(#[from] plan::Error),
    /// The files of a database server.
    #[error(transparent)]
    Mariadb(#[from] mariadb::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Layers and images.
    #[error(transparent)]
    Oci(#[from] oci::Error),
    /// Modules.
    #[error(transparent)]
    Modules(#[from] modules::Error),
    /// A registry.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// A layer of a base that cannot be unpacked.
    #[error("layer `{}` cannot be unpacked: {reason}", digest.oci())]
    Layer {
        /// Its blob.
        digest: Digest,
        /// What is wrong with it.
        reason: String,
    },
    /// A base without something that real Puppet wants to see before it does anything.
    #[error("the base {base} has no `{lacks}`, without which Puppet does not work on it")]
    Bare {
        /// Its reference.
        base: String,
        /// A path or a program.
        lacks: &'static str,
    },
    /// A base for other machines.
    #[error("the base {base} is made for {found}, and this machine is {wanted}")]
    BaseArchitecture {
        /// Its reference.
        base: String,
        /// What it says.
        found: String,
        /// This machine's.
        wanted: &'static str,
    },
    /// An image that is not in the store, in a run that may not ask for it.
    #[error("the base {image} is not in the store, and this run is offline")]
    NotInStore {
        /// Its reference.
        image: String,
    },
    /// Something this version cannot do yet.
    #[error("{what}: not yet")]
    NotYet {
        /// What was asked for.
        what: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// Nobody says where packages come from.
    #[error("no Debian mirror is known for `{0}`")]
    NoMirror(String),
    /// Commands in a fresh root failed.
    #[error("configuring the packages of {what} failed ({exit}):\n{words}")]
    Configure {
        /// Which root.
        what: String,
        /// Exit code or signal.
        exit: String,
        /// The end of what they wrote.
        words: String,
    },
    /// A file or folder.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// A verb, e.g. `read`.
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// An error, and which of several images it is about.
    #[error("building {image}: {source}")]
    Image {
        /// Its name.
        image: String,
        /// What went wrong.
        source: Box<Error>,
    },
}

/// A resource that only real Puppet can apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// As Puppet writes it, e.g. `Mysql_user[x]`.
    pub resource: String,
    /// What our own types lack.
    pub reason: String,
    /// The manifest that declares it and the line.
    pub declared: Option<(PathBuf, u32)>,
}

fn told(foreign: &[Foreign]) -> String {
    let mut text = match foreign.len() {
        1 => "a resource is not applied natively".to_owned(),
        count => format!("{count} resources are not applied natively"),
    };
    for Foreign { resource, reason, declared } in foreign {
        let place = declared.as_ref().map(|(file, line)| format!(" ({}:{line})", file.display()));
        text.push_str(&format!("\n  {resource}{}\n    {reason}", place.unwrap_or_default()));
    }
    text
}

impl Error {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// The error itself, without the image it is about.
    pub fn cause(&self) -> &Self {
        match self {
            Self::Image { source, .. } => source.cause(),
            other => other,
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Repository(error) => error.hint(),
            Self::Debian(error) => error.hint(),
            Self::Fetch(error) => error.hint(),
            Self::Dpkg(error) => error.hint(),
            Self::Sandbox(error) => error.hint(),
            Self::Puppet(error) => error.hint(),
            Self::Plan(error) => error.hint(),
            Self::Mariadb(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Oci(error) => error.hint(),
            Self::Modules(error) => error.hint(),
            Self::Registry(error) => error.hint(),
            Self::Foreign(_) => {
                Some("let real Puppet apply it: `engine: auto` or `engine: puppet`".to_owned())
            }
            Self::NotInStore { .. } => Some("build once without `--offline`".to_owned()),
            Self::Bare { .. } => Some("start from an image of a distribution".to_owned()),
            Self::BaseArchitecture { .. } => {
                Some("name an image for this architecture, or build on a machine of the other".to_owned())
            }
            Self::Image { source, .. } => source.hint(),
            Self::NotYet { instead, .. } => Some((*instead).to_owned()),
            Self::NoMirror(base) => Some(format!(
                "give `mirror:` to the base `{base}` in effigy.yaml, or set EFFIGY_DEBIAN_MIRROR to the URL of a \
                 Debian mirror"
            )),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some space, e.g. with `effigy prune`, or move the store with `--store`".to_owned())
            }
            Self::Configure { .. } | Self::Applying { .. } | Self::Layer { .. } | Self::Io { .. } => None,
        }
    }
}
