//! What stops a catalog from being applied as a whole, and what stops one resource.

use diagnostics::Hint;

/// Why a catalog cannot be applied. The texts are Puppet's own.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A parameter's value is refused, a relationship leads nowhere, two resources stand for the same thing.
    #[error("{0}")]
    Invalid(String),
    /// Resources wait for each other.
    #[error("One or more resource dependency cycles detected in graph")]
    Cycle {
        /// Each cycle as Puppet writes it: `(A[a] => B[b] => A[a])`.
        paths: Vec<String>,
    },
    /// The catalog has resources that are not applied natively.
    #[error("`{reference}` is not applied natively: {reason}")]
    NotNative {
        /// The resource.
        reference: String,
        /// What is missing.
        reason: String,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid(_) => None,
            Self::Cycle { .. } => Some("take away one of the relationships of each cycle".to_owned()),
            Self::NotNative { .. } => Some("let real Puppet apply this catalog".to_owned()),
        }
    }
}

/// Why one resource could not be brought to its desired state, in Puppet's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What is told.
    pub text: String,
    /// Whether Puppet is surprised itself (an exception of Ruby's) and tells where it happened.
    pub surprise: bool,
    /// What was told of the surprise before a place was added to it.
    pub wrapped: Option<String>,
}

impl Failure {
    /// A failure that Puppet foresees.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), surprise: false, wrapped: None }
    }

    /// A failure that is an exception of Ruby's to Puppet.
    pub fn surprise(text: impl Into<String>) -> Self {
        Self { surprise: true, ..Self::new(text) }
    }

    /// A refusal of the kernel, as Ruby tells it: the reason, then the call's own words.
    pub fn kernel(error: &std::io::Error, call: &str) -> Self {
        Self::surprise(format!("{} @ {call}", reason(error)))
    }

    /// Adds which value of which property was to be set, and where it is declared, if it is a surprise.
    #[must_use]
    pub fn while_setting(self, value: &str, property: &str, located: &str) -> Self {
        if !self.surprise {
            return self;
        }
        let text = format!("Could not set '{value}' on {property}: {}{located}", self.text);
        Self { text, surprise: false, wrapped: Some(self.text) }
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The C library's text for an error of the kernel.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(reason, _)| reason.to_owned())
}
