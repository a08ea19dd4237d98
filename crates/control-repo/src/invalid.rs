//! Why a single value was refused.

use diagnostics::Hint;

/// A value that does not fit, and how to write it, where that can be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Invalid {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Hint for Invalid {
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
