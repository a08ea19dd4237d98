//! Why a value cannot be made, in Puppet's words.

use diagnostics::Hint;

use crate::format::FormatError;

/// No value can be made of these arguments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConversionError {
    /// The type has no instances that could be made.
    #[error("Creation of new instance of type '{0}' is not supported")]
    Unsupported(String),
    /// The arguments fit no form, or what they make is not of the type.
    #[error("{0}")]
    Mismatch(String),
    /// A text or a value does not say what it would have to.
    #[error("{0}")]
    Failed(String),
    /// A format is wrong.
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl ConversionError {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }
}

impl Hint for ConversionError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Unsupported(name) => {
                Some(format!("`{name}` only tells values apart; make one of another type"))
            }
            Self::Format(error) => error.hint(),
            Self::Mismatch(_) | Self::Failed(_) => None,
        }
    }
}
