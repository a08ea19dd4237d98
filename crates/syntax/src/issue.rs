//! What is to be said against a text.
//!
//! Deliberately unaware of files and of how an issue is shown: `diagnostic` makes it a diagnostic of a file.

use std::sync::Arc;

use diagnostics::{Diagnostic, SourceFile, Span};

/// Something Puppet says about a text, in Puppet's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Puppet's own code for it, as `SYNTAX_ERROR`; also what a program may look for.
    pub code: &'static str,
    /// Whether the text is refused for it.
    pub severity: Severity,
    /// Which part of Puppet finds it.
    pub stage: Stage,
    /// Puppet's message, without place.
    pub message: String,
    /// Where it is. The start is where Puppet says that it is. Absent where Puppet names no line.
    pub span: Option<Span>,
    /// What a person is told beside Puppet's message: what is meant, and how to mend it.
    pub hint: Option<String>,
}

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text is refused.
    Error,
    /// The text is accepted.
    Warning,
    /// The text is accepted now; a later Puppet will refuse it.
    Deprecation,
}

/// The part of Puppet that finds an issue. The first two end the reading of a text with the first error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Characters to tokens.
    Lexing,
    /// Tokens to a tree.
    Parsing,
    /// The tree as a whole. Several errors are told as their number.
    Validation,
}

impl Issue {
    /// An error with a place.
    pub fn error(stage: Stage, code: &'static str, message: impl Into<String>, span: Span) -> Self {
        let message = message.into();
        Self { code, severity: Severity::Error, stage, message, span: Some(span), hint: None }
    }

    /// A warning with a place.
    pub fn warning(stage: Stage, code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self { severity: Severity::Warning, ..Self::error(stage, code, message, span) }
    }

    /// With what a person is told beside the message.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The issue as a diagnostic of this file.
    pub fn diagnostic(&self, file: &Arc<SourceFile>) -> Diagnostic {
        let diagnostic = match self.severity {
            Severity::Error => Diagnostic::error(&self.message),
            Severity::Warning | Severity::Deprecation => Diagnostic::warning(&self.message),
        };
        let end = file.text().len();
        diagnostic
            .code(self.code)
            .at(file, self.span.unwrap_or(Span::at(end)))
            .hints(self.hint.iter().cloned())
    }
}
