//! What cannot be formatted, in Puppet's and in Ruby's words.

use diagnostics::Hint;
use ecow::EcoString;

/// A format is wrong, or does not suit the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say what each is")]
pub enum FormatError {
    #[error("The format '{0}' is not a valid format on the form '%<flags><width>.<prec><format>'")]
    NotAFormat(EcoString),
    #[error("The same flag can only be used once, got '{0}'")]
    FlagTwice(EcoString),
    #[error("Only one of the delimiters [ {{ ( < | can be given in the format flags, got '{0}'")]
    Delimiters(EcoString),
    #[error(
        "Illegal format '{found}' specified for value of {kind} type \
         - expected one of the characters '{expected}'"
    )]
    Illegal { kind: &'static str, found: char, expected: &'static str },
    /// In the words of Ruby's `sprintf`.
    #[error("{0}")]
    Sprintf(String),
    /// A named argument is missing.
    #[error("key{0} not found")]
    Key(String),
    #[error("invalid value for {kind}(): {text}")]
    NotANumber { kind: &'static str, text: String },
    #[error("can't convert {name} into {kind}")]
    NotConverted { kind: &'static str, name: String },
    #[error("{0}")]
    FloatDomain(String),
    #[error("pack(U): value out of range")]
    OutOfRange,
    /// Bytes that are no text.
    #[error("\"\\x{0:02X}\" from ASCII-8BIT to UTF-8")]
    NotText(u8),
    #[error("no implicit conversion of {name} into {kind}")]
    NotImplicit { name: String, kind: &'static str },
    /// A format of a time is wrong, or a text does not have the format.
    #[error("{0}")]
    Time(String),
}

impl FormatError {
    pub(crate) fn sprintf(message: impl Into<String>) -> Self {
        Self::Sprintf(message.into())
    }
}

impl Hint for FormatError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotAFormat(_) => "write a format such as `%d`, `%-10s` or `%#x`".into(),
            Self::Key(key) => format!("add the key {key} to the hash of values"),
            Self::Illegal { .. } => {
                "give the format for this kind of value apart: `{Integer => '%x'}`".into()
            }
            _ => return None,
        })
    }
}
