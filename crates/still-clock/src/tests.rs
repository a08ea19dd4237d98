use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;

/// Writes one of the files into a folder.
fn place(folder: &Path, name: &str) -> PathBuf {
    let file = files(0).into_iter().find(|file| file.path.ends_with(name)).unwrap();
    let path = folder.join(name);
    fs::write(&path, file.content).unwrap();
    path
}

/// What a program writes to its two streams when it goes by another name, with a library preloaded.
fn run_as(name: &Path, command: &str, arguments: &[&str], preloaded: &Path) -> (String, String) {
    // Copied by another process: one of this, started by another test meanwhile, would hold the file open for writing.
    assert!(Command::new("cp").arg(command).arg(name).status().unwrap().success());
    let output = Command::new(name).args(arguments).env("LD_PRELOAD", preloaded).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_clock_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let clock = place(folder.path(), "effigy-clock.so");
    let (time, complaint) = run_as(&folder.path().join("date"), "/bin/date", &["+%s.%N"], &clock);
    // Without the file that says otherwise, where it stands at the earliest.
    assert_eq!((time.as_str(), complaint.as_str()), ("1000000000.000000000\n", ""));
}

#[test]
fn only_servers_pass_the_gate() {
    let folder = tempfile::tempdir().unwrap();
    let gate = place(folder.path(), "effigy-gate.so");
    let line = |preloaded: &str| format!("LD_PRELOAD={preloaded}");
    let variables = |name: &str| run_as(&folder.path().join(name), "/usr/bin/env", &[], &gate);

    let (seen, complaint) = variables("mariadb");
    assert_eq!(complaint, "");
    assert!(seen.lines().any(|seen| seen == line(&gate.display().to_string())), "{seen}");
    // Started again with the clock. It is not where it would be in a build, so the loader says that, and goes on.
    let (seen, complaint) = variables("mariadbd");
    let both = line(&format!("/usr/lib/effigy-clock.so:{}", gate.display()));
    assert_eq!(seen.lines().filter(|seen| *seen == both).count(), 1, "{seen}");
    assert!(seen.lines().any(|seen| seen.starts_with("PATH=")), "{seen}");
    assert!(complaint.contains("/usr/lib/effigy-clock.so"), "{complaint}");
}
