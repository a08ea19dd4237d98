//! The recorded answers of real Puppet: each folder of `cases/` against our lookups, values, messages and
//! explanations.

mod behaviour;
mod surroundings;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::{Answer, DataFiles, Explain, Hiera, LookupError, Question, Settings, Strictness};
use serde_json::Value as Json;
use surroundings::{Disk, Scene, json_of, text, value_of, variables};
use values::{Map, Text, Value};

/// What is known to differ, with the reason.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("merges", r#"knock {"strategy": "deep", "knockout_prefix": "--"}"#, KNOCKOUTS),
    ("merges", r#"knocklist {"strategy": "deep", "knockout_prefix": "--"}"#, KNOCKOUTS),
    ("merges", r#"knockall {"strategy": "deep", "knockout_prefix": "--"}"#, KNOCKOUTS),
    ("version3", "wrong", "Puppet fails with a bug of its own while it words the message"),
];
const KNOCKOUTS: &str = "Puppet deletes knockouts from the values that it explains, before it shows them";

fn lines(path: &Path) -> Vec<Json> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn ask(folder: &Path, files: &Arc<DataFiles>, input: &Json) -> Json {
    let production = folder.join("environments/production");
    let settings = Settings {
        global_configuration: text(&folder.join(input["hiera"].as_str().unwrap_or("hiera.yaml"))),
        environment: "production".to_owned(),
        environment_folder: production.is_dir().then(|| text(&production)),
        environment_data_provider: None,
        code_folder: "/etc/puppet/code".to_owned(),
        strictness: Strictness::Error,
    };
    let facts: Json =
        serde_json::from_str(&std::fs::read_to_string(folder.parent().unwrap().join("facts.json")).unwrap())
            .unwrap();
    let mut facts: Map = Map::clone(value_of(&facts).as_hash().unwrap());
    facts.extend(value_of(&input["facts"]).as_hash().cloned().unwrap_or_default());
    if facts.contains_key(&Text("cases")) {
        facts.insert("cases".into(), text(folder.parent().unwrap()).into());
    }
    let mut scene =
        Scene { variables: variables(&facts), modules: production.join("modules"), warnings: Vec::new() };
    let hiera = Hiera::new(settings, Arc::clone(files), None);
    let option = |name: &str| input["options"].get(name);
    let hash = |name: &str| {
        Rc::new(option(name).and_then(|value| value_of(value).as_hash().cloned()).unwrap_or_default())
    };
    let keys: Vec<&str> = match &input["key"] {
        Json::Array(keys) => keys.iter().filter_map(Json::as_str).collect(),
        key => key.as_str().into_iter().collect(),
    };
    let value_type = option("value_type")
        .map(|source| values::types::parse(source.as_str().unwrap(), values::types::builtin()).unwrap());
    let mut question = Question {
        keys: &keys,
        value_type: value_type.as_ref(),
        default: option("default_value").map(value_of),
        merge: option("merge").map(value_of),
        overrides: hash("overrides"),
        default_values: hash("defaults"),
        explain: Explain::Data,
        ..Question::default()
    };
    let (answer, explain) = match input["function"].as_str() {
        None => {
            let (answer, explanation) = hiera.explain(&question, &mut scene);
            (answer, Some(explanation.text()))
        }
        Some(function) => {
            let arguments: Vec<&str> =
                input["arguments"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
            question.keys = &arguments[..1];
            question.version3 = true;
            question.version3_override = arguments.get(2..).unwrap_or_default();
            question.default = arguments.get(1).map(|text| Value::from(*text));
            question.merge = Some(Value::from(match function {
                "hiera_array" | "hiera_include" => "unique",
                "hiera_hash" => "hash",
                _ => "first",
            }));
            (hiera.lookup(&question, &mut scene), None)
        }
    };
    output(folder, input, answer, explain)
}

/// An answer as it is recorded.
fn output(folder: &Path, input: &Json, answer: Result<Answer, LookupError>, explain: Option<String>) -> Json {
    let mut output = serde_json::Map::new();
    output.insert("id".to_owned(), input["id"].clone());
    match answer {
        Ok(answer) => output.insert("value".to_owned(), json_of(&answer.value)),
        Err(error) => output.insert("error".to_owned(), Json::from(error.to_string())),
    };
    output.extend(explain.map(|text| ("explain".to_owned(), Json::from(text))));
    let root = text(folder.parent().unwrap());
    serde_json::from_str(&Json::Object(output).to_string().replace(&root, "/cases")).unwrap()
}

#[test]
fn answers_are_those_of_puppet() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let (mut equal, mut known, mut failures) = (0, 0, Vec::new());
    let mut folders: Vec<_> = std::fs::read_dir(&root).unwrap().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.join("lookups.jsonl").exists()) {
        let name = folder.file_name().unwrap().to_string_lossy();
        let files = Arc::new(DataFiles::new(Box::new(Disk)));
        let expected = lines(&folder.join("answers.jsonl"));
        for (input, expected) in lines(&folder.join("lookups.jsonl")).iter().zip(expected) {
            let id = input["id"].as_str().unwrap();
            let actual = ask(folder, &files, input);
            let differs = DIFFERENT.iter().any(|(folder, case, _)| *folder == name && *case == id);
            match (actual == expected, differs) {
                (true, false) => equal += 1,
                (false, true) => known += 1,
                (true, true) => failures.push(format!("{name}: {id}: equal by now, take it off the list")),
                (false, false) => failures.push(format!("{name}: {id}\n{}", difference(&expected, &actual))),
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{equal} equal, {known} known, {} not:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn difference(expected: &Json, actual: &Json) -> String {
    let mut shown = String::new();
    for key in ["value", "error", "explain"] {
        let (expected, actual) = (expected.get(key), actual.get(key));
        if expected != actual {
            let plain = |json: Option<&Json>| match json {
                Some(Json::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => "(none)".to_owned(),
            };
            let (expected, actual) = (plain(expected), plain(actual));
            let (expected, actual) = from_first_difference(&expected, &actual);
            shown += &format!("  {key}\n    puppet: {expected}\n    ours:   {actual}\n");
        }
    }
    shown
}

/// From the line on in which two texts begin to differ, two lines each.
fn from_first_difference(expected: &str, actual: &str) -> (String, String) {
    let same = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str| text.lines().skip(same).take(2).collect::<Vec<_>>().join(" | ");
    (rest(expected), rest(actual))
}
