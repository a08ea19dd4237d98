//! Cases of the `cases` folder: Markdown with a `##` heading for each case, then fenced blocks with a
//! name: what goes in, and last what must come out. With `BLESS=1` in the environment the last blocks are
//! rewritten to what does come out, for a human to read in the diff.

use std::path::PathBuf;

/// One case: its heading and its blocks, as names and texts.
pub(crate) struct Case {
    pub title: String,
    pub blocks: Vec<(String, String)>,
}

/// Runs every case of a file. `outputs` gives, for the input blocks of a case, the output blocks named
/// `names`, which end each case in that order.
pub(crate) fn check(file: &str, names: &[&str], outputs: impl Fn(&Case) -> Vec<String>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut blessed = text.clone();
    let mut failures = Vec::new();
    let cases = parse(&text);
    assert!(!cases.is_empty(), "{file} has no case");
    for mut case in cases {
        let expected =
            case.blocks.split_off(case.blocks.len().checked_sub(names.len()).expect("output blocks"));
        for ((name, expected), found) in expected.iter().zip(outputs(&case)) {
            assert!(names.contains(&name.as_str()), "{file}: {}: block `{name}`", case.title);
            if *expected != found {
                let at = blessed.find(&format!("## {}\n", case.title)).unwrap();
                let fence = |text: &str| format!("```text {name}\n{text}```\n");
                let (before, after) = blessed.split_at(at);
                blessed = format!("{before}{}", after.replacen(&fence(expected), &fence(&found), 1));
                failures
                    .push(format!("## {}: {name}\n--- expected\n{expected}+++ found\n{found}", case.title));
            }
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, blessed).unwrap();
    } else {
        assert!(failures.is_empty(), "{file}\n{}", failures.join("\n"));
    }
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { title: title.to_owned(), blocks: Vec::new() });
        } else if let Some(info) = line.strip_prefix("```") {
            let name = info.split_once(' ').expect("a block has a language and a name").1.to_owned();
            let body: String =
                lines.by_ref().take_while(|line| *line != "```").map(|l| format!("{l}\n")).collect();
            cases.last_mut().expect("a block stands under a heading").blocks.push((name, body));
        }
    }
    cases
}
