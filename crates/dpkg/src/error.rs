//! What can go wrong with packages as files, and how to mend it.

use std::io;
use std::path::{Path, PathBuf};

use diagnostics::Hint;

/// An error of reading or unpacking packages.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The package's file cannot be opened or read.
    #[error("cannot read `{path}`")]
    Read {
        /// The package's file.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// The file is something else, or of a kind that this reader does not know.
    #[error("`{path}` is not a Debian package: {reason}")]
    NotAPackage {
        /// The file.
        path: PathBuf,
        /// What was found and expected.
        reason: String,
    },
    /// A member of the package is compressed in a way that is not read here.
    #[error("`{path}`: member `{member}` is not readable; expected no compression, gz, xz or zst")]
    Compression {
        /// The package's file.
        path: PathBuf,
        /// The member's full name, e.g. `data.tar.bz2`.
        member: String,
    },
    /// A member's content does not decompress or is no tar archive.
    #[error("`{path}` is damaged: `{member}` cannot be read")]
    Damaged {
        /// The package's file.
        path: PathBuf,
        /// The member's full name.
        member: String,
        /// What the decoder said.
        source: io::Error,
    },
    /// A member holds something that no sound package holds.
    #[error("`{path}`: {reason}")]
    Content {
        /// The package's file.
        path: PathBuf,
        /// What was found and expected.
        reason: String,
    },
    /// Two packages of the set have the same name.
    #[error("`{second}` brings package `{name}`, which `{first}` brings already")]
    Twice {
        /// The package's name.
        name: String,
        /// The file of the earlier one.
        first: PathBuf,
        /// The file of the later one.
        second: PathBuf,
    },
    /// Two packages ship the same path.
    #[error("packages `{first}` and `{second}` both ship `/{path}`, and neither replaces the other")]
    Conflict {
        /// The path, without a leading slash.
        path: String,
        /// The earlier package's name.
        first: String,
        /// The later package's name.
        second: String,
    },
    /// The root already holds something.
    #[error("`{root}` is not an empty directory: it holds `{found}`")]
    NotEmpty {
        /// The root.
        root: PathBuf,
        /// One of the names in it.
        found: String,
    },
    /// Something cannot be made below the root.
    #[error("cannot {action} `{path}` in `{root}`")]
    Write {
        /// What was tried, e.g. `create`.
        action: &'static str,
        /// The path below the root.
        path: String,
        /// The root.
        root: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// The content of an entry cannot be read to its end.
    #[error("the content of `{path}` cannot be read")]
    Unreadable {
        /// The entry's path.
        path: String,
        /// What the reader said.
        source: io::Error,
    },
    /// A link of an extracted tree points out of it.
    #[error("`{deb}`: `{path}` links to `{target}`, which lies outside of what is extracted")]
    LinkLeadsOut {
        /// The package's file.
        deb: PathBuf,
        /// The link's path in the package.
        path: String,
        /// What it links to.
        target: String,
    },
}

impl Error {
    pub(crate) fn content(path: &Path, reason: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn not_a_package(path: &Path, reason: impl Into<String>) -> Self {
        Self::NotAPackage { path: path.to_owned(), reason: reason.into() }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Read { .. } | Self::Unreadable { .. } | Self::LinkLeadsOut { .. } => return None,
            Self::NotAPackage { .. } | Self::Damaged { .. } | Self::Content { .. } => {
                "remove the file and fetch it again; if it stays so, the archive it comes from is at fault"
                    .into()
            }
            Self::Compression { .. } => "repack it with `dpkg-deb -R` and `dpkg-deb -Zxz -b`".into(),
            Self::Twice { .. } => "name each package once, and for one architecture only".into(),
            Self::Conflict { second, .. } => {
                format!("leave `{second}` out here and install it with `apt-get` once the root is configured")
            }
            Self::NotEmpty { .. } => "give an empty directory".into(),
            Self::Write { source, .. } => return write_hint(source).map(str::to_owned),
        })
    }
}

fn write_hint(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        io::ErrorKind::PermissionDenied => Some("run as root or as root of a user namespace"),
        io::ErrorKind::InvalidInput => Some("map more user and group ids: see subuid(5) and newuidmap(1)"),
        io::ErrorKind::StorageFull => Some("free some space or choose another directory"),
        io::ErrorKind::Unsupported => {
            Some("this needs Linux 5.6 or later and a file system with the usual attributes")
        }
        _ => None,
    }
}
