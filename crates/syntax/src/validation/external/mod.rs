//! The text of a heredoc that says what syntax it has.
//!
//! Puppet looks only at text without interpolation here, and takes an error in it as a reason to stop at
//! once.

mod base64;
mod json;
mod puppet;

use super::{Checker, error, model::Model};
use crate::{
    Issue, Options,
    ast::{ExpressionKind, Heredoc, Span},
};

/// How deep heredocs with Puppet text may stand in each other: every one is read once for each that it stands
/// in.
const DEEPEST: u32 = 16;

/// What is wrong with a text.
struct Problem {
    /// In the words of Puppet's checker.
    message: String,
    /// What the words do not say.
    detail: Option<String>,
}

impl<'tree> Checker<'tree> {
    pub(super) fn check_heredoc(&mut self, heredoc: &'tree Heredoc) {
        let ExpressionKind::String(text) = &heredoc.text.kind else { return };
        let node = Model::of(&heredoc.text);
        let syntax = &*heredoc.syntax;
        let problem = |message| Problem { message, detail: None };
        // `data+json` is JSON too: the last part decides.
        let (code, problem) = match syntax.rsplit('+').next().unwrap_or(syntax) {
            "json" => ("ILLEGAL_JSON", json::check(text).map(problem)),
            "base64" => ("ILLEGAL_BASE64", base64::check(text).map(problem)),
            "pp" | "epp" if syntax.contains('+') => return self.raise(wrong_argument(node, syntax)),
            "pp" => ("ILLEGAL_PP", self.check_puppet(text, false)),
            "epp" => ("ILLEGAL_EPP", self.check_puppet(text, true)),
            _ => return,
        };
        if let Some(Problem { message, detail }) = problem {
            let message = format!("Invalid produced text having syntax: '{syntax}'. {message}");
            let hint = detail.unwrap_or_else(|| {
                format!("mend the text, or remove `:{syntax}` from the heredoc's tag if it is something else")
            });
            let issue = error(code, node, message).hint(hint);
            self.raise(Issue { span: Some(self.whole_lines(heredoc.text.span)), ..issue });
        }
    }

    /// An error about a variable. To Puppet, one that a heredoc's text begins with begins with its margin.
    pub(super) fn error_in_text(&self, code: &'static str, node: Model<'tree>, message: String) -> Issue {
        let span = node.span();
        let begins_heredoc = match self.path.as_slice() {
            [.., heredoc, text, Model::Interpolation { .. }] => {
                matches!(heredoc.kind(), Some(ExpressionKind::Heredoc(_))) && text.span().start == span.start
            }
            _ => false,
        };
        let span = if begins_heredoc { self.whole_lines(span) } else { span };
        Issue { span: Some(span), ..error(code, node, message) }
    }

    /// From the start of the first line: to Puppet, the margin is a part of the text.
    fn whole_lines(&self, span: Span) -> Span {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        Span::new(before.rfind('\n').map_or(0, |end| end + 1), span.end as usize)
    }

    fn check_puppet(&self, text: &str, epp: bool) -> Option<Problem> {
        let checker = if epp { "EPP" } else { "PP" };
        let problem = if self.depth < DEEPEST {
            puppet::check(text, &Options { epp, ..self.options.clone() }, self.depth + 1)?
        } else {
            Problem { message: "stack level too deep".into(), detail: None }
        };
        let message = format!("{checker} syntax checker: \"{}\"", excerpt(&problem.message, 500));
        Some(Problem { message, ..problem })
    }
}

/// Puppet's checkers for its own languages do not take a syntax of several parts.
fn wrong_argument(node: Model<'_>, syntax: &str) -> Issue {
    let (checker, example) = if syntax.ends_with("epp") { ("EPP", "epp") } else { ("PP", "pp") };
    let message = format!("{checker} syntax checker: the syntax identifier must be a String, e.g. pp");
    Issue { span: None, ..error("ARGUMENT_ERROR", node, message) }
        .hint(format!("write `:{example}` alone in the heredoc's tag"))
}

/// The first characters of a message of another checker, in one line.
fn excerpt(message: &str, characters: usize) -> String {
    let excerpt: String = message.chars().take(characters).collect();
    excerpt.replace("\r\n", "\\n").replace('\n', "\\n")
}
