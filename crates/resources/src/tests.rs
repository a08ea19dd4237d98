//! What real Puppet has no word for: packages in one run, services as intents, what is not native.

use std::cell::RefCell;
use std::rc::Rc;

use catalog::Catalog;
use serde_json::json;
use system::{Entry, Exit, Memory, Output, Recorder};

use super::*;

/// A catalog of one class with these resources: type, title, parameters.
fn catalog(resources: &[(&str, &str, serde_json::Value)]) -> Catalog {
    let mut listed =
        vec![json!({"type": "Stage", "title": "main"}), json!({"type": "Class", "title": "main"})];
    let mut edges = vec![json!({"source": "Stage[main]", "target": "Class[main]"})];
    for (kind, title, parameters) in resources {
        listed.push(json!({"type": kind, "title": title, "parameters": parameters}));
        edges.push(json!({"source": "Class[main]", "target": format!("{kind}[{title}]")}));
    }
    Catalog::from_json(&json!({"resources": listed, "edges": edges})).unwrap()
}

#[test]
fn files_of_modules_come_from_outside() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("m/files");
    std::fs::create_dir_all(files.join("d/e")).unwrap();
    std::fs::write(files.join("d/a"), "1").unwrap();
    std::fs::write(files.join("d/e/b"), "2").unwrap();
    std::os::unix::fs::symlink("a", files.join("d/l")).unwrap();
    let source = |path: &str| json!({"source": format!("puppet:///modules/{path}")});
    let catalog = catalog(&[
        ("File", "/d", json!({"source": "puppet:///modules/m/d", "recurse": true, "ensure": "directory"})),
        ("File", "/f", json!({"source": "puppet:///modules/m/d/l", "links": "follow"})),
        ("File", "/l", source("m/d/l")),
        ("File", "/first", json!({"source": ["puppet:///modules/m/x", "puppet:///modules/m/d/a"]})),
        ("File", "/root", source("m")),
        ("File", "/up", source("m/../../m/files/d/a")),
    ]);
    let mut memory = Memory::new();
    let mut logs: Vec<Log> = Vec::new();
    let (modules, settings) = (ModulePath(vec![folder.path().to_owned()]), Settings::default());
    let surroundings =
        Surroundings { system: &mut memory, sources: &modules, services: &mut Recorded, observer: &mut logs };
    let report = apply(&catalog, surroundings, &settings).unwrap();
    let failed: Vec<_> = report.statuses.iter().filter(|it| it.failed).map(|it| &it.resource).collect();
    assert_eq!(failed, ["File[/root]", "File[/up]"]);
    let content = |path: &str| String::from_utf8_lossy(&memory.entries()[path].content).into_owned();
    assert_eq!(["/d/a", "/d/e/b", "/d/l", "/f", "/l", "/first"].map(content), ["1", "2", "a", "1", "a", "1"]);
}

fn run(
    catalog: &Catalog,
    system: &mut dyn system::System,
    services: &mut dyn Services,
) -> (Report, Vec<String>) {
    let mut logs: Vec<Log> = Vec::new();
    let (modules, settings) =
        (ModulePath(Vec::new()), Settings { batch_packages: true, ..Settings::default() });
    let surroundings = Surroundings { system, sources: &modules, services, observer: &mut logs };
    let report = apply(catalog, surroundings, &settings).unwrap();
    (report, logs.iter().map(|log| format!("{}: {}", log.source, log.message)).collect())
}

/// A machine whose apt installs whatever it is asked for, and the lines that were run on it.
fn machine_with_apt() -> (Memory, Rc<RefCell<Vec<String>>>) {
    let mut memory = Memory::new();
    memory.put("/var/lib/dpkg/status", Entry::file(""));
    memory.put("/etc/x", Entry::file(""));
    let lines = Rc::new(RefCell::new(Vec::new()));
    let noted = lines.clone();
    memory.on_command(move |memory, command| {
        noted.borrow_mut().push(command.arguments.join(" "));
        let names = command.arguments.iter().skip_while(|word| *word != "install").skip(1);
        let mut status = memory.entries()["/var/lib/dpkg/status"].content.clone();
        for name in names {
            let text = format!("Package: {name}\nStatus: install ok installed\nVersion: 1\n\n");
            status.extend(text.bytes());
        }
        memory.put("/var/lib/dpkg/status", Entry::file(status));
        Ok(Output { exit: Exit::Code(0), bytes: Vec::new() })
    });
    (memory, lines)
}

