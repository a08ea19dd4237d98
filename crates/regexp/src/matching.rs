//! Matching, as Ruby's `Regexp` and `String` do it.
//!
//! The engine behind it is made on the first match, so an expression that is only looked at costs a parse.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use fancy_regex::{Error, RegexBuilder, RuntimeError};

use crate::error::write_source;
use crate::{Flags, MatchError, SyntaxError, translate};

/// How many steps back a match may take before it is given up.
const BACKTRACK_LIMIT: usize = 5_000_000;

/// A regular expression with Ruby's meaning.
pub struct Regexp {
    source: String,
    flags: Flags,
    tree: crate::ast::Tree,
    names: Vec<(String, Vec<usize>)>,
    engine: OnceLock<Result<fancy_regex::Regex, String>>,
}

impl Regexp {
    /// `Regexp.new(source)`.
    pub fn new(source: &str) -> Result<Self, SyntaxError> {
        Self::with_flags(source, Flags::default())
    }

    /// `Regexp.new(source, options)`.
    pub fn with_flags(source: &str, flags: Flags) -> Result<Self, SyntaxError> {
        let tree = crate::tree(source, flags)?;
        let names = translate::names(&tree);
        Ok(Self { source: source.to_owned(), flags, tree, names, engine: OnceLock::new() })
    }

    /// The source as given.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The flags as given; those in the source itself, as in `(?i)a`, do not count.
    pub fn options(&self) -> Flags {
        self.flags
    }

    /// The names of groups, in order, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> Result<bool, MatchError> {
        self.engine()?.is_match(text).map_err(|error| self.failure(&error))
    }

    /// The first match.
    pub fn captures<'r, 't>(&'r self, text: &'t str) -> Result<Option<Captures<'r, 't>>, MatchError> {
        self.captures_from(text, 0)
    }

    /// The first match that begins at a place or behind it. What is before can be looked at.
    ///
    /// `start` is a number of bytes, at a character's boundary.
    pub fn captures_from<'r, 't>(
        &'r self,
        text: &'t str,
        start: usize,
    ) -> Result<Option<Captures<'r, 't>>, MatchError> {
        let found = self.engine()?.captures_from_pos(text, start).map_err(|error| self.failure(&error))?;
        Ok(found.map(|captures| {
            let groups = captures.iter().map(|group| group.map(|group| group.range())).collect();
            Captures { text, groups, regexp: self }
        }))
    }

    /// All matches that do not overlap, as `String#gsub` and `String#scan` see them: behind an empty match
    /// the search goes on one character further.
    pub fn captures_iter<'r, 't>(&'r self, text: &'t str) -> CapturesIter<'r, 't> {
        CapturesIter { regexp: self, text, next: Some(0) }
    }

    /// `String#gsub`, or `String#sub` if only the first match counts, with what `replacement` gives for a
    /// match.
    pub fn replace(
        &self,
        text: &str,
        all: bool,
        mut replacement: impl FnMut(&Captures<'_, '_>) -> String,
    ) -> Result<String, MatchError> {
        let mut result = String::with_capacity(text.len());
        let mut copied = 0;
        for captures in self.captures_iter(text).take(if all { usize::MAX } else { 1 }) {
            let captures = captures?;
            let range = captures.range();
            result.push_str(text.get(copied..range.start).unwrap_or_default());
            result.push_str(&replacement(&captures));
            copied = range.end;
        }
        result.push_str(&text[copied..]);
        Ok(result)
    }

    /// `String#split`: what lies between matches, and what groups in them matched. Empty pieces at the end
    /// are left out.
    pub fn split<'t>(&self, text: &'t str) -> Result<Vec<&'t str>, MatchError> {
        let mut pieces = Vec::new();
        let mut begin = 0;
        let mut start = 0;
        let mut passed_empty = false;
        while start <= text.len() {
            let Some(captures) = self.captures_from(text, start)? else { break };
            let range = captures.range();
            if !range.is_empty() || range.start != start {
                pieces.push(&text[begin..range.start]);
                begin = range.end;
                start = begin;
            } else if passed_empty {
                pieces.push(&text[begin..start]);
                begin = start;
            } else {
                // An empty match where a piece begins cuts off nothing yet.
                start += text[start..].chars().next().map_or(1, char::len_utf8);
                passed_empty = true;
                continue;
            }
            passed_empty = false;
            pieces.extend((1..captures.len()).filter_map(|group| captures.get(group)));
        }
        if begin < text.len() {
            pieces.push(&text[begin..]);
        }
        while pieces.last().is_some_and(|piece| piece.is_empty()) {
            pieces.pop();
        }
        Ok(pieces)
    }

    fn engine(&self) -> Result<&fancy_regex::Regex, MatchError> {
        let engine = self.engine.get_or_init(|| {
            let pattern = translate::translate(&self.tree)?;
            let built = RegexBuilder::new(&pattern).backtrack_limit(BACKTRACK_LIMIT).build();
            built.map_err(|error| error.to_string())
        });
        engine.as_ref().map_err(|reason| MatchError::Unsupported {
            pattern: self.shown_source(),
            reason: reason.clone(),
        })
    }

    fn failure(&self, error: &Error) -> MatchError {
        let pattern = self.shown_source();
        match error {
            Error::RuntimeError(RuntimeError::BacktrackLimitExceeded | RuntimeError::StackOverflow) => {
                MatchError::Limit { pattern, limit: BACKTRACK_LIMIT }
            }
            _ => MatchError::Unsupported { pattern, reason: error.to_string() },
        }
    }

    fn shown_source(&self) -> String {
        let mut shown = String::new();
        // Writing to a string cannot fail.
        let _ = write_source(&mut shown, &self.source);
        shown
    }
}

