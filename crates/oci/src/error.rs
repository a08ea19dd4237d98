//! What can go wrong with images.

use std::io;
use std::path::{Path, PathBuf};

use diagnostics::Hint;
use sha256::Digest;

/// Why an image, or a part of one, could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something of the tree could not be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What was made could not be handed on.
    #[error("cannot write: {0}")]
    Write(#[source] io::Error),
    /// Something could not be written to a folder that the caller named.
    #[error("cannot write `{}`: {source}", path.display())]
    WriteTo {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that was written to while its layer was made.
    #[error("`{}` changed while it was read: {found} bytes, {expected} expected", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Bytes that were there.
        found: u64,
        /// Bytes that it was said to have.
        expected: u64,
    },
    /// A file whose name means a removal in a layer.
    #[error(
        "`{}` cannot be part of an image: in a layer, names that begin with `.wh.` mean removals",
        path.display()
    )]
    WhiteoutName {
        /// The file.
        path: PathBuf,
    },
    /// The overlay points elsewhere for content, which a layer cannot.
    #[error(
        "`{}` has the attribute `{attribute}`: its content is elsewhere, it cannot become a layer",
        path.display()
    )]
    Redirected {
        /// The file or folder.
        path: PathBuf,
        /// The overlay's own extended attribute.
        attribute: String,
    },
    /// An extended attribute whose name tar cannot carry.
    #[error(
        "`{}` has an extended attribute `{attribute}`, a name with `=` cannot be stored in a tar",
        path.display()
    )]
    AttributeName {
        /// The file or folder.
        path: PathBuf,
        /// The attribute.
        attribute: String,
    },
    /// A manifest or configuration that cannot be understood.
    #[error("blob `{}` is not a valid {what}: {source}", digest.oci())]
    Json {
        /// `manifest` or `configuration`.
        what: &'static str,
        /// The blob.
        digest: Digest,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Lists that should be of one length are not.
    #[error("the image has {layers} layers, but its {what} tells of {found}")]
    LayerCount {
        /// `history` or `list of diff ids`.
        what: &'static str,
        /// How many layers there are.
        layers: usize,
        /// How many the other list has.
        found: usize,
    },
    /// A layer that is not what the configuration says.
    #[error("layer `{}` unpacks to `{}`, `{}` expected", digest.oci(), found.oci(), expected.oci())]
    DiffId {
        /// The stored blob.
        digest: Digest,
        /// The digest of its tar.
        found: Digest,
        /// The digest that the configuration gives.
        expected: Digest,
    },
    /// A folder that is to be made exists.
    #[error("`{}` exists already", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder that is not what it is taken for, or not whole.
    #[error("`{}` cannot be used as {what}: {reason}", path.display())]
    Unusable {
        /// The file or folder.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// Why it is not.
        reason: String,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// For `map_err`.
    pub(crate) fn read(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Read { path: path.as_ref().to_owned(), source }
    }

    pub(crate) fn unusable(path: &Path, what: &'static str, reason: String) -> Self {
        Self::Unusable { path: path.to_owned(), what, reason }
    }

    /// For `map_err`. What the store said about a full disk comes out as itself.
    pub(crate) fn write(source: io::Error) -> Self {
        match source.downcast::<store::Error>() {
            Ok(explained) => Self::Store(explained),
            Err(source) => Self::Write(source),
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::WhiteoutName { .. } => "rename or remove the file in the step that makes it",
            Self::Redirected { .. } => "mount the overlay with `redirect_dir=off,metacopy=off`",
            Self::Changed { .. } => "see to it that nothing runs in the tree any more",
            Self::DiffId { .. } | Self::Json { .. } => "build or pull the image again",
            Self::Exists { .. } => "name a new folder",
            Self::Store(error) => return error.hint(),
            Self::Read { .. }
            | Self::Write(_)
            | Self::WriteTo { .. }
            | Self::AttributeName { .. }
            | Self::Unusable { .. }
            | Self::LayerCount { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
