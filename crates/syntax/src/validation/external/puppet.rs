//! Puppet's own languages in a heredoc: a text of its own, with everything that can be wrong with one.

use diagnostics::SourceFile;

use super::Problem;
use crate::{Issue, Options, Severity, Stage};

/// What Puppet says when it refuses the text, with the place in it; nothing if it takes it.
pub(super) fn check(text: &str, options: &Options, depth: u32) -> Option<Problem> {
    let parse = crate::parse_within(text, options, depth);
    let errors: Vec<&Issue> = parse.issues.iter().filter(|issue| issue.severity == Severity::Error).collect();
    let first = located(errors.first()?, text);
    Some(match errors.as_slice() {
        [issue, _, ..] if issue.stage == Stage::Validation => Problem {
            message: count(&parse.issues, errors.len()),
            detail: Some(format!("mend the text; the first error in it: {first}")),
        },
        _ => Problem { message: first, detail: None },
    })
}

/// Puppet logs several errors, and then tells only how many there were.
fn count(issues: &[Issue], errors: usize) -> String {
    let is_warning = |issue: &&Issue| issue.stage == Stage::Validation && issue.severity != Severity::Error;
    match issues.iter().filter(is_warning).count() {
        0 => format!("Language validation logged {errors} errors. Giving up"),
        warnings => {
            format!("Language validation logged {errors} errors, and {warnings} warnings. Giving up")
        }
    }
}

fn located(issue: &Issue, text: &str) -> String {
    match issue.span {
        Some(span) => {
            let position = SourceFile::new("", text).position(span.start);
            format!("{} (line: {}, column: {})", issue.message, position.line, position.column)
        }
        None => issue.message.clone(),
    }
}
