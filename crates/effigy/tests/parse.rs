//! `effigy parse`: trees in every form, and findings with their places and exit codes. Needs neither repository nor store.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::io::Write;
use std::process::Stdio;

use common::{effigy, folder, run, says};
use serde_json::{Value, json};

const GOOD: &str = "class apache($port = 80) { notice $port }\n";

#[test]
fn a_tree_is_shown_in_the_form_asked_for() {
    let files = folder(&[("a.pp", "notice 1"), ("b.epp", "x<%= $y %>")]);
    let shown = |arguments: &[&str]| {
        run(effigy().current_dir(files.path()).arg("parse").args(arguments)).good().to_owned()
    };
    assert_eq!(shown(&["--format", "pn", "a.pp"]), "(invoke {:functor (qn \"notice\") :args [1]})\n");
    let pretty = "(invoke\n  {\n    :functor (qn\n      \"notice\")\n    :args [\n      1]})\n";
    assert_eq!(shown(&["a.pp"]), pretty);
    assert_eq!(shown(&["a.pp", "--format=pn", "--pretty"]), pretty);
    let json: Value = serde_json::from_str(&shown(&["--format", "json", "a.pp"])).unwrap();
    assert_eq!(json, json!({"^": ["invoke", {"#": ["functor", {"^": ["qn", "notice"]}, "args", [1]]}]}));
    let template = "(lambda {:body [(epp (render-s \"x\") (render (var \"y\")))]})\n";
    assert_eq!(shown(&["--format", "pn", "b.epp"]), template);
}

#[test]
fn a_text_may_come_from_standard_input() {
    let mut child = effigy()
        .args(["parse", "--format", "pn", "--epp", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"<% $x = 1 %>").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "(lambda {:body [(epp (= (var \"x\") 1))]})\n");
}

#[test]
fn what_is_wrong_has_its_line_and_no_tree() {
    let files = folder(&[("a.pp", "$x = 1\n$x = )\n")]);
    let here = files.path().join("a.pp");
    let words = ["error[SYNTAX_ERROR]: Syntax error at ')'", "a.pp:2:6", "2 | $x = )", "^"];
    run(effigy().arg("parse").arg(&here)).refused(3, &words);
    run(effigy().arg("parse").arg(files.path())).refused(2, &["cannot read", "hint: give `--check`"]);
    run(effigy().args(["parse", "/nowhere/x.pp"])).refused(2, &["cannot read /nowhere/x.pp"]);
    run(effigy().args(["parse", "a", "b"])).refused(2, &["expected one file to show, found 2", "`--check`"]);
    run(effigy().args(["images", "--format", "pn"])).refused(2, &["only `effigy parse`"]);
}

#[test]
fn folders_are_checked_file_by_file_in_their_order() {
    let files = folder(&[
        ("site/b.pp", "$x = (\n"),
        ("site/a/b.epp", "<% if %>"),
        ("site/a/good.pp", GOOD),
        ("site/a/c.pp", "notice \"\\q\"\n"),
        ("site/.git/x.pp", ")"),
        ("site/a/readme.md", ")"),
    ]);
    let check = |arguments: &[&str]| {
        run(effigy().current_dir(files.path()).args(["parse", "--check"]).args(arguments))
    };
    let found = check(&["site"]);
    assert_eq!((found.code, &*found.stdout), (Some(3), ""));
    let words =
        ["site/a/b.epp:1:", "warning", "site/a/c.pp:1", "site/b.pp:", "4 files checked: 2 errors, 1 warning"];
    says(&found.stderr, &words);
    let found = check(&["site/a/good.pp", "site/a/c.pp"]);
    assert_eq!(found.good(), "");
    let found = check(&["site/a/good.pp"]);
    assert_eq!((found.good(), &*found.stderr), ("", "1 file checked: 0 errors, 0 warnings\n"));
    check(&["site", "nowhere"]).refused(2, &["cannot read nowhere"]);
}

#[test]
fn findings_are_records_for_programs() {
    let files = folder(&[("a.pp", "class a { 1 notice(2) }\n")]);
    let ended = run(effigy().current_dir(files.path()).args(["parse", "--check", "--format", "json", "."]));
    assert_eq!(ended.code, Some(3));
    let data: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&data["files"], &data["errors"], &data["warnings"]), (&json!(1), &json!(1), &json!(0)));
    let record = &data["diagnostics"][0];
    assert_eq!((&record["code"], &record["line"]), (&json!("IDEM_EXPRESSION_NOT_LAST"), &json!(1)));
    assert_eq!((&record["column"], &record["file"]), (&json!(11), &json!("./a.pp")));
}

#[test]
fn what_lies_in_a_module_defines_what_its_path_says() {
    let files = folder(&[
        ("modules/apache/manifests/init.pp", GOOD),
        ("modules/apache/manifests/ssl.pp", GOOD),
        ("modules/apache/examples/init.pp", "include apache"),
    ]);
    let check = |arguments: &[&str]| {
        run(effigy().current_dir(files.path()).args(["parse", "--check", "modules"]).args(arguments))
    };
    check(&[]).good();
    let found = check(&["--modulepath", "modules"]);
    assert_eq!(found.code, Some(3));
    let words = [
        "This Function Call is unacceptable as a top level construct in this location",
        "The name 'apache' is unacceptable in file 'modules/apache/manifests/ssl.pp'",
        "3 files checked: 2 errors, 0 warnings",
    ];
    says(&found.stderr, &words);
    check(&["--modulepath", "nowhere"]).refused(2, &["cannot read nowhere"]);
}

#[test]
fn a_file_that_is_no_text_is_an_error_with_a_place() {
    let files = folder(&[]);
    std::fs::write(files.path().join("a.pp"), b"$a = 1\n$b = '\xff'\n").unwrap();
    let found = run(effigy().current_dir(files.path()).args(["parse", "--check", "a.pp"]));
    assert_eq!(found.code, Some(3));
    says(&found.stderr, &["the byte 0xff is not UTF-8", "a.pp:2:7", "hint: convert the file"]);
}
