//! How a call ends without a value.

use values::Value;

/// What ends a call other than its value.
#[derive(Clone, Debug)]
pub enum Raised {
    /// An error.
    Failure(Box<Failure>),
    /// `break()`: the iteration around ends.
    Break,
    /// `next(value)`: this round of the iteration ends with a value.
    Next(Value),
    /// `return(value)`: the function, class or defined type around ends with a value.
    Return(Value),
}

/// An error of the Puppet program, in Puppet's words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The message, without place.
    pub message: String,
    /// What a person is told beside it.
    pub hint: Option<String>,
    /// Where it happened, if that is known: the evaluator fills it in with the place of the call.
    pub place: Option<diagnostics::Place>,
    /// The calls around, innermost first.
    pub trace: Vec<diagnostics::Place>,
}

impl Failure {
    /// An error whose place is that of the call.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, place: None, trace: Vec::new() }
    }

    /// With what a person is told beside the message.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl From<Failure> for Raised {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

impl diagnostics::Hint for Failure {
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
