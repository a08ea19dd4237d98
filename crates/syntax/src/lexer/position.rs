//! Where the text that a lexer reads stands in the file.
//!
//! A heredoc's text is read by a lexer of its own, after its margin was taken off; what that lexer finds is told in
//! places of the file.

use diagnostics::Span;

/// Maps offsets of a lexer's text to offsets of the file.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    /// For each line: its offset in the text, and in the file. Empty where both are the same.
    lines: Vec<(u32, u32)>,
}

impl Origin {
    /// From the lines' offsets, in ascending order, the first of which is 0 in the text.
    pub(crate) fn of_lines(lines: Vec<(u32, u32)>) -> Self {
        Self { lines }
    }

    /// The offset in the file.
    pub(crate) fn offset(&self, offset: usize) -> u32 {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        match after.checked_sub(1).and_then(|index| self.lines.get(index)) {
            Some((start, origin)) => origin + (offset - start),
            None => offset,
        }
    }

    /// The span in the file.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let from = self.offset(start);
        // The end of a line is a place on that line, not the margin of the next one.
        let to = if end > start { self.offset(end - 1) + 1 } else { from };
        Span { start: from, end: to.max(from) }
    }
}
