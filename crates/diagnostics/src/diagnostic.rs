//! One thing that is wrong, and lists of such things that travel as an error.
//!
//! Holds what is to be said; how it looks is in `render` and `record`.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::{Hint, Position, SourceFile, Span, Style};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing useful can come of this input.
    Error,
    /// The work goes on, but the user should look.
    Warning,
    /// For information.
    Note,
}

/// A span in a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Arc<SourceFile>,
    /// Where in it.
    pub span: Span,
}

impl Place {
    /// Line and column of the first character.
    pub fn start(&self) -> Position {
        self.source.position(self.span.start)
    }

    /// Line and column after the last character.
    pub fn end(&self) -> Position {
        self.source.position(self.span.end)
    }
}

/// Shown as `file:line:column`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source.name(), self.start())
    }
}

/// A remark at a place, shown beside what it underlines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where. The diagnostic's own place says what is wrong there; any other adds to it.
    pub place: Place,
    /// A few words.
    pub message: String,
}

/// One thing that is wrong: what, where, and how to mend it.
///
/// Messages are lower case, have no final stop and put values in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for programs and documentation, e.g. `unknown-key`.
    pub code: Option<&'static str>,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; none for what has no place in a text.
    pub place: Option<Place>,
    /// Further remarks at places, in this text or another.
    pub labels: Vec<Label>,
    /// How to mend it, each in the imperative, without a final stop.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message)
    }

    /// A warning without a place.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message)
    }

    /// A note without a place.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Severity::Note, message)
    }

    /// Any severity, without a place.
    pub fn new(severity: Severity, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { severity, code: None, message, place: None, labels: Vec::new(), hints: Vec::new() }
    }

    /// Says where.
    pub fn at(mut self, source: &Arc<SourceFile>, span: Span) -> Self {
        self.place = Some(Place { source: Arc::clone(source), span });
        self
    }

    /// Gives it a stable name.
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds a remark at a place; at the diagnostic's own place it stands beside the underline.
    pub fn label(mut self, source: &Arc<SourceFile>, span: Span, message: impl Into<String>) -> Self {
        let place = Place { source: Arc::clone(source), span };
        self.labels.push(Label { place, message: message.into() });
        self
    }

    /// Adds a way to mend it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds ways to mend it, none or many, e.g. an `Option<String>`.
    pub fn hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }
}

/// One line: `file:line:column: message`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Diagnostics as one error. Displays as one line each; [`Diagnostics::render`] shows the sources too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Orders them as a reader of the text meets them; those without a place come first.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| {
            let key = |d: &Diagnostic| d.place.as_ref().map(|p| (p.source.name().to_owned(), p.span));
            key(a).cmp(&key(b))
        });
    }

    /// All of them for a terminal, an empty line between them, without a line break at the end.
    pub fn render(&self, style: Style) -> String {
        self.0.iter().map(|diagnostic| diagnostic.render(style)).collect::<Vec<_>>().join("\n\n")
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

impl Hint for Diagnostics {
    /// The hints of a lone diagnostic. With several, a hint without its diagnostic would mislead.
    fn hint(&self) -> Option<String> {
        match self.0.as_slice() {
            [only] if !only.hints.is_empty() => Some(only.hints.join("; ")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_many_shows_a_line_each_in_the_order_of_the_text() {
        let source = Arc::new(SourceFile::new("x.yaml", "a\nbé c"));
        let at = |start, end| Diagnostic::error("bad").at(&source, Span::new(start, end));
        let mut diagnostics = Diagnostics(vec![at(6, 7), at(0, 1).hint("mend it"), Diagnostic::note("so")]);
        diagnostics.sort();
        assert_eq!(diagnostics.to_string(), "so\nx.yaml:1:1: bad\nx.yaml:2:4: bad");
        assert_eq!(diagnostics.hint(), None);
        assert!(diagnostics.has_errors());
        assert_eq!(Diagnostics::from(at(0, 1).hint("mend it")).hint().as_deref(), Some("mend it"));
    }
}
