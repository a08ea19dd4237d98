//! Source texts, the byte spans in them, and the lines and columns people count in.
//!
//! Knows nothing of where a text comes from: the name is only shown.

use std::fmt;
use std::ops::Range;

/// A stretch of bytes in a source text, end exclusive. What lies beyond 4 GiB is clamped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte, never less than `start`.
    pub end: u32,
}

impl Span {
    /// From byte offsets. An `end` before `start` gives an empty span at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        let start = clamp(start);
        Self { start, end: clamp(end).max(start) }
    }

    /// The empty span before the byte at `offset`.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// For slicing. May lie outside of a text it was not made for; [`SourceFile::slice`] is safe.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place as people count it, both from 1. The column counts characters, not bytes or cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A named text with an index of its lines. Shared as `Arc<SourceFile>`.
#[derive(PartialEq, Eq)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// `name` is what diagnostics show, as a rule the path as the user would write it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| clamp(offset + 1))).collect();
        Self { name: name.into(), text, line_starts }
    }

    /// The name shown in diagnostics.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under `span`, clamped to the text and widened to whole characters.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[self.clip(span)]
    }

    /// Line and column of the character that holds the byte at `offset`; past the end, of the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.character_start(offset as usize);
        let line = self.line_of(offset);
        let column = self.text[self.line_start(line)..offset].chars().count();
        Position { line: clamp(line + 1), column: clamp(column + 1) }
    }

    /// The bytes under `span`, clamped to the text and widened to whole characters.
    pub(crate) fn clip(&self, span: Span) -> Range<usize> {
        let start = self.character_start(span.start as usize);
        let end = (span.end as usize).clamp(start, self.text.len());
        let end = (end..).find(|&offset| self.text.is_char_boundary(offset));
        start..end.expect("the end of the text is a boundary")
    }

    /// The byte range of whole lines around `range`, without the last line's break.
    pub(crate) fn lines_around(&self, range: Range<usize>) -> Range<usize> {
        let last = self.line_of(range.end);
        let end = match self.line_starts.get(last + 1) {
            Some(&next) => next as usize - 1,
            None => self.text.len(),
        };
        self.line_start(self.line_of(range.start))..end
    }

    /// The start of the character that holds the byte at `offset`; past the end, the end.
    fn character_start(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let start = (0..=offset).rev().find(|&offset| self.text.is_char_boundary(offset));
        start.expect("0 is a boundary")
    }

    /// Index, from 0, of the line that holds the byte at `offset`.
    fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start as usize <= offset) - 1
    }

    fn line_start(&self, line: usize) -> usize {
        self.line_starts[line] as usize
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceFile({:?}, {} bytes)", self.name, self.text.len())
    }
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let source = SourceFile::new("a", "né\r\n\n\tx");
        let cases = [(0, "1:1"), (1, "1:2"), (2, "1:2"), (3, "1:3"), (4, "1:4"), (5, "2:1"), (6, "3:1")];
        for (offset, expected) in cases.into_iter().chain([(7, "3:2"), (8, "3:3"), (99, "3:3")]) {
            assert_eq!(source.position(offset).to_string(), expected, "{offset}");
        }
        assert_eq!(SourceFile::new("a", "").position(0).to_string(), "1:1");
    }

    #[test]
    fn slices_are_clamped_and_never_cut_a_character() {
        let source = SourceFile::new("a", "né.");
        for (start, end, expected) in [(0, 1, "n"), (1, 2, "é"), (2, 3, "é"), (3, 99, "."), (50, 99, "")] {
            assert_eq!(source.slice(Span::new(start, end)), expected);
        }
    }

    #[test]
    fn spans_join_and_never_run_backwards() {
        assert_eq!(Span::new(5, 2), Span::at(5));
        assert_eq!(Span::new(5, 7).cover(Span::new(1, 2)), Span::new(1, 7));
        assert_eq!((Span::new(2, 6).len(), Span::at(3).is_empty()), (4, true));
    }
}
