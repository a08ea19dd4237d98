//! What real Puppet answers: expressions of all kinds of types and values, with its answers on record.
//!
//! A case is a line of a file in `cases/`: `code`, and of the answer `text` (as conversion to a string shows
//! it), `type` (as inferred), `value` (as rich data), or `error` (the message). `aliases` are known to the
//! code. A case with `differs` says why we answer otherwise.
//!
//! In `cases/matrices/` an operator stands between each of many left sides and each of many right sides: `1`
//! for true, `0` for false, `E` for an error, `-` where Puppet fails in a way of its own.

mod evaluator;
mod messages;

use std::fs;
use std::path::{Path, PathBuf};

use evaluator::Evaluator;
use serde_json::Value as Json;
use values::rich_data::{Options, write};
use values::text::converted;
use values::types::infer;

/// The files of cases in a folder, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(folder);
    let entries =
        fs::read_dir(&folder).expect("a folder of cases").map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).collect();
    files.sort();
    assert!(!files.is_empty(), "no cases in {}", folder.display());
    files
}

fn name(file: &Path) -> String {
    file.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// Our answer, in the form of the case's own.
fn answer(case: &Json) -> Result<serde_json::Map<String, Json>, String> {
    let definitions: Vec<(String, String)> = case["aliases"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned()))
        .collect();
    let mut evaluator = Evaluator::with_types(&definitions)?;
    let value = evaluator.run(case["code"].as_str().expect("code"))?;
    let mut answer = serde_json::Map::new();
    if case.get("text").is_some() {
        answer.insert("text".into(), converted(&value).into());
    }
    if case.get("type").is_some() {
        answer.insert("type".into(), infer(&value).to_string().into());
    }
    if case.get("value").is_some() {
        let data = write(&value, &Options { symbols: true }).map_err(|error| error.to_string())?;
        answer.insert("value".into(), data);
    }
    Ok(answer)
}

/// How we differ, if we do.
fn difference(case: &Json) -> Option<String> {
    let ours = answer(case);
    match (&ours, case.get("error").and_then(Json::as_str)) {
        (Err(ours), Some(theirs)) if ours == theirs => None,
        (Ok(ours), None) if ours.iter().all(|(key, value)| case.get(key) == Some(value)) => None,
        _ => {
            let ours = match ours {
                Ok(ours) => Json::Object(ours).to_string(),
                Err(error) => format!("error: {error}"),
            };
            let mut theirs = case.clone();
            if let Some(entries) = theirs.as_object_mut() {
                entries.remove("code");
                entries.remove("aliases");
            }
            Some(format!(
                "{}\n    puppet: {theirs}\n    ours:   {ours}",
                case["code"].as_str().unwrap_or_default()
            ))
        }
    }
}

#[test]
fn answers_are_puppets() {
    let (mut all, mut report) = (0, String::new());
    for file in files("") {
        let name = name(&file);
        let (mut count, mut wrong) = (0, 0);
        for line in fs::read_to_string(&file).unwrap().lines() {
            let case: Json = serde_json::from_str(line).unwrap();
            count += 1;
            let differs = case.get("differs").is_some();
            if let Some(difference) = difference(&case).filter(|_| !differs) {
                wrong += 1;
                report.push_str(&format!("{name}: {difference}\n"));
            }
        }
        println!("{name}: {} of {count} agree", count - wrong);
        all += wrong;
    }
    assert!(all == 0, "{report}{all} answers differ");
}

#[test]
fn operators_answer_as_puppets() {
    let mut report = String::new();
    for file in files("matrices") {
        let text = fs::read_to_string(&file).unwrap();
        let mut lines = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let head = lines.next().unwrap();
        let operator = head["operator"].as_str().unwrap().to_owned();
        let right: Vec<&str> = head["right"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        for line in lines {
            let left = line["left"].as_str().unwrap();
            for (right, expected) in right.iter().zip(line["answers"].as_str().unwrap().chars()) {
                let code = format!("{left} {operator} {right}");
                let ours = match Evaluator::default().run(&code) {
                    Ok(values::Value::Boolean(true)) => '1',
                    Ok(values::Value::Boolean(false)) => '0',
                    _ => 'E',
                };
                if expected != '-' && ours != expected {
                    report.push_str(&format!("{}: {code}: {ours}, Puppet says {expected}\n", name(&file)));
                }
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}
