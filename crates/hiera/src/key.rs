//! Lookup keys: a root key, perhaps with segments behind dots that lead into its value.
//!
//! Knows how keys are written, not where their values come from.

use std::fmt;

use ecow::EcoString;
use values::Value;

/// A step into a value: an entry of a hash, or an element of an array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Digits alone, perhaps signed.
    Index(i64),
    /// Anything else, without its quotes.
    Name(EcoString),
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => index.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl From<&Segment> for Value {
    fn from(segment: &Segment) -> Self {
        match segment {
            Segment::Index(index) => Self::Integer(*index),
            Segment::Name(name) => Self::String(name.clone()),
        }
    }
}

/// `profile::web.vhosts.0`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    text: EcoString,
    root: EcoString,
    segments: Vec<Segment>,
}

impl Key {
    /// Takes a key apart; the problem where that cannot be done.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut segments = split(text)?.into_iter();
        let root = match segments.next() {
            Some(Segment::Name(name)) => name,
            Some(Segment::Index(index)) => index.to_string().into(),
            None => return Err("Syntax error"),
        };
        Ok(Self { text: text.into(), root, segments: segments.collect() })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The part that names an entry of a data file.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The parts behind the root key.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// What stands before the first `::` of the root key.
    pub fn module_name(&self) -> Option<&str> {
        self.root.split_once("::").map(|(name, _)| name)
    }

    /// A value made such that this key's segments lead to `value` in it.
    pub fn wrap(&self, value: Value) -> Value {
        self.segments.iter().rev().fold(value, |inner, segment| match segment {
            Segment::Index(index) => {
                let before = usize::try_from(*index).unwrap_or_default();
                Value::array(std::iter::repeat_n(Value::Undef, before).chain([inner]))
            }
            Segment::Name(name) => Value::hash([(name.clone(), inner)]),
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Cuts at the dots that are not in quotes.
pub(crate) fn split(key: &str) -> Result<Vec<Segment>, &'static str> {
    const PROBLEM: &str = "Syntax error";
    if !key.contains(['\'', '"', '.']) {
        return Ok(vec![Segment::Name(key.into())]);
    }
    let mut segments = Vec::new();
    let mut rest = key;
    loop {
        let length = token_length(rest).ok_or(PROBLEM)?;
        let (token, behind) = rest.split_at(length);
        segments.push(segment(token.trim()));
        if behind.is_empty() {
            return Ok(segments);
        }
        rest = behind.strip_prefix('.').ok_or(PROBLEM)?;
    }
}

/// The length of the quoted or bare word that a text begins with.
fn token_length(text: &str) -> Option<usize> {
    let blanks = text.len() - text.trim_start().len();
    let behind = &text[blanks..];
    if let Some(quote) = behind.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let content = behind[1..].find(quote)?;
        if content > 0 {
            let end = blanks + content + 2;
            let trailing = text[end..].len() - text[end..].trim_start().len();
            return Some(end + trailing);
        }
    }
    let length = text.find(['\'', '"', '.']).unwrap_or(text.len());
    (length > 0).then_some(length)
}

fn segment(token: &str) -> Segment {
    if let Some(quote) = token.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return Segment::Name(token.trim_matches(quote).into());
    }
    let digits = token.strip_prefix(['+', '-']).unwrap_or(token);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match token.parse() {
        Ok(index) if number => Segment::Index(index),
        _ => Segment::Name(token.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_cut_at_dots_outside_of_quotes() {
        let cases = [
            ("a", "a", ""),
            ("a.b.0", "a", "b|0"),
            ("a::b.'c.d'.e", "a::b", "c.d|e"),
            ("\"a.b\" . c", "a.b", "c"),
            ("12", "12", ""),
        ];
        for (text, root, segments) in cases {
            let key = Key::parse(text).unwrap();
            let found: Vec<String> = key.segments().iter().map(ToString::to_string).collect();
            assert_eq!((key.root(), found.join("|").as_str()), (root, segments), "{text}");
        }
        for text in ["a.", ".a", "a..b", "a.'b", "'a'b", ""] {
            let parsed = Key::parse(text);
            assert!(text.is_empty() || parsed.is_err(), "{text}: {parsed:?}");
        }
        assert_eq!(Key::parse("a::b").unwrap().module_name(), Some("a"));
    }
}
