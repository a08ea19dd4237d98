//! A diagnostic as data for programs: a flat type of its own, so that the inner types may change
//! without the JSON changing.

use serde::Serialize;

use crate::{Diagnostic, Diagnostics, Severity};

/// The JSON form of a [`Diagnostic`]. Every key is always there; what is unknown is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiagnosticRecord {
    /// `error`, `warning` or `note`.
    pub severity: Severity,
    /// The stable name, e.g. `unknown-key`.
    pub code: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The source's name.
    pub file: Option<String>,
    /// Line of the first character, from 1.
    pub line: Option<u32>,
    /// Column of the first character, in characters from 1.
    pub column: Option<u32>,
    /// Line of the character after the last one.
    pub end_line: Option<u32>,
    /// Column of the character after the last one.
    pub end_column: Option<u32>,
    /// How to mend it.
    pub hints: Vec<String>,
}

impl From<&Diagnostic> for DiagnosticRecord {
    fn from(diagnostic: &Diagnostic) -> Self {
        let place = diagnostic.place.as_ref();
        let (start, end) = (place.map(|place| place.start()), place.map(|place| place.end()));
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code.map(str::to_owned),
            message: diagnostic.message.clone(),
            file: place.map(|place| place.source.name().to_owned()),
            line: start.map(|position| position.line),
            column: start.map(|position| position.column),
            end_line: end.map(|position| position.line),
            end_column: end.map(|position| position.column),
            hints: diagnostic.hints.clone(),
        }
    }
}

impl Diagnostics {
    /// All of them as data, in the same order.
    pub fn records(&self) -> Vec<DiagnosticRecord> {
        self.0.iter().map(DiagnosticRecord::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{SourceFile, Span};

    #[test]
    fn the_json_form_has_every_key() {
        let source = Arc::new(SourceFile::new("x.yaml", "a: é\nb"));
        let placed = Diagnostic::warning("odd").code("odd-one").at(&source, Span::new(3, 6)).hint("mend it");
        let records = Diagnostics(vec![placed, Diagnostic::error("lost")]).records();
        let expected = json!([
            {
                "severity": "warning", "code": "odd-one", "message": "odd", "file": "x.yaml",
                "line": 1, "column": 4, "end_line": 2, "end_column": 1, "hints": ["mend it"],
            },
            {
                "severity": "error", "code": null, "message": "lost", "file": null,
                "line": null, "column": null, "end_line": null, "end_column": null, "hints": [],
            },
        ]);
        assert_eq!(serde_json::to_value(&records).unwrap(), expected);
    }
}
