//! What can be wrong with a catalog's text.

use diagnostics::Hint;

/// Why a catalog cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no JSON.
    #[error("the catalog is not JSON")]
    Json(#[from] serde_json::Error),
    /// Something that every catalog has is missing or of another kind.
    #[error("the catalog has no {expected} at `{place}`")]
    Form {
        /// Where, as a path of keys.
        place: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// An edge names a resource that is not there.
    #[error("the catalog's edges name `{0}`, which is not among its resources")]
    UnknownReference(String),
}

impl Hint for Error {}
