//! Ruby's own answers, recorded by `cases/record.rb`, against ours.

use std::path::Path;

use crate::{Captures, Regexp};
use serde_json::{Value, json};

/// Cases of a file whose answer is known to differ, each with the reason. Whoever mends one takes it out.
const DIFFERENT: [(&str, &str); 6] = [
    ("(a*)*", LAST_PASS),
    ("(a*)+", LAST_PASS),
    ("(a|b*)*", LAST_PASS),
    ("(|a)*b", LAST_PASS),
    ("(a||b)*", LAST_PASS),
    ("(?:()|())*\\1\\2", LAST_PASS),
];

const LAST_PASS: &str = "Ruby leaves a repetition after a pass that matched nothing and keeps its groups; the engine \
                         takes such a pass back";

fn lines(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn matched(captures: &Captures<'_, '_>) -> Value {
    let begin = captures.before().chars().count();
    let groups = (0..captures.len()).map(|group| json!(captures.get(group)));
    std::iter::once(json!(begin)).chain(groups).collect()
}

/// Our answer to a case, in the form in which Ruby's is recorded.
fn answer(case: &Value) -> Value {
    let mut answer = case.clone();
    for recorded in ["matches", "error", "scan", "sub", "gsub", "split"] {
        answer.as_object_mut().unwrap().remove(recorded);
    }
    let regexp = match Regexp::new(case["source"].as_str().unwrap()) {
        Ok(regexp) => regexp,
        Err(error) => {
            answer["error"] = json!(error.to_string());
            return answer;
        }
    };
    if let Some(string) = case["string"].as_str() {
        let replacement = case["replacement"].as_str().unwrap_or_default();
        let replace = |all| regexp.replace(string, all, |captures| captures.expand(replacement)).unwrap();
        let whole = regexp.captures_iter(string).map(|captures| json!(captures.unwrap().get(0)));
        answer["scan"] = whole.collect();
        answer["sub"] = json!(replace(false));
        answer["gsub"] = json!(replace(true));
        answer["split"] = json!(regexp.split(string).unwrap());
        return answer;
    }
    let subjects = case["subjects"].as_array().into_iter().flatten();
    let matches = subjects.map(|subject| match regexp.captures(subject.as_str().unwrap()) {
        Ok(captures) => captures.as_ref().map_or(Value::Null, matched),
        Err(error) => json!(error.to_string()),
    });
    answer["matches"] = matches.collect();
    answer
}

fn compare(name: &str) {
    let mut wrong = Vec::new();
    for case in lines(name) {
        let ours = answer(&case);
        let source = case["source"].as_str().unwrap();
        let different = DIFFERENT.iter().any(|(known, _)| *known == source);
        if (ours != case) != different {
            wrong.push(format!("Ruby {case}\nours {ours}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {name} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn refused_sources() {
    compare("refused.jsonl");
}

#[test]
fn characters_and_classes() {
    compare("classes.jsonl");
}

#[test]
fn repetition() {
    compare("repetition.jsonl");
}

#[test]
fn groups_and_looks() {
    compare("groups.jsonl");
}

#[test]
fn sources_of_puppet_modules() {
    compare("puppet.jsonl");
}

#[test]
fn replacing_and_splitting() {
    compare("strings.jsonl");
}
