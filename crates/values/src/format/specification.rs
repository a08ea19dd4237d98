//! One format as manifests write it, `%#10.3x`, and what a container's format says besides.

use std::sync::Arc;

use ecow::EcoString;

use super::error::FormatError;
use super::formats::Formats;

/// A format: `%<flags><width>.<precision><letter>`.
#[derive(Clone, Debug)]
pub(crate) struct Specification {
    /// As it was written; Ruby's `sprintf` is given this.
    pub text: EcoString,
    /// The letter.
    pub letter: char,
    /// `-`
    pub left: bool,
    /// `#`
    pub alternate: bool,
    /// Whether a blank is among the flags: containers then have no delimiters.
    pub blank: bool,
    /// `[`, `{`, `(`, `<` or `|`.
    pub delimiter: Option<char>,
    /// The least number of characters.
    pub width: Option<usize>,
    /// The greatest number of characters, or of fractional digits.
    pub precision: Option<usize>,
    /// What stands between the elements of a container.
    pub separator: Option<EcoString>,
    /// What stands between a key and its value.
    pub assignment: Option<EcoString>,
    /// How the elements are formatted.
    pub contained: Option<Arc<Formats>>,
}

impl Specification {
    /// Reads a format.
    pub(crate) fn parse(text: &str) -> Result<Self, FormatError> {
        let read = || text.split('\n').find_map(Self::read);
        let (flags, width, precision, letter) = read().ok_or_else(|| FormatError::NotAFormat(text.into()))?;
        let given = |flag: char| flags.contains(flag);
        if flags
            .chars()
            .enumerate()
            .any(|(place, flag)| flags.chars().take(place).any(|earlier| earlier == flag))
        {
            return Err(FormatError::FlagTwice(text.into()));
        }
        let mut delimiters = ['[', '{', '(', '<', '|'].into_iter().filter(|delimiter| given(*delimiter));
        let delimiter = delimiters.next();
        if delimiters.next().is_some() {
            return Err(FormatError::Delimiters(text.into()));
        }
        Ok(Self {
            text: text.into(),
            letter,
            left: given('-'),
            alternate: given('#'),
            blank: given(' '),
            delimiter,
            width,
            precision,
            separator: None,
            assignment: None,
            contained: None,
        })
    }

    /// Flags, width, precision and letter of a line.
    fn read(line: &str) -> Option<(&str, Option<usize>, Option<usize>, char)> {
        let rest = line.strip_prefix('%')?;
        let is_flag = |character: char| "[+#0{<(|-".contains(character) || character.is_ascii_whitespace();
        let (flags, rest) = rest.split_at(rest.find(|character| !is_flag(character))?);
        let digits = |text: &str| text.find(|character: char| !character.is_ascii_digit());
        let number = |text: &str| text.parse().unwrap_or(usize::MAX);
        let (width, rest) = rest.split_at(digits(rest)?);
        let (precision, rest) = match rest.strip_prefix('.') {
            Some(rest) => {
                let (precision, rest) = rest.split_at(digits(rest)?);
                (Some(precision).filter(|digits| !digits.is_empty()).map(number).map(Some)?, rest)
            }
            None => (None, rest),
        };
        let mut letters = rest.chars();
        let letter = letters.next().filter(char::is_ascii_alphabetic)?;
        letters.next().is_none().then_some(())?;
        let width = if width.is_empty() { None } else { Some(number(width)) };
        Some((flags, width, precision, letter))
    }

    /// With another format over it: of this remains what the other leaves open.
    pub(crate) fn overridden_by(&self, other: &Self) -> Self {
        Self {
            separator: other.separator.clone().or_else(|| self.separator.clone()),
            assignment: other.assignment.clone().or_else(|| self.assignment.clone()),
            contained: match (&self.contained, &other.contained) {
                (Some(own), Some(others)) => Some(Arc::new(own.overridden_by(others))),
                (own, others) => others.clone().or_else(|| own.clone()),
            },
            ..other.clone()
        }
    }

    /// What stands before and after a container's elements.
    pub(crate) fn delimiters(&self, usual: (&'static str, &'static str)) -> (&'static str, &'static str) {
        match self.delimiter {
            Some('[') => ("[", "]"),
            Some('{') => ("{", "}"),
            Some('(') => ("(", ")"),
            Some('<') => ("<", ">"),
            Some(_) => ("|", "|"),
            None if self.blank => ("", ""),
            None => usual,
        }
    }

    /// The format with another letter, as Ruby is given it.
    pub(crate) fn with_letter(&self, letter: char) -> String {
        self.text.as_str().replace(self.letter, letter.encode_utf8(&mut [0; 4]))
    }
}
