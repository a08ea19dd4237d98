//! What can go wrong with a download, told apart by what a person would do about it.

use std::io;
use std::path::{Path, PathBuf};

use diagnostics::Hint;
use sha256::Digest;

/// Why a document or a file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The HTTP client itself could not be made, e.g. because of an unusable proxy address.
    #[error("cannot set up HTTP: {reason}")]
    Setup {
        /// What the HTTP library says.
        reason: String,
    },
    /// Not an `http:`, `https:` or `file:` URL.
    #[error("`{url}` is not a usable URL: {reason}")]
    Url {
        /// The text as given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No connection came about: no such host, refused, no route, no valid certificate.
    #[error("cannot connect for `{url}`: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// The connection broke or went silent on the way.
    #[error("the transfer of `{url}` broke off: {reason}")]
    Interrupted {
        /// What was asked for.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// The server, or the folder of a `file:` URL, does not have it.
    #[error("`{url}` does not exist")]
    Missing {
        /// What was asked for.
        url: String,
    },
    /// Any other HTTP status that is not success.
    #[error("`{url}` was answered with HTTP status {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The status code.
        status: u16,
    },
    /// More bytes came than were allowed or announced.
    #[error("`{url}` is longer than the {limit} bytes expected")]
    TooLong {
        /// What was asked for.
        url: String,
        /// The most that was acceptable, in bytes.
        limit: u64,
    },
    /// The content is not what it should be, also when asked for a second time.
    #[error("`{url}` has SHA-256 {found}, expected {expected}")]
    WrongDigest {
        /// What was asked for.
        url: String,
        /// The digest the caller gave.
        expected: Digest,
        /// The digest of what came.
        found: Digest,
    },
    /// No room where the file should go.
    #[error("no space left in `{}`", folder.display())]
    DiskFull {
        /// The folder written to.
        folder: PathBuf,
    },
    /// A local file could not be read, made or renamed.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// `read`, `write` or `create`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Given up because another download of the same call failed; that one's error is the one reported.
    #[error("the transfer of `{url}` was given up")]
    Cancelled {
        /// What was asked for.
        url: String,
    },
}

impl Error {
    /// Whether the server answered that there is no such document.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }

    /// Whether the server was not reached, or fell silent: the same request may work later or elsewhere.
    pub fn is_network(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Interrupted { .. })
    }

    /// Whether it is this machine's fault, so that another server would not help.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Setup { .. } | Self::DiskFull { .. } | Self::Io { .. })
    }

    /// An I/O error of writing to `path`, a full disk told apart.
    pub(crate) fn writing(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { folder: path.parent().unwrap_or(path).to_owned() }
            }
            _ => Self::Io { action: "write", path: path.to_owned(), source },
        }
    }

    /// An error of the HTTP library, by what it is about. `url` is the one asked for, before redirects.
    pub(crate) fn transport(url: &str, error: &reqwest::Error) -> Self {
        let url = url.to_owned();
        let reason = innermost(error);
        if error.is_builder() {
            Self::Url { url, reason }
        } else if error.is_connect() {
            Self::Unreachable { url, reason }
        } else {
            Self::Interrupted { url, reason }
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unreachable { reason, .. } if reason.contains("certificate") => {
                "check the clock of this machine and its CA certificates (package `ca-certificates`)"
            }
            Self::Unreachable { .. } => {
                "check that the server is up, that its name is right, and which proxy is set (`http_proxy`)"
            }
            Self::Interrupted { .. } => "try again; the server or a proxy on the way closed the connection",
            Self::Status { status: 401 | 403 | 407, .. } => {
                "the server or a proxy on the way wants credentials or forbids this address"
            }
            Self::WrongDigest { .. } | Self::TooLong { .. } => {
                "the mirror or a proxy on the way serves altered or outdated files; try another mirror"
            }
            Self::DiskFull { .. } => "make room there, or choose another folder",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// The text of the last error in the chain of sources: the others only say that there was one.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