/// Equal if source and flags are.
impl PartialEq for Regexp {
    fn eq(&self, other: &Self) -> bool {
        (&self.source, self.flags) == (&other.source, other.flags)
    }
}

impl Eq for Regexp {}

impl Clone for Regexp {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            flags: self.flags,
            tree: self.tree.clone(),
            names: self.names.clone(),
            engine: self.engine.clone(),
        }
    }
}

/// `/source/flags`, as Ruby inspects it.
impl fmt::Debug for Regexp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", self.shown_source(), self.flags)
    }
}

/// A match.
#[derive(Clone, Debug)]
pub struct Captures<'r, 't> {
    text: &'t str,
    groups: Vec<Option<Range<usize>>>,
    regexp: &'r Regexp,
}

impl<'t> Captures<'_, 't> {
    /// The text that was searched.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// How many groups there are, the whole match included.
    #[expect(clippy::len_without_is_empty, reason = "the whole match is always there")]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Where the whole match lies, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.span(0).unwrap_or_default()
    }

    /// Where a group lies, in bytes; 0 is the whole match. None if the group took no part.
    pub fn span(&self, group: usize) -> Option<Range<usize>> {
        let range = self.groups.get(group)?.clone()?;
        // `\K` in a look-ahead can begin a match behind its end.
        Some(range.start.min(range.end)..range.end)
    }

    /// What a group matched; 0 is the whole match. None if the group took no part.
    pub fn get(&self, group: usize) -> Option<&'t str> {
        self.text.get(self.span(group)?)
    }

    /// What the last group of a name matched that took part.
    pub fn name(&self, name: &str) -> Option<&'t str> {
        let (_, groups) = self.regexp.names.iter().find(|(known, _)| known == name)?;
        groups.iter().rev().find_map(|group| self.get(*group))
    }

    /// What comes before the match.
    pub fn before(&self) -> &'t str {
        &self.text[..self.range().start]
    }

    /// What comes behind the match.
    pub fn after(&self) -> &'t str {
        &self.text[self.range().end..]
    }

    /// A replacement as `String#sub` reads it: `\1`, `\0`, `\&`, `\k<name>`, `` \` ``, `\'` and `\\` stand
    /// for something, all else for itself.
    pub fn expand(&self, replacement: &str) -> String {
        let mut result = String::with_capacity(replacement.len());
        let mut rest = replacement;
        while let Some(place) = rest.find('\\') {
            result.push_str(&rest[..place]);
            rest = &rest[place + 1..];
            let Some(letter) = rest.chars().next() else {
                result.push('\\');
                break;
            };
            let mut length = letter.len_utf8();
            match letter {
                '0'..='9' => result.push_str(self.get(letter as usize - '0' as usize).unwrap_or_default()),
                '&' => result.push_str(self.get(0).unwrap_or_default()),
                '`' => result.push_str(self.before()),
                '\'' => result.push_str(self.after()),
                '\\' => result.push('\\'),
                'k' if rest[1..].starts_with('<') && rest.contains('>') => {
                    let end = rest.find('>').unwrap_or(rest.len() - 1);
                    let name = &rest[2..end];
                    let number = name.parse().ok().and_then(|group: usize| self.get(group));
                    result.push_str(number.or_else(|| self.name(name)).unwrap_or_default());
                    length = end + 1;
                }
                _ => {
                    result.push('\\');
                    result.push(letter);
                }
            }
            rest = &rest[length..];
        }
        result.push_str(rest);
        result
    }
}

/// The matches of a text, from left to right.
pub struct CapturesIter<'r, 't> {
    regexp: &'r Regexp,
    text: &'t str,
    next: Option<usize>,
}

impl<'r, 't> Iterator for CapturesIter<'r, 't> {
    type Item = Result<Captures<'r, 't>, MatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.next.take()?;
        let captures = match self.regexp.captures_from(self.text, start).transpose()? {
            Ok(captures) => captures,
            Err(error) => return Some(Err(error)),
        };
        let range = captures.range();
        let step = if range.is_empty() {
            self.text[range.end..].chars().next().map(char::len_utf8)
        } else {
            Some(0)
        };
        self.next = step.map(|step| range.end + step);
        Some(Ok(captures))
    }
}