#[test]
fn packages_that_wait_for_nothing_else_are_installed_at_once() {
    let catalog = catalog(&[
        ("Package", "a", json!({})),
        ("Package", "b", json!({"require": "Package[a]"})),
        ("File", "/etc/x/y", json!({"require": "Package[a]"})),
        ("File", "/etc/x", json!({"ensure": "absent"})),
        ("Package", "late", json!({"require": "File[/etc/x]"})),
        ("Package", "old", json!({"ensure": "1"})),
        ("Package", "c", json!({"notify": "Package[late]"})),
    ]);
    let (mut memory, lines) = machine_with_apt();
    let (report, logs) = run(&catalog, &mut memory, &mut Recorded);
    assert!(report.success(), "{logs:?}");
    let installs: Vec<String> = lines
        .borrow()
        .iter()
        .filter_map(|line| line.split_once(" install ").map(|(_, names)| names.to_owned()))
        .collect();
    assert_eq!(installs, ["a b c", "old=1", "late"]);
    let created = logs.iter().filter(|line| line.ends_with("ensure: created"));
    assert_eq!(created.count(), 5, "each is told in its own turn: {logs:?}");
    assert!(logs.iter().any(|line| line.contains("Package[late]: Triggered 'refresh' from 1 event")));
}

#[derive(Default)]
struct Asked(Vec<String>);

impl Services for Asked {
    fn is_running(&mut self, intent: &Intent) -> Option<bool> {
        (intent.name == "needed").then_some(false)
    }

    fn start(&mut self, intent: &Intent) -> Result<(), String> {
        self.0.push(format!("start {}", intent.name));
        Ok(())
    }

    fn restart(&mut self, intent: &Intent) -> Result<(), String> {
        self.0.push(format!("restart {}", intent.name));
        Ok(())
    }
}

#[test]
fn services_are_recorded_and_started_where_somebody_asks_for_it() {
    let catalog = catalog(&[
        ("File", "/tmp", json!({"ensure": "directory", "notify": ["Service[needed]", "Service[web]"]})),
        ("Service", "needed", json!({"ensure": "running", "enable": true})),
        ("Service", "web", json!({"ensure": "running", "enable": "true"})),
        ("Service", "off", json!({"ensure": "stopped"})),
    ]);
    let (mut memory, mut asked) = (Memory::new(), Asked::default());
    let (report, logs) = run(&catalog, &mut memory, &mut asked);
    // What was just started needs no restart.
    assert_eq!(asked.0, ["start needed", "restart web"], "{logs:?}");
    let told: Vec<_> = report.services.iter().map(|it| (it.name.as_str(), it.running)).collect();
    assert_eq!(told, [("needed", Some(true)), ("web", Some(true)), ("off", Some(false))]);
    assert!(logs.iter().any(|line| line.contains("ensure changed 'stopped' to 'running'")), "{logs:?}");
}

#[test]
fn a_recorder_hears_of_every_resource() {
    let catalog = catalog(&[
        ("File", "/a", json!({"ensure": "directory"})),
        ("File", "/a/f", json!({"content": "x", "mode": "0600"})),
        ("Ini_setting", "s", json!({"path": "/a/i", "section": "s", "setting": "x", "value": "1"})),
    ]);
    let mut memory = Memory::new();
    let mut recorder = Recorder::new(&mut memory);
    run(&catalog, &mut recorder, &mut Recorded);
    let told: Vec<_> =
        recorder.makers().iter().map(|(path, makers)| format!("{path} {}", makers.join(" "))).collect();
    assert_eq!(told, ["/a File[/a]", "/a/f File[/a/f]", "/a/i Ini_setting[s]"]);
}

#[test]
fn what_is_not_native_is_said_with_a_reason() {
    for (kind, parameters, expected) in [
        ("Mysql_user", json!({}), Some("there is no native type `mysql_user`")),
        ("Package", json!({"provider": "gem"}), Some("provider `gem`")),
        (
            "File",
            json!({"source": "https://x.example.org/y"}),
            Some("its source `https://x.example.org/y` is fetched"),
        ),
        (
            "File",
            json!({"content": {"__ptype": "Deferred", "name": "f"}}),
            Some("`content` is computed by Ruby when it is applied"),
        ),
        ("Package", json!({"ensure": "latest"}), None),
        ("Nova_config", json!({"value": "x"}), None),
    ] {
        let catalog = catalog(&[(kind, "/x/y", parameters)]);
        let reason = foreign(&catalog).into_iter().next().map(|(_, reason)| reason);
        assert_eq!(reason.as_deref(), expected, "{kind}");
    }
}
