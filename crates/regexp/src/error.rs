//! What can be wrong with a source, in Ruby's words, and what can go wrong in matching.

use std::fmt;

use diagnostics::Hint;

use crate::Flags;

/// Ruby refuses a source. Displays as Ruby's `RegexpError` does: `premature end of char-class: /[/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    problem: Problem,
    source: String,
    flags: Flags,
}

impl SyntaxError {
    pub(crate) fn new(problem: Problem, source: &str, flags: Flags) -> Self {
        Self { problem, source: source.to_owned(), flags }
    }

    /// The message without the source, e.g. `premature end of char-class`.
    pub fn message(&self) -> String {
        self.problem.to_string()
    }
}

impl std::error::Error for SyntaxError {}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: /", self.problem)?;
        write_source(f, &self.source)?;
        write!(f, "/{}", self.flags)
    }
}

impl Hint for SyntaxError {
    fn hint(&self) -> Option<String> {
        Some(match &self.problem {
            Problem::NumberedReference => "refer to groups by name, or name none of them".into(),
            Problem::PrematureClassEnd => "close the class with `]`, or write `\\[` for a bracket".into(),
            Problem::UnmatchedOpen => "close the group with `)`, or write `\\(` for a parenthesis".into(),
            Problem::UnmatchedClose => "write `\\)` for a parenthesis".into(),
            Problem::RepeatNothing => "write a backslash before `*`, `+` or `?` for the character".into(),
            Problem::LookBehind => {
                "give what stands in a look-behind a fixed length; only its outermost alternatives may differ"
                    .into()
            }
            _ => return None,
        })
    }
}

/// Shows a source the way Ruby shows it between slashes: as it is, unless something in it needs an escape.
pub(crate) fn write_source(f: &mut dyn fmt::Write, source: &str) -> fmt::Result {
    if !source.chars().any(|character| character == '/' || character.is_ascii_control()) {
        return f.write_str(source);
    }
    let mut rest = source.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                f.write_char('\\')?;
                if let Some(escaped) = rest.next() {
                    f.write_char(escaped)?;
                }
            }
            '/' => f.write_str("\\/")?,
            '\t'..='\r' => f.write_char(character)?,
            _ if character > '\u{ffff}' => write!(f, "\\u{{{:X}}}", u32::from(character))?,
            _ if !character.is_ascii() => write!(f, "\\u{:04X}", u32::from(character))?,
            _ if character.is_ascii_control() => write!(f, "\\x{:02X}", u32::from(character))?,
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}

/// Why Ruby refuses a source; the names in it are cut as Ruby cuts them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("too short escape sequence")]
    ShortEscape,
    #[error("too short escaped multibyte character")]
    ShortEscapedMultibyte,
    #[error("invalid multibyte escape")]
    InvalidMultibyteEscape,
    #[error("duplicate meta escape")]
    DuplicateMeta,
    #[error("too short meta escape")]
    ShortMeta,
    #[error("duplicate control escape")]
    DuplicateControl,
    #[error("too short control escape")]
    ShortControl,
    #[error("invalid hex escape")]
    InvalidHexEscape,
    #[error("invalid escape code")]
    InvalidEscapeCode,
    #[error("unexpected escape sequence")]
    UnexpectedEscape,
    #[error("invalid Unicode escape")]
    InvalidUnicodeEscape,
    #[error("invalid Unicode range")]
    InvalidUnicodeRange,
    #[error("invalid Unicode list")]
    InvalidUnicodeList,
    #[error("parse depth limit over")]
    TooDeep,
    #[error("empty char-class")]
    EmptyClass,
    #[error("premature end of char-class")]
    PrematureClassEnd,
    #[error("char-class value at end of range")]
    ClassEndsRange,
    #[error("unmatched range specifier in char-class")]
    UnmatchedRange,
    #[error("empty range in char class")]
    EmptyRange,
    #[error("invalid POSIX bracket type")]
    PosixBracket,
    #[error("target of repeat operator is not specified")]
    RepeatNothing,
    #[error("unmatched close parenthesis")]
    UnmatchedClose,
    #[error("end pattern with unmatched parenthesis")]
    UnmatchedOpen,
    #[error("end pattern in group")]
    EndInGroup,
    #[error("end pattern at escape")]
    EndAtEscape,
    #[error("undefined group option")]
    GroupOption,
    #[error("invalid pattern in look-behind")]
    LookBehind,
    #[error("invalid conditional pattern")]
    Conditional,
    #[error("too big number")]
    TooBigNumber,
    #[error("too big number for repeat range")]
    TooBigRepeat,
    #[error("upper is smaller than lower in repeat range")]
    RepeatBackwards,
    #[error("invalid backref number/name")]
    BackReference,
    #[error("numbered backref/call is not allowed. (use name)")]
    NumberedReference,
    #[error("too many capture groups are specified")]
    TooManyGroups,
    #[error("never ending recursion")]
    EndlessRecursion,
    #[error("group name is empty")]
    EmptyName,
    #[error("invalid group name <{0}>")]
    GroupName(String),
    #[error("invalid char in group name <{0}>")]
    CharInGroupName(String),
    #[error("undefined name <{0}> reference")]
    UndefinedName(String),
    #[error("undefined group <{0}> reference")]
    UndefinedGroup(String),
    #[error("multiplex definition name <{0}> call")]
    AmbiguousCall(String),
    #[error("invalid character property name {{{0}}}")]
    Property(String),
}

/// A name as it stands in a message: Ruby shows 47 bytes of it.
pub(crate) fn shown_name(name: &[char]) -> String {
    const SHOWN_BYTES: usize = 47;
    let text: String = name.iter().collect();
    match text.as_bytes().get(..SHOWN_BYTES) {
        Some(start) if text.len() > SHOWN_BYTES => format!("{}...", String::from_utf8_lossy(start)),
        _ => text,
    }
}

/// Matching could not be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatchError {
    /// More steps were needed than are allowed.
    #[error("matching `/{pattern}/` gave up after {limit} steps")]
    Limit {
        /// The source of the expression.
        pattern: String,
        /// How many steps are allowed.
        limit: usize,
    },
    /// Ruby can match with this expression, this crate cannot.
    #[error("`/{pattern}/` cannot be matched with: {reason}")]
    Unsupported {
        /// The source of the expression.
        pattern: String,
        /// What in it is the obstacle.
        reason: String,
    },
}

impl Hint for MatchError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Limit { .. } => {
                "avoid repetitions of repetitions that match the same text, e.g. write `a+` for `(a+)+`"
                    .into()
            }
            Self::Unsupported { .. } => "write the expression without it".into(),
        })
    }
}
