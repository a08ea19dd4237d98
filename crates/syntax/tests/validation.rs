//! What Puppet says against a thousand snippets, rule by rule, and what we say.
//!
//! Each line of `cases/validation/*.jsonl` is a snippet with the answer of Puppet 8.10: `issues` lists all
//! that its parser and its validator report, as `severity code line:column message`, in its order, warnings
//! first. What they raise without a place has a dash for it. `epp` and `tasks` say how the snippet is read.

use std::fmt::Write;
use std::path::Path;

use diagnostics::SourceFile;
use serde_json::Value;
use syntax::{Issue, Options, Severity, Stage};

#[test]
fn everything_that_puppet_says_is_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/validation");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut differences = String::new();
    let mut cases = 0;
    for file in files {
        for line in std::fs::read_to_string(file).expect("a file of cases").lines() {
            let case: Value = serde_json::from_str(line).expect("a case");
            cases += 1;
            compare(&case, &mut differences);
        }
    }
    assert!(cases > 1000, "only {cases} cases found");
    assert!(differences.is_empty(), "{differences}");
}

fn compare(case: &Value, differences: &mut String) {
    let text = case["code"].as_str().expect("a case has code");
    let options = Options { epp: case["epp"] == true, tasks: case["tasks"] == true };
    let parse = syntax::parse(text, &options);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        parse.issues.iter().partition(|issue| issue.severity == Severity::Error);
    let source = SourceFile::new("", text);
    let said: Vec<String> = warnings.into_iter().chain(errors).map(|issue| shown(issue, &source)).collect();
    let expected: Vec<&str> =
        case["issues"].as_array().expect("a case has issues").iter().filter_map(Value::as_str).collect();
    if said != expected {
        let _ = writeln!(differences, "{} {text:?}\n  Puppet: {expected:#?}\n  we: {said:#?}", case["id"]);
    }
    for issue in parse.issues.iter().filter(|issue| issue.stage == Stage::Validation && issue.hint.is_none())
    {
        let _ = writeln!(differences, "{} {text:?}: no hint for {}", case["id"], issue.code);
    }
}

fn shown(issue: &Issue, source: &SourceFile) -> String {
    let severity = if issue.severity == Severity::Error { "error" } else { "warning" };
    let place = issue.span.map_or("-".to_owned(), |span| source.position(span.start).to_string());
    format!("{severity} {} {place} {}", issue.code, issue.message)
}

#[test]
fn the_deepest_trees_that_are_read_are_checked_too() {
    let shapes = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{[{[{[1=>", "1", "}]}]=>1}]=>1}"),
        ("{{1=>", "1", "}=>1}"),
        ("!", "$a", ""),
        ("-", "1", ""),
        ("f(", "1", ")"),
        ("f() |$a| {", "1", "}"),
        ("f() |$a = [", "1", "]| { }"),
        ("if a {", "1", "}"),
        ("if a { } elsif a {", "1", "}"),
        ("case a { b: {", "1", "} }"),
        ("1 ? { 2 => ", "1", "}"),
        ("class a {", "1", "}"),
        ("class a($a = ", "1", ") { }"),
        ("node a {", "1", "}"),
        ("\"${[", "1", "]}\""),
        ("file { 'a': b => [", "1", "] }"),
        ("$a = ", "1", ""),
        ("a[", "1", "]"),
        ("{(", "1", ")=>1}"),
    ];
    for (open, middle, close) in shapes {
        let refused = |depth: usize| {
            let text = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
            syntax::parse(&text, &Options::default()).issues.iter().any(|issue| issue.code == "TOO_DEEP")
        };
        let deepest = (50..2000).step_by(50).take_while(|&depth| !refused(depth)).last();
        assert!(deepest.is_some_and(|depth| depth >= 50), "{open} {deepest:?}");
    }
}
