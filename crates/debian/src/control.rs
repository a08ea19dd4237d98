//! Debian's control format (deb822): paragraphs of fields, borrowed from the text.
//!
//! Nothing is copied and nothing is indexed; a paragraph is walked whenever a field is asked for, which
//! suits texts of 50 MB of which little is read. Knows no field by name, no signatures, and takes any line
//! that is not a field as part of the value before it.

use memchr::memchr;
use memchr::memmem::Finder;

/// The paragraphs of a text, in order: what is between empty lines. Comment lines (`#`) before them are
/// skipped.
pub fn paragraphs(text: &str) -> Paragraphs<'_> {
    Paragraphs { text, position: 0, boundary: Finder::new("\n\n") }
}

/// See [`paragraphs`].
#[derive(Clone, Debug)]
pub struct Paragraphs<'a> {
    text: &'a str,
    position: usize,
    boundary: Finder<'static>,
}

impl Paragraphs<'_> {
    /// Where in the text the paragraph given last ended, in bytes.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl<'a> Iterator for Paragraphs<'a> {
    type Item = Paragraph<'a>;

    fn next(&mut self) -> Option<Paragraph<'a>> {
        let bytes = self.text.as_bytes();
        let mut start = self.position;
        while matches!(bytes.get(start), Some(b'\n' | b'#')) {
            start = line_end(self.text, start);
        }
        let length = self.boundary.find(&bytes[start..]).map(|found| found + 1);
        self.position = length.map_or(bytes.len(), |length| start + length);
        (start < self.position).then(|| Paragraph { text: &self.text[start..self.position] })
    }
}

/// One paragraph's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph<'a> {
    text: &'a str,
}

impl<'a> Paragraph<'a> {
    /// A text that is known to be one paragraph.
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text }
    }

    /// The lines of the paragraph as they stand in the text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The fields in order: name, and value without the white space around it. Values of several lines keep
    /// their line ends and their leading spaces.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (text, mut position) = (self.text, 0);
        std::iter::from_fn(move || {
            while position < text.len() {
                let start = position;
                position = line_end(text, start);
                if matches!(text.as_bytes()[start], b' ' | b'\t' | b'#') {
                    continue;
                }
                let Some(colon) = memchr(b':', &text.as_bytes()[start..position]) else { continue };
                while matches!(text.as_bytes().get(position), Some(b' ' | b'\t')) {
                    position = line_end(text, position);
                }
                let name = text[start..start + colon].trim_ascii_end();
                return Some((name, text[start + colon + 1..position].trim_ascii()));
            }
            None
        })
    }

    /// The value of the first field of this name, case ignored.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.fields().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Where the line that starts at `start` ends, its line feed included.
fn line_end(text: &str, start: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |length| start + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_fields_and_continuations() {
        let text =
            "\n# a comment\nPackage: a\nDepends:b,\n c\n\td\n# between\nEmpty:\nNoise\n\n\nPackage:  z \r\n";
        let found: Vec<Vec<_>> = paragraphs(text).map(|paragraph| paragraph.fields().collect()).collect();
        assert_eq!(
            found,
            [vec![("Package", "a"), ("Depends", "b,\n c\n\td"), ("Empty", "")], vec![("Package", "z")]]
        );
        let first = paragraphs(text).next().unwrap();
        assert_eq!((first.get("DEPENDS"), first.get("Version")), (Some("b,\n c\n\td"), None));
        assert_eq!(paragraphs("\n\n# alone\n\n").count() + paragraphs("").count(), 0);
    }

    #[test]
    fn a_comment_inside_a_value_is_no_field() {
        let paragraph = paragraphs("A: 1\n# B: 2\n 3\nC: 4").next().unwrap();
        assert_eq!(paragraph.fields().collect::<Vec<_>>(), [("A", "1"), ("C", "4")]);
    }
}
