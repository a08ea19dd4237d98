//! Another parser of Puppet's language, made by other people, is asked too.
//!
//! Cases are cut short, and their words are dropped and doubled, in a way that is the same in every run. Where
//! tree-sitter's grammar and we differ on whether such a text is Puppet, one of us is wrong: real Puppet was asked,
//! and its answer stands in `cases/second_opinion.jsonl`. A difference that is not recorded there fails the test:
//! write it to a file with `SECOND_OPINION=FILE cargo test -p syntax --test second_opinion`, ask Puppet, and add it.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value, json};
use syntax::{Options, Severity, Stage, parse};

#[test]
fn where_two_parsers_differ_puppet_was_asked() {
    let mut theirs = tree_sitter::Parser::new();
    theirs.set_language(&tree_sitter_puppet::LANGUAGE.into()).expect("a grammar of this library's version");
    let recorded = recorded();
    let (mut agreed, mut unknown, mut wrong) = (0, Vec::new(), Vec::new());
    for text in texts() {
        let accepted = theirs.parse(&text, None).is_some_and(|tree| !tree.root_node().has_error());
        if accepted == reads(&text) {
            agreed += 1;
            continue;
        }
        match recorded.get(&text) {
            None => unknown.push(text),
            Some(puppet) if *puppet != reads(&text) => wrong.push(text),
            Some(_) => {}
        }
    }
    if let Some(file) = std::env::var_os("SECOND_OPINION") {
        let lines = unknown.iter().enumerate().map(|(number, code)| {
            json!({"id": format!("second-opinion-{number:04}"), "code": code}).to_string() + "\n"
        });
        std::fs::write(file, lines.collect::<String>()).expect("a file that can be written");
    }
    assert!(agreed > 1000, "the two agree on {agreed} texts only");
    assert!(wrong.is_empty(), "Puppet decided against us: {wrong:#?}");
    assert!(
        unknown.is_empty(),
        "Puppet was not asked about {} texts, the first: {:?}",
        unknown.len(),
        unknown.first()
    );
}

/// Whether we read it. What is checked of a whole tree is not asked: no grammar knows that.
fn reads(text: &str) -> bool {
    let issues = parse(text, &Options::default()).issues;
    !issues.iter().any(|issue| issue.severity == Severity::Error && issue.stage != Stage::Validation)
}

/// The texts that Puppet was asked about, and whether it reads them.
fn recorded() -> HashMap<String, bool> {
    let read = |case: Value| {
        let error = case["expected"]["error"].as_str().unwrap_or_default();
        Some((case["code"].as_str()?.to_owned(), case["expected"]["pn"].is_string() || !is_of_reading(error)))
    };
    cases().filter_map(read).collect()
}

/// Whether Puppet says this before it has a tree.
fn is_of_reading(error: &str) -> bool {
    let begins = [
        "Syntax error",
        "Illegal number",
        "Not a valid",
        "Unclosed",
        "Heredoc",
        "Illegal class",
        "Illegal fully",
        "Virtual (@)",
        "Exported (@@)",
        "illegal comma",
        "attempt to pass",
        "Expression is not valid as a resource",
        "'class' keyword",
        "A quoted string",
        "Invalid heredoc",
        "Invalid syntax",
        "An escape char",
        "undefined method",
        "Internal Error, NUMBER",
        "invalid byte",
        "Illegal UTF-8",
        "premature end",
        "end pattern",
        "Visitor Error",
    ];
    // A mistake in Puppet's own notation, which it only meets with a tree.
    let of_notation = error.starts_with("undefined method `Literal'");
    (begins.iter().any(|begin| error.starts_with(begin)) || error.contains(": /")) && !of_notation
}

fn cases() -> impl Iterator<Item = Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder of cases")
        .filter_map(|entry| Some(entry.ok()?.path()).filter(|path| path.is_file()))
        .collect();
    files.sort();
    let text: String =
        files.iter().map(|file| std::fs::read_to_string(file).expect("a file of cases")).collect();
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Some cases, and what becomes of them without a word, with a word twice, or cut short. What becomes of a case depends on
/// nothing but the case. Templates and heredocs are left out: the other grammar has none, or stops at them.
fn texts() -> Vec<String> {
    cases()
        .filter(|case| case["epp"].as_bool() != Some(true))
        .filter(|case| !case["id"].as_str().is_some_and(|id| id.starts_with("second-opinion")))
        .filter_map(|case| case["code"].as_str().map(str::to_owned))
        .filter(|code| !code.contains("@(") && code.is_ascii() && code.len() < 400)
        .filter(|code| number_of(code).is_multiple_of(3))
        .map(|code| mutated(&code))
        .collect()
}

fn mutated(code: &str) -> String {
    let number = number_of(code) / 3;
    let words: Vec<&str> = code.split_inclusive([' ', '\n', '(', '{', '[', ',']).collect();
    let at = number / 4 % words.len().max(1);
    let behind = (at + 1).min(words.len());
    match number % 4 {
        0 => words[..at].concat(),
        1 => [&words[..at], &words[behind..]].concat().concat(),
        2 => [&words[..behind], &words[at..]].concat().concat(),
        _ => code.to_owned(),
    }
}

/// A number of any size that is the same for the same text everywhere (FNV-1a).
fn number_of(code: &str) -> usize {
    let hash =
        code.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash as usize
}
