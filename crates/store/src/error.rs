//! What can go wrong in a store.

use std::io;
use std::path::{Path, PathBuf};

use diagnostics::Hint;
use sha256::Digest;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder that holds something else.
    #[error("`{}` is not empty and is not a store", path.display())]
    NotAStore {
        /// The folder.
        path: PathBuf,
    },
    /// No store where one should be.
    #[error("there is no store at `{}`", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// A store in a format that this program does not know yet.
    #[error("the store at `{}` has format {found}, this program knows formats up to {known}", path.display())]
    Newer {
        /// The store.
        path: PathBuf,
        /// The format it says it has.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// The disk is full, or its quota is.
    #[error("no space left in `{}`: {}", folder.display(), free_text(*free_bytes, *free_files))]
    NoSpace {
        /// Where something was to be written.
        folder: PathBuf,
        /// Bytes free there for this user, 0 if unknown.
        free_bytes: u64,
        /// Files that can still be made there, 0 if unknown.
        free_files: u64,
    },
    /// An image name that OCI layouts do not allow.
    #[error(
        "`{name}` is not an image name: letters and digits, joined by one of `-._:@+` or by `/`, are expected"
    )]
    ImageName {
        /// The name as given.
        name: String,
    },
    /// A blob that should be there is not.
    #[error("the store has no blob `{}`", digest.oci())]
    NoBlob {
        /// Its digest.
        digest: Digest,
    },
    /// A blob of the wrong length.
    #[error("blob `{}` has {found} bytes, {expected} expected", digest.oci())]
    BlobLength {
        /// Its digest.
        digest: Digest,
        /// Its length on disk.
        found: u64,
        /// The length its descriptor gives.
        expected: u64,
    },
    /// A blob whose bytes are not what its name says.
    #[error("blob `{}` is damaged: its content has the digest `{}`", digest.oci(), found.oci())]
    BlobContent {
        /// Its name.
        digest: Digest,
        /// The digest of what it holds.
        found: Digest,
    },
    /// JSON of the wrong shape in the index, a manifest or a record.
    #[error("`{}` is not valid: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Something is mounted in a folder that was to be removed.
    #[error("`{}` is a mount point, it is not removed", path.display())]
    Mounted {
        /// Where.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// A verb, e.g. `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The bytes of a blob could not be had from where they come from.
    #[error("cannot read what was to be stored: {0}")]
    Source(#[source] io::Error),
}

impl Error {
    /// For `map_err`: says what was tried on what. A full disk becomes [`Error::NoSpace`].
    pub(crate) fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            let path = path.as_ref();
            match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    match source.downcast::<Self>() {
                        Ok(explained) => explained,
                        Err(_) => no_space(path),
                    }
                }
                _ => Self::Io { action, path: path.to_owned(), source },
            }
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotAStore { .. } => "name an empty or a new folder",
            Self::Missing { .. } => "build or pull an image first, or name another folder with `--store`",
            Self::Newer { .. } => "use a newer effigy, or another folder with `--store`",
            Self::NoSpace { .. } => "free space with `effigy prune`, or move the store with `--store`",
            Self::NoBlob { .. } | Self::BlobLength { .. } | Self::BlobContent { .. } => {
                "build or pull the image again"
            }
            Self::Mounted { .. } => "unmount it first",
            Self::ImageName { .. } | Self::Json { .. } | Self::Io { .. } | Self::Source(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// Looks up how much room there is where `path` was to be written.
fn no_space(path: &Path) -> Error {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let (free_bytes, free_files) =
        rustix::fs::statvfs(folder).map_or((0, 0), |free| (free.f_bavail * free.f_frsize, free.f_favail));
    Error::NoSpace { folder: folder.to_owned(), free_bytes, free_files }
}

fn free_text(bytes: u64, files: u64) -> String {
    let megabytes = bytes as f64 / 1e6;
    match files {
        0 => format!("{megabytes:.1} MB but no further file free"),
        _ => format!("{megabytes:.1} MB free"),
    }
}
