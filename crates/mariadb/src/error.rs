//! What can go wrong, and, apart from it, why a data directory is better left alone.

use std::io;
use std::path::{Path, PathBuf};

use diagnostics::Hint;

/// Why files could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", .path.display())]
pub struct Error {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { action, path, source }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        (self.source.kind() == io::ErrorKind::StorageFull)
            .then(|| "free some space, e.g. with `effigy prune`, or move the store with `--store`".to_owned())
    }
}

/// Why an examination ended early.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Something is not as it must be; nothing was changed.
    Left(String),
    /// The system failed.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Goes on only if `holds`; otherwise `reason` says what was found.
pub(crate) fn require(holds: bool, reason: impl FnOnce() -> String) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::Left(reason())) }
}
