//! What literals are made of.

use super::{Expression, Span};

/// A name or a text: short ones take no room of their own, and copies are cheap.
pub type Name = ecow::EcoString;

/// An integer and how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    /// Its value. Without sign: `-1` is a unary minus and 1. 0 where the number does not fit, which is an error.
    pub value: i64,
    /// How it was written.
    pub radix: Radix,
}

/// The base that an integer was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// `0777`.
    Octal,
    /// `511`.
    Decimal,
    /// `0x1FF`.
    Hexadecimal,
}

impl Radix {
    /// 8, 10 or 16.
    pub fn number(self) -> u32 {
        match self {
            Self::Octal => 8,
            Self::Decimal => 10,
            Self::Hexadecimal => 16,
        }
    }
}

/// A part of a string with interpolation.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// Text, its escapes resolved, and where it stands.
    Text(Name, Span),
    /// `${a}` or `$a`: the expression between the braces, or the variable.
    Interpolation(Expression),
}

/// A heredoc.
#[derive(Clone, Debug, PartialEq)]
pub struct Heredoc {
    /// The syntax that its text is said to have, as `json` in `@(END:json)`; empty if none.
    pub syntax: Name,
    /// A string or a concatenated string. Its span is the text's lines, which follow on the next line.
    pub text: Expression,
}

/// `key => value` of a hash.
#[derive(Clone, Debug, PartialEq)]
pub struct HashEntry {
    /// The key.
    pub key: Expression,
    /// The value.
    pub value: Expression,
    /// Where the arrow stands, which Puppet takes for the entry's place.
    pub arrow: Span,
}

impl HashEntry {
    /// From the key to the value.
    pub fn span(&self) -> Span {
        self.key.span.cover(self.value.span)
    }
}
