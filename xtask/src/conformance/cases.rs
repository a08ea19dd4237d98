//! Cases: texts to be parsed, from the repository and from modules.
//!
//! Deliberately unaware of who answers them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::shell::root;

/// An object with `id`, `code` or `file`, `epp` for a template, and `expected` where the answer is known.
pub type Case = Value;

/// The file of cases that nobody thought of.
pub const MUTATIONS: &str = "mutations.jsonl";

/// Where the cases of `syntax` lie.
pub fn folder() -> PathBuf {
    root().join("crates/syntax/cases")
}

/// The files of cases, in the order of their names.
pub fn files() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder()).with_context(|| format!("reading {}", folder().display()))? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|ending| ending == "jsonl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The cases of a file.
pub fn read(file: &Path) -> Result<Vec<Case>> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    parse(&text).with_context(|| format!("reading {}", file.display()))
}

/// Cases or answers, one a line.
pub fn parse(text: &str) -> Result<Vec<Value>> {
    text.lines().map(|line| serde_json::from_str(line).with_context(|| format!("the line {line}"))).collect()
}

/// One a line.
pub fn lines(values: &[Value]) -> String {
    values.iter().map(|value| format!("{value}\n")).collect()
}

/// Writes a file of cases anew.
pub fn write(file: &Path, cases: Vec<Case>) -> Result<()> {
    fs::write(file, lines(&cases)).with_context(|| format!("writing {}", file.display()))
}

/// All cases of `syntax`, without the answers.
pub fn of_syntax() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for file in files()? {
        cases.extend(read(&file)?);
    }
    Ok(cases)
}

/// Every manifest and template of the modules in a root, by its path in that root.
pub fn of_modules(root: &Path) -> Result<Vec<Case>> {
    let mut paths = Vec::new();
    let modules = root.join("modules");
    search(&modules, &mut paths).with_context(|| format!("reading {}", modules.display()))?;
    paths.sort();
    let case = |path: &PathBuf| {
        let name = path.strip_prefix(&modules).unwrap_or(path).display().to_string();
        let epp = path.extension().is_some_and(|ending| ending == "epp");
        json!({"id": name, "file": format!("/modules/{name}"), "epp": epp})
    };
    Ok(paths.iter().map(case).collect())
}

fn search(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "pp" || ending == "epp") {
            found.push(path);
        }
    }
    Ok(())
}
