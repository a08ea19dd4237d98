//! The grammar's errors in the words of libyaml, which is what users find when they search for a message of
//! Puppet's.
//!
//! Our parser says the same things in an order and at places of its own; what it says otherwise is kept as it
//! is.

use granit_parser::Marker;

const CANNOT_START: &str = "found character that cannot start any token while scanning for the next token";
const NO_CONTENT: &str = "did not find expected node content while parsing a flow node";

/// What is open where the text goes wrong.
pub(super) struct Open {
    /// Where the innermost list or hash begins.
    pub start: Marker,
    /// Whether nothing is in it yet.
    pub empty: bool,
}

/// The message and the place of a problem that was found at `at`.
pub(super) fn reword(problem: &str, at: Marker, open: Option<&Open>, text: &str) -> (String, Marker) {
    let begin = open.map_or(at, |open| open.start);
    if problem.starts_with("unexpected character: ") {
        return (CANNOT_START.to_owned(), at);
    }
    if problem.starts_with("tabs disallowed") {
        let line = text.lines().nth(at.line().saturating_sub(1)).unwrap_or_default();
        let column = line.chars().position(|character| character == '\t').unwrap_or(at.col());
        return (CANNOT_START.to_owned(), Marker::new(at.index(), at.line(), column));
    }
    if problem.starts_with("invalid trailing content after") {
        return ("did not find expected key while parsing a block mapping".to_owned(), begin);
    }
    if problem.starts_with("unclosed bracket") {
        if open.is_some_and(|open| open.empty) {
            let lines = text.split('\n').count();
            let column = text.rsplit('\n').next().map_or(0, |line| line.chars().count());
            return (NO_CONTENT.to_owned(), Marker::new(text.len(), lines, column));
        }
        let (close, kind) = if problem.ends_with("'['") { (']', "sequence") } else { ('}', "mapping") };
        return (format!("did not find expected ',' or '{close}' while parsing a flow {kind}"), at);
    }
    match problem {
        "unclosed quote" => ("found unexpected end of stream while scanning a quoted scalar".to_owned(), at),
        "unexpected EOF while parsing a block mapping" => {
            ("did not find expected node content while parsing a block node".to_owned(), at)
        }
        "unexpected EOF while parsing an implicit flow mapping" => (NO_CONTENT.to_owned(), at),
        _ => match problem.strip_prefix("while ").and_then(|rest| rest.split_once(", ")) {
            None => (problem.to_owned(), at),
            Some((context, what)) => {
                let block = context.starts_with("parsing a block");
                (renamed(&format!("{what} while {context}")), if block { begin } else { at })
            }
        },
    }
}

/// libyaml speaks of aliases and anchors by name.
fn renamed(message: &str) -> String {
    message.replace("scanning an anchor or alias", "scanning an alias")
}
