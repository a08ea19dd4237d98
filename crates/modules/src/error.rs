//! What can go wrong with modules.

use std::io;
use std::path::PathBuf;

use diagnostics::{Diagnostics, Hint};

/// Why modules could not be resolved or installed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The Puppetfile or the lock file is wrong, or asks for what is not to be had; each with its place.
    #[error(transparent)]
    Invalid(Diagnostics),
    /// The control repository.
    #[error(transparent)]
    Repository(#[from] control_repo::Error),
    /// A download.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// Fetching a package.
    #[error(transparent)]
    Debian(#[from] debian::Error),
    /// Reading a package.
    #[error(transparent)]
    Dpkg(#[from] dpkg::Error),
    /// Opening the Debian archive, which is the caller's business; in the caller's words.
    #[error("the Debian archive cannot be opened: {0}")]
    Archive(String),
    /// Something has to be asked of a server, and that is forbidden.
    #[error("{what} is not in the store, and this run is offline")]
    Offline {
        /// What is missing.
        what: String,
    },
    /// A Forge's answer that cannot be used.
    #[error("`{url}` is no usable answer of a Forge: {reason}")]
    Forge {
        /// What was asked.
        url: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// An archive is not what its checksum says.
    #[error("`{url}` has {kind} {found}, expected {expected}")]
    Checksum {
        /// The archive.
        url: String,
        /// `MD5` or `SHA-256`.
        kind: &'static str,
        /// What the Forge or the Puppetfile says.
        expected: String,
        /// What came.
        found: String,
    },
    /// A branch, tag or commit that a repository does not have.
    #[error("`{url}` has no {reference}")]
    NoReference {
        /// The repository.
        url: String,
        /// E.g. ``tag `v1` ``.
        reference: String,
    },
    /// A text that is not safe to hand to git, or that git could not understand.
    #[error("`{text}` is not a git {what}")]
    UnsafeGit {
        /// The text.
        text: String,
        /// `address`, `reference`, `folder`.
        what: &'static str,
    },
    /// git failed.
    #[error("cannot {action} `{url}`: {words}")]
    Git {
        /// A verb.
        action: &'static str,
        /// The repository, without a password.
        url: String,
        /// The end of what git said.
        words: String,
    },
    /// An archive that is damaged, or holds what no module needs.
    #[error("{what} cannot be unpacked: {reason}")]
    Unpack {
        /// The module.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// A package that holds no module.
    #[error("the Debian package `{package}` holds no Puppet module")]
    NoModule {
        /// Its name.
        package: String,
    },
    /// The lock file pins a package that the archive no longer has.
    #[error("effigy.lock pins `{package}` {version}, but the Debian archive {found}")]
    PackageMoved {
        /// Its name.
        package: String,
        /// The pinned version.
        version: String,
        /// E.g. `has 1.2-2`.
        found: String,
    },
    /// A folder stands where a module should go, and effigy did not make it.
    #[error("{} is in the way of the module `{module}`: effigy did not install it", .folder.display())]
    InTheWay {
        /// The folder.
        folder: PathBuf,
        /// The module.
        module: String,
    },
    /// An installed module was changed by hand and would be lost.
    #[error("{} was changed since effigy installed it ({changes}), and would be {fate}", .folder.display())]
    Changed {
        /// The module's folder.
        folder: PathBuf,
        /// Which files.
        changes: String,
        /// `replaced` or `removed`.
        fate: &'static str,
    },
    /// A name on the command line that is no installed or locked module.
    #[error("there is no module `{name}`")]
    Unknown {
        /// As typed.
        name: String,
        /// The nearest that there is.
        nearest: Option<String>,
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

    /// Whether the user's own files or words are the cause, rather than the world outside.
    pub fn is_input(&self) -> bool {
        matches!(
            self,
            Self::Invalid(_)
                | Self::NoReference { .. }
                | Self::UnsafeGit { .. }
                | Self::NoModule { .. }
                | Self::InTheWay { .. }
                | Self::Changed { .. }
        )
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Invalid(diagnostics) => return diagnostics.hint(),
            Self::Repository(error) => return error.hint(),
            Self::Fetch(error) => return error.hint(),
            Self::Debian(error) => return error.hint(),
            Self::Dpkg(error) => return error.hint(),
            Self::Unknown { nearest, .. } => {
                return nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"));
            }
            Self::Offline { .. } => "run the same without `--offline` once",
            Self::Forge { .. } => {
                "check the address: `forge` in the Puppetfile, `modules: {forge: URL}` in effigy.yaml, or EFFIGY_FORGE"
            }
            Self::Checksum { .. } => {
                "the mirror or a proxy on the way serves altered or outdated files; try another mirror"
            }
            Self::NoReference { .. } => "mend the reference in the Puppetfile, or push it to the repository",
            Self::UnsafeGit { what: "address", .. } => {
                "write an https, ssh, git or file URL, `user@host:path`, or a path"
            }
            Self::UnsafeGit { .. } => "write it as git would show it",
            Self::Git { .. } => {
                "try `git ls-remote` with the same address; effigy asks for no password, so keep one in a \
                 credential helper or use an SSH agent"
            }
            Self::Unpack { .. } => "ask whoever publishes the module for a sound archive",
            Self::NoModule { .. } => {
                "packages of modules are named `puppet-module-OWNER-NAME`; `apt-cache search puppet-module` lists them"
            }
            Self::PackageMoved { .. } => "run `effigy modules update` to take what there is",
            Self::InTheWay { .. } => {
                "remove it, so that effigy can install it; or, if it is your own, move it to a folder such as `site/`, or \
                 say `local: true` in the Puppetfile"
            }
            Self::Changed { .. } => {
                "keep the changes elsewhere, e.g. as a fork that the Puppetfile names, or give them up with `--force`"
            }
            Self::Archive(_) | Self::Io { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
