//! What can go wrong with a control repository.

use std::io;
use std::path::PathBuf;

use diagnostics::{Diagnostics, Hint};

/// Why a control repository cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither the folder nor any above it has an `effigy.yaml`.
    #[error("there is no `effigy.yaml` in `{start}` or any folder above it", start = start.display())]
    NotFound {
        /// Where the search began.
        start: PathBuf,
    },
    /// A file or folder cannot be read.
    #[error("cannot read `{path}`", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{path}`", path = path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is there but is not valid.
    #[error(transparent)]
    Invalid(Diagnostics),
    /// A path that a file gives does not exist.
    #[error("{what} `{path}` does not exist", path = path.display())]
    Missing {
        /// What the path was given for and where, e.g. ``the `manifest` of effigy.yaml,``.
        what: &'static str,
        /// The path in full.
        path: PathBuf,
    },
    /// There is no manifest anywhere that convention puts one.
    #[error("there is no manifest in `{root}`; looked for {tried}", root = root.display())]
    NoManifest {
        /// The repository's root.
        root: PathBuf,
        /// The places, in backticks.
        tried: &'static str,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => {
                Some("run `effigy init` in the control repository, or name its folder".to_owned())
            }
            Self::Invalid(diagnostics) => diagnostics.hint(),
            Self::Missing { .. } => Some("mend the path, or leave the key out".to_owned()),
            Self::NoManifest { .. } => Some(
                "write `manifests/site.pp`, or name the manifest with `manifest` in effigy.yaml".to_owned(),
            ),
            Self::Read { source, .. } if source.kind() == io::ErrorKind::InvalidData => {
                Some("save the file as UTF-8".to_owned())
            }
            Self::Read { .. } | Self::Write { .. } => None,
        }
    }
}
