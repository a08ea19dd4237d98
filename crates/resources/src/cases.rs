//! What real Puppet did with the cases in `cases/`, held against this engine on a machine in memory: catalog
//! and files go in, messages, events, commands and files are compared. `cases/record` makes the recordings.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use catalog::{Catalog, Value};
use serde_json::Value as Json;
use system::{Command, Entry, Exit, Kind, Memory, Output};

use crate::engine::{ModulePath, Recorded, Settings, Surroundings, apply};
use crate::report::{Level, Log, Outcome};

/// Commands that only look: this engine reads the files itself. It mounts nothing.
const QUESTIONS: [&str; 8] = [
    "/usr/bin/dpkg-query",
    "/usr/bin/apt-mark showmanual",
    "crontab ",
    "/usr/local/bin/mount",
    "/usr/local/bin/umount",
    "/usr/bin/update-alternatives --get-selections",
    "/usr/bin/update-alternatives --query",
    "/usr/bin/update-alternatives --list",
];

#[test]
fn cases_come_out_as_with_puppet() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/recorded");
    let only = std::env::var("CASE").unwrap_or_default();
    let (mut failures, mut count) = (Vec::new(), BTreeMap::<String, usize>::new());
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let base: Json = serde_json::from_str(include_str!("../cases/recorded/base.json")).unwrap();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let case: Json = serde_json::from_str(line).unwrap();
            let title = format!("{name}: {}", case["case"].as_str().unwrap());
            if !title.contains(&only) {
                continue;
            }
            *count.entry(name.clone()).or_default() += 1;
            let differences = compare(&case, &base);
            if !differences.is_empty() {
                failures.push(format!("## {title}\n{}", differences.join("\n")));
            }
        }
    }
    println!("{count:?}");
    assert!(failures.is_empty(), "{}\n\n{} differ", failures.join("\n\n"), failures.len());
}

fn compare(case: &Json, base: &Json) -> Vec<String> {
    let Some(runs) = case["runs"].as_array() else {
        return vec![format!("there is no recording: {}", case["error"])];
    };
    let catalog = Catalog::from_json(&case["catalog"]).unwrap();
    let mut memory = Memory::new();
    for part in [base, &case["base"], &case["before"]] {
        for (path, entry) in part.as_object().unwrap() {
            match entry {
                Json::Null => memory.take(path),
                entry => memory.put(path, entry_of(entry)),
            }
        }
    }
    let initial = memory.entries().clone();
    let mut differences = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let number = number + 1;
        let found = one_run(&catalog, &mut memory, case, run);
        for difference in found.into_iter().chain(compare_files(&memory, &initial, case, run)) {
            differences.push(format!("run {number}: {difference}"));
        }
    }
    differences
}

fn one_run(catalog: &Catalog, memory: &mut Memory, case: &Json, run: &Json) -> Vec<String> {
    let waiting: Rc<RefCell<Vec<Json>>> = Rc::new(RefCell::new(run["commands"].as_array().unwrap().clone()));
    let surprises = Rc::new(RefCell::new(Vec::new()));
    let (script, told) = (waiting.clone(), surprises.clone());
    memory.on_command(move |memory, command| {
        Ok(answer(memory, command, &mut script.borrow_mut(), &mut told.borrow_mut()))
    });
    let words = |name: &str| {
        let text = case["options"][name].as_str().unwrap_or_default();
        text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let settings = Settings {
        noop: case["options"]["noop"].as_bool().unwrap_or_default(),
        tags: words("tags"),
        skip_tags: words("skip_tags"),
        now: 2_000_000_000,
        ..Settings::default()
    };
    let mut logs: Vec<Log> = Vec::new();
    let modules = ModulePath(Vec::new());
    let surroundings =
        Surroundings { system: memory, sources: &modules, services: &mut Recorded, observer: &mut logs };
    let report = apply(catalog, surroundings, &settings);
    let mut differences = surprises.borrow().clone();
    let expected_error = run["error"].as_str().map(plain);
    let error = report.as_ref().err().map(ToString::to_string).map(|text| plain(&text));
    if error != expected_error {
        differences.push(format!("error {error:?}\n  expected {expected_error:?}"));
    }
    differences.extend(compare_logs(&logs, run));
    if let Ok(report) = report {
        let mut events: Vec<String> = Vec::new();
        for status in &report.statuses {
            for event in &status.events {
                let outcome = match event.outcome {
                    Outcome::Success => "success",
                    Outcome::Failure => "failure",
                    Outcome::Noop => "noop",
                };
                let property = event.property.unwrap_or("-");
                events.push(format!("{} {property} {} {outcome}", status.resource, event.name));
            }
        }
        let mut expected: Vec<String> = run["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["status"] != "audit")
            .map(event_text)
            .collect();
        expected.retain(|event| !event.contains("restarted") && !event.contains("noop_restart"));
        events.sort();
        expected.sort();
        differences.extend(lines("event", &events, &expected));
        let questions = |command: &&Json| !is_question(&shown(&command["command"])) && is_run(command);
        for command in waiting.borrow().iter().filter(questions) {
            differences.push(format!("command not run: {}", command["command"]));
        }
    }
    differences
}

fn event_text(event: &Json) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or("-").to_owned();
    format!("{} {} {} {}", text("resource"), text("property"), text("name"), text("status"))
}

fn compare_logs(logs: &[Log], run: &Json) -> Vec<String> {
    let worth = |log: &&Log| log.level >= Level::Notice;
    let found: Vec<String> = logs
        .iter()
        .filter(worth)
        .map(|log| plain(&format!("{} {}: {}", log.level, log.source, log.message)))
        .collect();
    let expected: Vec<String> = run["logs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|log| {
            plain(&format!(
                "{} {}: {}",
                log[0].as_str().unwrap(),
                log[1].as_str().unwrap(),
                log[2].as_str().unwrap()
            ))
        })
        .collect();
    lines("log", &found, &expected)
}

