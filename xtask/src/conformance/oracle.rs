//! Asking real Puppet, and asking us the same.

use std::env;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::cases::{self, Case};
use crate::shell::command;

/// Where its root is unless `ORACLE_ROOT` says otherwise.
const ROOT: &str = "/opt/puppet-oracle";

/// Real Puppet.
pub struct Oracle {
    folder: PathBuf,
}

impl Oracle {
    /// The one that `PUPPET_ORACLE` names.
    pub fn from_environment() -> Result<Option<Self>> {
        let Some(folder) = env::var_os("PUPPET_ORACLE").map(PathBuf::from) else { return Ok(None) };
        let folder = folder.canonicalize().with_context(|| format!("finding {}", folder.display()))?;
        ensure!(folder.join("run").is_file(), "there is no program `run` in {}", folder.display());
        Ok(Some(Self { folder }))
    }

    /// The root that its modules lie in.
    pub fn root(&self) -> PathBuf {
        env::var_os("ORACLE_ROOT").map_or_else(|| ROOT.into(), PathBuf::from)
    }

    /// Its answers, in the order of the cases.
    pub fn ask(&self, script: &str, cases: &[Case]) -> Result<Vec<Value>> {
        let mut run = Command::new(self.folder.join("run"));
        // The folder it runs in is seen in its root, and has to exist there.
        run.arg(script).current_dir(env::temp_dir());
        answers(&mut run, cases)
    }

    /// The cases, each with its answer.
    pub fn answered(&self, mut cases: Vec<Case>) -> Result<Vec<Case>> {
        let answers = self.ask("parse.rb", &cases)?;
        for (case, mut answer) in cases.iter_mut().zip(answers) {
            let fields = answer.as_object_mut().context("an answer is an object")?;
            fields.retain(|name, value| match name.as_str() {
                "id" => false,
                // What is said of nearly all goes without saying.
                "error_class" => value.as_str().is_some_and(|class| !class.starts_with("Puppet::")),
                "logs" => value.as_array().is_some_and(|logs| !logs.is_empty()),
                _ => true,
            });
            case["expected"] = answer;
        }
        Ok(cases)
    }
}

/// Our answers, in the order of the cases.
pub fn ours(kind: &str, root: &Path, cases: &[Case]) -> Result<Vec<Value>> {
    let mut run = command("cargo", &["run", "--quiet", "--package", "conformance", "--", kind, "--root"]);
    answers(run.arg(root), cases)
}

fn answers(run: &mut Command, cases: &[Case]) -> Result<Vec<Value>> {
    let mut child = run
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", run.get_program().display()))?;
    let mut input = child.stdin.take().context("standard input was asked for")?;
    let lines = cases::lines(&cases.iter().map(question).collect::<Vec<_>>());
    // Beside the reading, so that neither waits for the other.
    let writer = thread::spawn(move || input.write_all(lines.as_bytes()));
    let mut text = String::new();
    child.stdout.take().context("standard output was asked for")?.read_to_string(&mut text)?;
    let written = writer.join();
    let status = child.wait()?;
    if !status.success() || !matches!(written, Ok(Ok(()))) {
        bail!("{} ended with {status}", run.get_program().display());
    }
    let answers = cases::parse(&text)?;
    ensure!(answers.len() == cases.len(), "{} cases, {} answers", cases.len(), answers.len());
    Ok(answers)
}

/// A case without its answer.
fn question(case: &Case) -> Case {
    let mut case = case.clone();
    if let Some(fields) = case.as_object_mut() {
        fields.remove("expected");
    }
    case
}
