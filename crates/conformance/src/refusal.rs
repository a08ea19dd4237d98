//! Why Puppet gives no answer, in the words and with the class of its exception.
//!
//! Deliberately unaware of hints, underlined source lines and all else that is for people: see `diagnostics`.

use diagnostics::SourceFile;
use syntax::{Issue, Severity, Stage};

/// An exception of Puppet's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its Ruby class.
    pub class: &'static str,
    /// Its message, with the place where it has one.
    pub message: String,
}

/// The class of what Puppet says of a text.
const PARSE_ERROR: &str = "Puppet::ParseErrorWithIssue";

impl Refusal {
    /// An exception that is no fault of a text.
    pub fn new(class: &'static str, message: impl Into<String>) -> Self {
        Self { class, message: message.into() }
    }

    /// What Puppet raises for these issues of a text in a file of this name; none if no issue is an error.
    /// The first error of reading ends all; of several that validation finds, their number is told.
    pub fn of_issues(issues: &[Issue], file: &SourceFile) -> Option<Self> {
        let errors = || issues.iter().filter(|issue| issue.severity == Severity::Error);
        if let Some(first) = errors().find(|issue| issue.stage != Stage::Validation) {
            return Some(Self::of_issue(first, file));
        }
        let warnings = issues.iter().filter(|issue| issue.severity != Severity::Error);
        let warnings = warnings.filter(|issue| issue.stage == Stage::Validation).count();
        match errors().count() {
            0 => None,
            1 => errors().next().map(|issue| Self::of_issue(issue, file)),
            count => {
                let and_warnings =
                    if warnings > 0 { format!(", and {warnings} warnings") } else { String::new() };
                let message = format!(
                    "Language validation logged {count} errors{and_warnings}. Giving up{}",
                    place(file.name(), None)
                );
                Some(Self::new(PARSE_ERROR, message))
            }
        }
    }

    fn of_issue(issue: &Issue, file: &SourceFile) -> Self {
        let message = &issue.message;
        // What goes wrong in Puppet itself names neither file nor line.
        match issue.code {
            "NO_METHOD_ERROR" => return Self::new("NoMethodError", message),
            "ARGUMENT_ERROR" | "INVALID_NUMBER" => return Self::new("ArgumentError", message),
            "REGEXP_ERROR" => return Self::new("RegexpError", message),
            "RUNTIME_ERROR" => return Self::new("RuntimeError", message),
            _ => {}
        }
        let position = issue.span.map(|span| file.position(span.start));
        // A text that ends too early is all that has a file and no line.
        let place = match position {
            None if issue.code != "SYNTAX_ERROR" => String::new(),
            _ => place(file.name(), position),
        };
        Self::new(PARSE_ERROR, format!("{message}{place}"))
    }
}

/// ` (file: F, line: L, column: C)`, with what there is of it.
fn place(file: &str, position: Option<diagnostics::Position>) -> String {
    let file = (!file.is_empty()).then(|| format!("file: {file}"));
    let position = position.map(|position| format!("line: {}, column: {}", position.line, position.column));
    let parts: Vec<String> = file.into_iter().chain(position).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Span;

    fn issue(severity: Severity, stage: Stage, span: Option<Span>) -> Issue {
        Issue { severity, span, ..Issue::error(stage, "SYNTAX_ERROR", "No good", Span::at(0)) }
    }

    #[test]
    fn one_error_is_told_with_its_place_and_several_as_their_number() {
        let file = SourceFile::new("x.pp", "a\né = 1");
        let told = |issues: &[Issue]| Refusal::of_issues(issues, &file).map(|refusal| refusal.message);
        let at = |start| Some(Span::at(start));
        let validation = issue(Severity::Error, Stage::Validation, at(5));
        let warning = issue(Severity::Warning, Stage::Validation, at(0));
        let syntax = issue(Severity::Error, Stage::Parsing, None);
        assert_eq!(told(std::slice::from_ref(&warning)), None);
        let said = "No good (file: x.pp, line: 2, column: 3)";
        assert_eq!(told(&[validation.clone(), warning.clone()]).as_deref(), Some(said));
        let said = "Language validation logged 2 errors. Giving up (file: x.pp)";
        assert_eq!(told(&[validation.clone(), validation.clone()]).as_deref(), Some(said));
        let said = "Language validation logged 2 errors, and 1 warnings. Giving up (file: x.pp)";
        assert_eq!(told(&[validation.clone(), validation.clone(), warning]).as_deref(), Some(said));
        assert_eq!(told(&[validation, syntax]).as_deref(), Some("No good (file: x.pp)"));
    }
}