fn lines(what: &str, found: &[String], expected: &[String]) -> Vec<String> {
    if found == expected {
        return Vec::new();
    }
    let mut told = Vec::new();
    for index in 0..found.len().max(expected.len()) {
        let (one, other) = (found.get(index), expected.get(index));
        if one != other {
            told.push(format!(
                "{what} {}\n  expected {}",
                one.map_or("-", |it| it),
                other.map_or("-", |it| it)
            ));
        }
    }
    told
}

/// Names of temporary files are nobody's business, and differ from run to run.
fn plain(text: &str) -> String {
    let random = crate::schema::ruby_regex(r"(/\.?)([\w.]+?)(\.effigy-new|\d{8}-\d+-\w+(\.lock)?)").unwrap();
    random.replace_all(text, "/$2").into_owned()
}

fn shown(command: &Json) -> String {
    match command {
        Json::Array(words) => words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" "),
        line => line.as_str().unwrap_or_default().to_owned(),
    }
}

fn is_question(line: &str) -> bool {
    QUESTIONS.iter().any(|question| line.starts_with(question)) && !line.ends_with(" -")
}

/// Puppet notices some things only when it is about to run a command; this engine does so before.
fn is_run(known: &Json) -> bool {
    let refused = known["failure"].as_str().is_some_and(|text| text.starts_with("Working directory"));
    !refused && known["user"] != "nosuchuser"
}

fn answer(memory: &mut Memory, command: &Command, waiting: &mut Vec<Json>, told: &mut Vec<String>) -> Output {
    waiting.retain(|known| !is_question(&shown(&known["command"])) && is_run(known));
    let words = |known: &Json| match known {
        Json::Array(words) => {
            let words = words.iter().map(|word| Value::text(word.as_str().unwrap())).collect();
            crate::types::exec::words(&Value::List(words))
        }
        line => crate::types::exec::words(&Value::text(line.as_str().unwrap())),
    };
    let clean = |words: Vec<String>| words.iter().map(|word| plain(word)).collect::<Vec<_>>();
    if command.arguments.first().is_some_and(|word| word.ends_with("/crontab")) {
        // Puppet pipes tables in past the place where the recording listens.
        let user = if command.arguments.len() == 4 { &command.arguments[2] } else { "root" };
        let entry = Entry { mode: 0o600, ..Entry::file(command.input.clone()) };
        memory.put(&format!("/var/spool/cron/crontabs/{user}"), entry);
        return Output { exit: Exit::Code(0), bytes: Vec::new() };
    }
    let Some(known) = waiting.first().cloned() else {
        told.push(format!("command {:?} was not expected", command.arguments));
        return Output { exit: Exit::Code(0), bytes: Vec::new() };
    };
    let expected = clean(words(&known["command"]));
    if clean(command.arguments.clone()) != expected {
        told.push(format!("command {:?}\n  expected {expected:?}", command.arguments));
    }
    waiting.remove(0);
    check_settings(command, &known, told);
    for (path, entry) in known["changes"].as_object().unwrap() {
        match entry {
            Json::Null => memory.take(path),
            entry => memory.put(path, entry_of(entry)),
        }
    }
    let failure = known["failure"].as_str();
    if failure == Some("execution expired") {
        return Output { exit: Exit::TimedOut, bytes: Vec::new() };
    }
    let from_failure = failure.and_then(|text| text.split_once("' returned "));
    let (code, text) = match from_failure.and_then(|(_, rest)| rest.split_once(": ")) {
        Some((code, text)) => (code.parse().unwrap_or(1), text.to_owned()),
        None => (
            known["exit"].as_i64().unwrap_or_default(),
            known["output"].as_str().unwrap_or_default().to_owned(),
        ),
    };
    Output { exit: Exit::Code(code as i32), bytes: text.into_bytes() }
}

