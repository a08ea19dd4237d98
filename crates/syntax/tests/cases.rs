//! What real Puppet says of a few thousand texts, recorded, beside what we say: the same notation, or the
//! same message with the same line and column.
//!
//! A case is a line of a file in `cases/`: `{"id", "code", "epp"?, "expected"}`. `cargo xtask conformance
//! record` writes the answers anew; a new case needs none.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::Path;

use diagnostics::SourceFile;
use serde_json::Value;
use syntax::{Issue, Options, Severity, Stage, notation, parse};

/// Where Puppet's own notation fails: a parameter that takes all remaining arguments.
const NO_NOTATION: &str = "undefined method `Literal' for module Puppet::Pops::PN";

/// What Puppet says when something goes wrong in Puppet itself: without a place.
const OWN_FAULTS: [&str; 5] =
    ["NO_METHOD_ERROR", "ARGUMENT_ERROR", "INVALID_NUMBER", "REGEXP_ERROR", "RUNTIME_ERROR"];

#[test]
fn puppet_says_the_same_of_every_case() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases() {
        let (id, code) = (case["id"].as_str().unwrap(), case["code"].as_str().unwrap());
        let Some(expected) = case.get("expected") else { panic!("{id}: not recorded") };
        let parse = parse(code, &Options { epp: case["epp"] == true, ..Options::default() });
        let found = match refusal(&parse.issues, &SourceFile::new(id, code)) {
            Some(message) => format!("error {message}"),
            None => format!("{} {:?}", notation(&parse.program), warnings(&parse.issues)),
        };
        let expected = match expected["error"].as_str() {
            Some(NO_NOTATION) if found.contains(":splat true") => found.clone(),
            // Where Puppet fails by a mistake of its own, we may say better what is wrong with the text.
            Some(_) if fails_itself(expected) && found.starts_with("error ") => found.clone(),
            Some(message) => format!("error {message}"),
            None => format!("{} {:?}", expected["pn"].as_str().unwrap(), recorded_warnings(expected)),
        };
        count += 1;
        if found != expected {
            wrong.push(format!("{id}: {code:?}\n  Puppet: {expected}\n  we:     {found}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
    assert!(count > 3000, "only {count} cases were found");
}

fn cases() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether Puppet's answer is an exception that it did not mean to raise.
fn fails_itself(expected: &Value) -> bool {
    matches!(expected["error_class"].as_str(), Some("NoMethodError" | "ArgumentError" | "RuntimeError"))
}

/// The message of Puppet's exception, if it raises one.
fn refusal(issues: &[Issue], file: &SourceFile) -> Option<String> {
    let errors: Vec<&Issue> = issues.iter().filter(|issue| issue.severity == Severity::Error).collect();
    let of_reading = errors.iter().find(|issue| issue.stage != Stage::Validation);
    let (Some(issue), true) = (of_reading.or(errors.first()), of_reading.is_some() || errors.len() < 2)
    else {
        let warnings = issues.iter().filter(|issue| issue.severity != Severity::Error);
        let warnings = warnings.filter(|issue| issue.stage == Stage::Validation).count();
        let warnings = if warnings > 0 { format!(", and {warnings} warnings") } else { String::new() };
        let count = errors.len();
        let message =
            format!("Language validation logged {count} errors{warnings}. Giving up (file: {})", file.name());
        return (count > 0).then_some(message);
    };
    let place = match issue.span.map(|span| file.position(span.start)) {
        _ if OWN_FAULTS.contains(&issue.code) => String::new(),
        Some(position) => {
            format!(" (file: {}, line: {}, column: {})", file.name(), position.line, position.column)
        }
        None if issue.code == "SYNTAX_ERROR" => format!(" (file: {})", file.name()),
        None => String::new(),
    };
    Some(issue.message.clone() + &place)
}

fn warnings(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| &*issue.message).collect()
}

fn recorded_warnings(expected: &Value) -> Vec<&str> {
    expected["logs"].as_array().into_iter().flatten().map(|log| log[1].as_str().unwrap()).collect()
}
