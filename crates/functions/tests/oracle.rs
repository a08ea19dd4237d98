//! What real Puppet answers: calls of all functions with all kinds of arguments, with its answers on record.
//!
//! A case is a line of a file in `cases/`: `code`, and of the answer `text` (as conversion to a string shows it),
//! `type` (as inferred), `value` (as rich data), `logs` (level and message), or `error` (the message). A case with
//! `differs` says why we answer otherwise.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use support::Machine;
use values::rich_data::{Options, write};
use values::text::converted;
use values::types::infer;

/// Our answer, in the form of the case's own.
fn answer(code: &str) -> Result<Json, String> {
    let mut machine = Machine::new();
    let value = machine.run(code)?;
    let logs: Vec<Json> =
        machine.logs.iter().map(|(level, message)| serde_json::json!([level, message])).collect();
    let data = write(&value, &Options { symbols: true }).map_err(|error| error.to_string())?;
    Ok(
        serde_json::json!({"value": data, "type": infer(&value).to_string(), "text": converted(&value), "logs": lasting(&logs)}),
    )
}

/// Without what Puppet tells once only, which are the warnings of what is deprecated.
fn lasting(logs: &[Json]) -> Vec<&Json> {
    let once = |log: &&Json| {
        let message = log[1].as_str().unwrap_or_default();
        message.contains("deprecated") || message.contains("has been ignored since")
    };
    logs.iter().filter(|log| !once(log)).collect()
}

/// How we differ, if we do.
fn difference(case: &Json) -> Option<String> {
    let code = case["code"].as_str().expect("code");
    let ours = answer(code);
    let theirs = match case.get("error").and_then(Json::as_str) {
        Some(error) => Err(error.to_owned()),
        None => {
            let logs = case.get("logs").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
            let [value, kind, text] = ["value", "type", "text"].map(|part| &case[part]);
            Ok(serde_json::json!({"value": value, "type": kind, "text": text, "logs": lasting(logs)}))
        }
    };
    (ours != theirs).then(|| {
        let shown = |answer| match answer {
            Ok(value) => format!("{value}"),
            Err(error) => format!("error: {error}"),
        };
        format!("{}: {code}\n    puppet: {}\n    ours:   {}", case["id"], shown(theirs), shown(ours))
    })
}

#[test]
fn answers_are_puppets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no cases in {}", folder.display());
    let mut report = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let cases = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let (mut count, before) = (0, report.len());
        for case in cases {
            count += 1;
            report.extend(difference(&case).filter(|_| case.get("differs").is_none()));
        }
        println!("{}: {} of {count} agree", file.display(), count - (report.len() - before));
    }
    assert!(report.is_empty(), "{}\n{} answers differ", report.join("\n"), report.len());
}
