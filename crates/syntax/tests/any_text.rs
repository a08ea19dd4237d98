//! Any text is read: without panic, in linear time, with spans that lie in the text, and with an error for what
//! nests too deep.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use syntax::ast::AnyNode;
use syntax::{Options, Parse, notation, parse};

/// Pieces of Puppet that mean something to the lexer or the parser.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    " [",
    "\n(",
    "<|",
    "|>",
    "<<|",
    "|>>",
    "|",
    "=>",
    "+>",
    "->",
    "<~",
    "=",
    "==",
    "=~",
    "+",
    "-",
    "*",
    "/",
    "%",
    "!",
    "?",
    "? {",
    ":",
    "::",
    ";",
    ",",
    ".",
    "@",
    "@@",
    "$",
    "${",
    "\"",
    "'",
    "\\",
    "#",
    "/*",
    "*/",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\0",
    "é",
    "\u{a0}",
    "\u{feff}",
    "a",
    "a::b",
    "A",
    "A::B",
    "_a",
    "a-b",
    "0",
    "0x",
    "08",
    "1.",
    "1e",
    "9223372036854775808",
    "@(E)",
    "@(\"E\")",
    "@(E:json/tn)",
    "\nE\n",
    "\n | E\n",
    "|- E",
    "<%",
    "<%=",
    "<%-",
    "<%#",
    "%>",
    "-%>",
    "<%%",
    "\\u{41}",
    "\\u00",
    "class ",
    "define ",
    "node ",
    "if ",
    "elsif ",
    "else ",
    "unless ",
    "case ",
    "default",
    "function ",
    "type ",
    "inherits ",
    "true",
    "undef",
    "in ",
    "and ",
    "notice ",
    "attr",
    "/a/",
    "/(/",
];

proptest! {
    #[test]
    fn pieces_of_puppet(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60), epp: bool) {
        holds(&pieces.concat(), epp);
    }

    #[test]
    fn any_characters(text in "\\PC{0,80}", epp: bool) {
        holds(&text, epp);
    }
}

fn holds(text: &str, epp: bool) {
    let Parse { program, issues } = parse(text, &Options { epp, ..Options::default() });
    for issue in &issues {
        let Some(span) = issue.span else { continue };
        assert!(text.get(span.range()).is_some(), "{issue:?} lies outside of the text");
    }
    AnyNode::Program(&program).walk(&mut |node| {
        assert!(text.get(node.span().range()).is_some(), "{node:?} lies outside of the text");
    });
    if issues.is_empty() {
        notation(&program);
    }
}

#[test]
fn nesting_is_an_error_and_no_overflow() {
    for piece in [
        "[",
        "{a=>",
        "(",
        "!",
        "-",
        "*",
        "@",
        "$a = ",
        "if a {",
        "f(",
        "a ? { b => ",
        "\"${",
        "x {",
        "case a { b: {",
        "1 + (",
        "[1 + ",
        "f() |$a| {",
        "class a {",
        "unless a { if b {",
        "@(\"E\")\n${",
        "a[",
        "\"${[",
    ] {
        let text = piece.repeat(20_000);
        assert!(parse(&text, &Options::default()).has_errors(), "{piece}");
    }
    for (first, more) in
        [("1", " + 1"), ("$a", ".b"), ("$a", "[0]"), ("a", " -> a"), ("if a {}", " elsif a {}")]
    {
        let text = format!("$x = 1\n{first}{}", more.repeat(20_000));
        let parse = parse(&text, &Options::default());
        assert!(parse.has_errors(), "{more}");
    }
}

#[test]
fn time_is_linear_in_the_length() {
    for piece in [
        "a ",
        "$a = 1\n",
        "[",
        "}",
        "{",
        "\"",
        "\"${",
        "'a' ",
        "\"a${b}\" ",
        "@(E)\n",
        "@(E)\nE\n",
        "@(E) ",
        "# a\n",
        "/*",
        "/* */",
        "/",
        "1.",
        "1 ",
        "\\u005c",
        "a::",
        "::",
        "<| |>",
        "a,",
        ";",
        "\"$",
        "\"\\",
        "${",
        "\n",
        "(\n",
        "a { b: c => 1 }\n",
        "x ? ",
        ") ",
        "]\n",
        "class a {\n",
        "é",
        "\"é${é}\"",
        "if a { }\n",
        "0x",
        "f(1, ",
    ] {
        for text in
            [piece.repeat((1 << 20) / piece.len()), format!("\"{}", piece.repeat((1 << 19) / piece.len()))]
        {
            let begun = Instant::now();
            parse(&text, &Options::default());
            parse(&text, &Options { epp: true, ..Options::default() });
            // A debug build reads some megabytes in a second; quadratic time would take hours.
            assert!(begun.elapsed() < Duration::from_secs(60), "{piece} took {:?}", begun.elapsed());
        }
    }
}
