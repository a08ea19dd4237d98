//! What can go wrong with an archive, told apart by what a person would do about it.

use std::io;
use std::path::{Path, PathBuf};

use diagnostics::Hint;
use sha256::Digest;

use crate::closure::Unsatisfiable;
use crate::date;

/// Why an archive, or something in it, could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something could not be downloaded.
    #[error("cannot use the archive at `{mirror}`")]
    Fetch {
        /// The mirror's URL.
        mirror: String,
        /// What happened.
        source: fetch::Error,
    },
    /// The mirror does not have the suite.
    #[error("`{mirror}` has no suite `{suite}`")]
    NoSuite {
        /// The mirror's URL.
        mirror: String,
        /// The suite asked for.
        suite: String,
    },
    /// The suite has no index of this component and architecture.
    #[error("suite `{suite}` has no component `{component}` for architecture `{architecture}`")]
    NoComponent {
        /// The suite asked for.
        suite: String,
        /// The component asked for.
        component: String,
        /// The architecture asked for.
        architecture: String,
    },
    /// A file of certificates cannot be used.
    #[error("keyring `{}` cannot be used: {reason}", path.display())]
    Keyring {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A release is not signed as it must be.
    #[error("`{url}` is not signed by a key that is trusted: {reason}")]
    Signature {
        /// The signed document.
        url: String,
        /// What is wrong with each signature.
        reason: String,
    },
    /// A release is another one than was asked for.
    #[error("`{url}` is suite `{suite}`, codename `{codename}`; expected `{expected}`")]
    WrongSuite {
        /// The signed document.
        url: String,
        /// Its `Suite`.
        suite: String,
        /// Its `Codename`.
        codename: String,
        /// What was asked for.
        expected: String,
    },
    /// A release's `Valid-Until` has passed.
    #[error("`{url}` expired on {}", date::show(*valid_until))]
    Expired {
        /// The signed document.
        url: String,
        /// Its `Valid-Until`, in seconds since 1970.
        valid_until: u64,
    },
    /// A document is not what its format asks for.
    #[error("`{origin}` cannot be read: {reason}")]
    Malformed {
        /// The URL or file.
        origin: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// An unpacked index is not the one the release names.
    #[error("`{origin}` has SHA-256 {found} when unpacked, expected {expected}")]
    WrongIndex {
        /// The URL or file.
        origin: String,
        /// What the release says.
        expected: Digest,
        /// What it is.
        found: Digest,
    },
    /// Offline, and the document was never fetched before.
    #[error("`{url}` is not in the cache, and fetching is switched off")]
    NotCached {
        /// The document.
        url: String,
    },
    /// No set of packages fulfils what was asked for.
    #[error(transparent)]
    Unsatisfiable(#[from] Unsatisfiable),
    /// A local file could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// `read`, `write` or `create`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn reading(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Io { action: "read", path: path.to_owned(), source }
    }

    pub(crate) fn writing(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Io { action: "write", path: path.to_owned(), source }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        const ANOTHER_MIRROR: &str =
            "name another mirror by `mirror:` under the base in effigy.yaml, or in EFFIGY_DEBIAN_MIRROR";
        let hint = match self {
            Self::Fetch { source, .. } if source.is_local() => return source.hint(),
            Self::Fetch { source, .. } => {
                let own = source.hint().map(|hint| hint + "; ").unwrap_or_default();
                return Some(own + ANOTHER_MIRROR);
            }
            Self::NoSuite { .. } => {
                return Some(format!("check the name of the release; {ANOTHER_MIRROR}"));
            }
            Self::Malformed { .. } | Self::WrongSuite { .. } | Self::WrongIndex { .. } => ANOTHER_MIRROR,
            Self::NoComponent { .. } => {
                "Debian's components are `main`, `contrib`, `non-free-firmware`, `non-free`"
            }
            Self::Keyring { .. } => "install the package `debian-archive-keyring`, or name another keyring",
            Self::Signature { .. } => {
                "update the package `debian-archive-keyring`; if its keys are current, do not trust this mirror"
            }
            Self::Expired { .. } => {
                "check the clock of this machine and whether the mirror is kept up to date; \
                 to use an old state of the archive on purpose, set `allow_expired`"
            }
            Self::NotCached { .. } => "run once without `offline`",
            Self::Unsatisfiable(error) => return error.hint(),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space or choose another directory"
            }
            Self::Io { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
