//! What the evaluator answers is what real Puppet answered, which `crates/eval/cases` records: every field, every
//! word and every place. What differs is listed here, with the reason; what is listed and agrees fails too.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// Functions that are not there yet. A case that fails for the want of one says nothing.
const MISSING: [&str; 1] = ["generate"];

/// Cases whose answer differs, and why.
const DIFFERING: [(&str, &str); 45] = [
    ("arithmetic-330", "Puppet lets this one integer grow beyond 64 bits"),
    ("access-148", "rich data refers back to a type that it has written already"),
    ("access-197", "Puppet finds out too late, and by an exception of Ruby's"),
    ("access-206", "a mistake in Puppet, which calls a variable that it does not have"),
    ("access-240", "rich data tells Ruby's symbols from texts"),
    ("access-243", "Puppet asks an integer whether it is empty"),
    ("access-245", "rich data refers back to a type that it has written already"),
    ("access-246", "rich data refers back to a type that it has written already"),
    ("access-248", "Puppet asks an integer whether it is empty"),
    ("access-286", "a resource type of a module"),
    ("call-63", "asks for a catalog"),
    ("literals-32", "an exception of Puppet's own"),
    ("types-887", "an exception of Puppet's own"),
    ("arithmetic-431", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-432", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-433", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-435", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-436", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-437", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-438", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-439", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-441", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-442", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-443", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-444", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-445", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-447", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-448", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-449", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-450", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-451", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-453", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-454", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-455", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-456", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-457", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-459", "a version in arithmetic: refused by both, in other words"),
    ("arithmetic-460", "a version in arithmetic: refused by both, in other words"),
    ("call-50", "functions of Object types are not run yet"),
    ("comparison-201", "an exception of Ruby's"),
    ("comparison-204", "an exception of Ruby's"),
    ("unary-69", "Puppet shows where in memory the value lies"),
    ("unary-75", "Puppet shows where in memory the value lies"),
    ("unary-79", "Puppet shows where in memory the value lies"),
    ("types-1214", "rich data refers back to a type that it has written already"),
];

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../eval/cases")
}

/// The answer as it would be recorded.
fn answer(case: &Map<String, Value>, facts: &Map<String, Value>) -> Value {
    match conformance::eval::answer(case, facts) {
        Ok(mut fields) => {
            if fields.get("logs") == Some(&json!([])) {
                fields.remove("logs");
            }
            Value::Object(fields)
        }
        Err(refusal) => json!({"error": refusal.message, "error_class": refusal.class}),
    }
}

fn wants_function(answer: &Value) -> bool {
    let error = answer["error"].as_str().unwrap_or_default();
    MISSING
        .iter()
        .any(|name| functions::find(name).is_none() && error.contains(&format!("Unknown function: '{name}'")))
}

#[test]
fn expressions_give_what_puppet_gives() {
    let facts = fs::read(cases().join("facts.json")).unwrap();
    let facts: Map<String, Value> = serde_json::from_slice(&facts).unwrap();
    let mut wrong = Vec::new();
    let (mut total, mut waiting) = (0, 0);
    let mut files: Vec<PathBuf> = fs::read_dir(cases()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        file.extension().is_some_and(|kind| kind == "jsonl") && !file.ends_with("programs.jsonl")
    });
    files.sort();
    for file in files {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let mut case: Map<String, Value> = serde_json::from_str(line).unwrap();
            let (id, code) = (case["id"].clone(), case["code"].clone());
            let answer = answer(&case, &facts);
            total += 1;
            if wants_function(&answer) {
                waiting += 1;
                continue;
            }
            case.retain(|field, _| field != "id" && field != "code");
            let is_listed = DIFFERING.iter().any(|(listed, _)| id == *listed);
            if (Value::Object(case.clone()) == answer) == is_listed {
                wrong.push(format!("{id} {code}\n  expected {}\n  got      {answer}", Value::Object(case)));
            }
        }
    }
    let count = wrong.len();
    assert!(wrong.is_empty(), "{}\n{count} of {total} differ, {waiting} want a function", wrong.join("\n"));
}