fn check_settings(command: &Command, known: &Json, told: &mut Vec<String>) {
    let expected: BTreeMap<String, String> = known["environment"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    for (name, value) in expected {
        if command.environment.iter().rfind(|(known, _)| *known == name).and_then(|(_, value)| value.clone())
            != Some(value.clone())
        {
            told.push(format!("variable {name} is not {value:?} for {:?}", command.arguments));
        }
    }
    if command.directory.as_deref() != known["directory"].as_str() {
        told.push(format!("directory {:?}, expected {}", command.directory, known["directory"]));
    }
    let input = known["stdin"].as_str().unwrap_or_default();
    if command.input != input.as_bytes() {
        told.push(format!("input {:?}, expected {input:?}", String::from_utf8_lossy(&command.input)));
    }
    if command.credentials.is_some()
        != (known["user"].is_string() || known["user"].is_i64() || known["group"].is_string())
    {
        told.push(format!("credentials {:?}, expected {}", command.credentials, known["user"]));
    }
}

fn compare_files(memory: &Memory, initial: &BTreeMap<String, Entry>, case: &Json, run: &Json) -> Vec<String> {
    let mut expected = initial.clone();
    let after = run["after"].as_object().unwrap();
    for (path, entry) in after {
        match entry {
            Json::Null => {
                expected.remove(path);
            }
            entry => {
                expected.insert(path.clone(), entry_of(entry));
            }
        }
    }
    for path in case["before"].as_object().unwrap().keys().filter(|path| !after.contains_key(*path)) {
        expected.remove(path);
    }
    let gone: Vec<String> =
        expected.keys().filter(|path| !expected.contains_key(system::parent(path))).cloned().collect();
    gone.iter().for_each(|path| drop(expected.remove(path)));
    let mut told = Vec::new();
    let mut paths: Vec<&String> = memory.entries().keys().chain(expected.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let (found, wanted) = (memory.entries().get(path), expected.get(path));
        if found.map(comparable) != wanted.map(comparable) {
            told.push(format!(
                "{path}: {}\n  expected {}",
                found.map_or("-".into(), text_of),
                wanted.map_or("-".into(), text_of)
            ));
        }
    }
    told
}

fn comparable(entry: &Entry) -> (Kind, u32, u32, u32, &[u8]) {
    let mode = if entry.kind == Kind::Link { 0 } else { entry.mode };
    (entry.kind, mode, entry.owner, entry.group, &entry.content)
}

fn text_of(entry: &Entry) -> String {
    let content = String::from_utf8_lossy(&entry.content);
    format!("{} {:o} {}:{} {content:?}", entry.kind.name(), entry.mode, entry.owner, entry.group)
}

fn entry_of(entry: &Json) -> Entry {
    let number = |name: &str| entry[name].as_u64().unwrap_or_default() as u32;
    let mode = entry["mode"].as_str().map_or(0o777, |mode| u32::from_str_radix(mode, 8).unwrap());
    let mut made = match entry {
        entry if entry["link"].is_string() => Entry::link(entry["link"].as_str().unwrap()),
        entry if entry["directory"] == true => Entry::directory(),
        entry if entry["base64"].is_string() => {
            let json = serde_json::json!({"resources": [{"type": "a", "title": "b", "parameters": {
                "c": {"__ptype": "Binary", "__pvalue": entry["base64"]}}}]});
            let catalog = Catalog::from_json(&json).unwrap();
            let Some(Value::Binary(bytes)) = catalog.resources[0].parameter("c").cloned() else {
                panic!("no bytes")
            };
            Entry::file(bytes)
        }
        entry => Entry::file(entry["content"].as_str().unwrap_or_default()),
    };
    made.mode = mode;
    made.modified = entry["time"].as_i64().unwrap_or_default();
    made.owner = number("owner");
    made.group = number("group");
    made
}
