//! One run of the `git` command, shut off from prompts, hooks and whatever this process stands in.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Command, Stdio};

use super::address::without_password;
use crate::Error;

/// Settings of every run. A server that sends nothing for half a minute is given up.
const SETTINGS: [&str; 7] = [
    "core.hooksPath=/dev/null",
    "protocol.ext.allow=never",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=30",
    "gc.auto=0",
    "maintenance.auto=false",
    "transfer.fsckObjects=false",
];

/// Variables that would make git look at another repository than the one it is told.
const FOREIGN: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
];

/// A run that is being prepared.
pub struct Git(Command);

impl Git {
    pub fn new() -> Self {
        let mut command = Command::new("git");
        command
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for name in FOREIGN {
            command.env_remove(name);
        }
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        Self(command)
    }

    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.0.arg(argument);
        self
    }

    pub fn args(&mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> &mut Self {
        self.0.args(arguments);
        self
    }

    /// Runs to the end and gives what was written. `action` and `url` are for the error.
    pub fn run(&mut self, action: &'static str, url: &str) -> Result<Vec<u8>, Error> {
        let output = self.0.output().map_err(|error| failure(action, url, &not_started(&error)))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(failure(action, url, &String::from_utf8_lossy(&output.stderr)))
    }

    /// Runs, and hands what is written to `read` as it comes.
    pub fn stream<R>(
        &mut self,
        action: &'static str,
        url: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let mut child = self.0.spawn().map_err(|error| failure(action, url, &not_started(&error)))?;
        let mut stdout = child.stdout.take().expect("it is piped");
        let mut stderr = child.stderr.take().expect("it is piped");
        let words = std::thread::spawn(move || {
            let mut words = String::new();
            let _unreadable = stderr.read_to_string(&mut words);
            words
        });
        let answer = read(&mut stdout);
        // Whoever stops reading early must not wait for one who goes on writing.
        drop(stdout);
        let status = child.wait().map_err(|error| failure(action, url, &error.to_string()))?;
        let words = words.join().unwrap_or_default();
        match answer {
            // What git says tells more than that its archive ended too early.
            _ if !status.success() && !words.trim().is_empty() => Err(failure(action, url, &words)),
            Ok(_) if !status.success() => Err(failure(action, url, &status.to_string())),
            answer => answer,
        }
    }
}

fn not_started(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "the program `git` is not installed".to_owned(),
        _ => format!("the program `git` cannot be run: {error}"),
    }
}

/// The last lines are what matters.
fn failure(action: &'static str, url: &str, words: &str) -> Error {
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.iter().rev().take(3).rev().copied().collect::<Vec<_>>().join("; ");
    let url = without_password(url);
    Error::Git { action, words: last, url }
}
