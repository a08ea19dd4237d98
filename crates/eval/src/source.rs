//! A text that was read, and its tree.

use std::sync::Arc;

use diagnostics::{Place, SourceFile, Span};
use functions::Failure;
use syntax::ast::{Expression, Program};
use syntax::{Options, Severity};

/// A manifest or a template: its text and its tree. Read once, evaluated by any number of evaluators.
#[derive(Debug)]
pub struct Source {
    /// The text, and the name that messages show.
    pub file: Arc<SourceFile>,
    /// The tree, without errors.
    pub program: Program,
}

impl Source {
    /// Reads a manifest. Errors: the first thing that Puppet says against it.
    pub fn read(name: impl Into<String>, text: impl Into<String>) -> Result<Self, Failure> {
        Self::read_with(name, text, &Options::default())
    }

    /// Reads a text with options.
    pub fn read_with(
        name: impl Into<String>,
        text: impl Into<String>,
        options: &Options,
    ) -> Result<Self, Failure> {
        let file = Arc::new(SourceFile::new(name, text));
        let parse = syntax::parse(file.text(), options);
        match parse.issues.into_iter().find(|issue| issue.severity == Severity::Error) {
            None => Ok(Self { file, program: parse.program }),
            Some(issue) => {
                let end = file.text().len();
                let place = Place { source: file, span: issue.span.unwrap_or(Span::at(end)) };
                Err(Failure { hint: issue.hint, place: Some(place), ..Failure::new(issue.message) })
            }
        }
    }

    /// Where an expression of this text is, as Puppet says it.
    pub fn place_of(&self, expression: &Expression) -> Place {
        let start = expression.position();
        self.place(Span { start, end: expression.span.end.max(start) })
    }

    /// A span of this text.
    pub fn place(&self, span: Span) -> Place {
        Place { source: self.file.clone(), span }
    }
}
