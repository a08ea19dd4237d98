//! Rules of this workspace that no compiler checks: which crate may depend on which, that modules say what they
//! are, that nothing is ignored, and that files stay readable.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell::{command, read, root};

/// Which of our crates a crate may depend on. The table in ARCHITECTURE.md tells the same with reasons.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    (
        "builder",
        &[
            "catalog",
            "control-repo",
            "debian",
            "diagnostics",
            "dpkg",
            "fetch",
            "mariadb",
            "modules",
            "oci",
            "plan",
            "progress",
            "puppet",
            "registry",
            "resources",
            "sandbox",
            "sha256",
            "still-clock",
            "store",
            "system",
        ],
    ),
    ("catalog", &["diagnostics"]),
    ("conformance", &["diagnostics", "eval", "functions", "syntax", "values"]),
    ("control-repo", &["diagnostics"]),
    ("debian", &["diagnostics", "fetch", "progress", "sha256"]),
    ("diagnostics", &[]),
    ("docker", &["diagnostics"]),
    ("dpkg", &["diagnostics", "progress"]),
    (
        "effigy",
        &[
            "builder",
            "control-repo",
            "debian",
            "diagnostics",
            "docker",
            "fetch",
            "modules",
            "oci",
            "plan",
            "progress",
            "puppet",
            "registry",
            "sandbox",
            "sha256",
            "store",
            "syntax",
        ],
    ),
    ("eval", &["diagnostics", "functions", "regexp", "syntax", "values"]),
    ("fetch", &["diagnostics", "progress", "sha256"]),
    ("functions", &["diagnostics", "regexp", "syntax", "values"]),
    ("hiera", &["diagnostics", "regexp", "values"]),
    ("mariadb", &["diagnostics"]),
    ("modules", &["control-repo", "debian", "diagnostics", "dpkg", "fetch", "progress", "sha256"]),
    ("oci", &["diagnostics", "sha256", "store"]),
    ("plan", &["catalog", "diagnostics", "resources", "sha256", "system"]),
    ("progress", &[]),
    ("puppet", &["diagnostics", "progress", "sandbox", "sha256"]),
    ("regexp", &["diagnostics"]),
    ("registry", &["diagnostics", "oci", "progress", "sha256", "store"]),
    ("resources", &["catalog", "diagnostics", "system"]),
    ("sandbox", &["diagnostics"]),
    ("sha256", &[]),
    ("still-clock", &[]),
    ("store", &["diagnostics", "sha256"]),
    ("syntax", &["diagnostics", "regexp"]),
    ("system", &[]),
    ("values", &["diagnostics", "regexp", "syntax"]),
    ("xtask", &[]),
];

/// Folders in which `unsafe` may stand: what speaks to the kernel, and what takes the place of C's functions.
const MAY_BE_UNSAFE: [&str; 2] = ["crates/sandbox/", "crates/still-clock/preload/"];

/// Lines that a source file may have; beyond, a second thing in it wants a file of its own.
const LONGEST_FILE: usize = 700;

/// Checks all of them and tells every breach.
pub fn check() -> Result<()> {
    let mut breaches = dependency_breaches()?;
    for folder in ["crates", "xtask"] {
        visit(&root().join(folder), &mut breaches)?;
    }
    if breaches.is_empty() { Ok(()) } else { bail!("{}", breaches.join("\n")) }
}

fn dependency_breaches() -> Result<Vec<String>> {
    let text = read(&mut command("cargo", &["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&text).context("reading cargo metadata")?;
    let packages = metadata["packages"].as_array().context("cargo metadata without packages")?;
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut breaches = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = MAY_DEPEND_ON.iter().find(|(of, _)| *of == name) else {
            breaches.push(format!("{name} is not in xtask's table of dependencies"));
            continue;
        };
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        for dependency in dependencies.filter_map(|one| one["name"].as_str()) {
            if ours.contains(&dependency) && !allowed.contains(&dependency) {
                breaches.push(format!("{name} must not depend on {dependency}"));
            }
        }
    }
    Ok(breaches)
}

fn visit(folder: &Path, breaches: &mut Vec<String>) -> Result<()> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("reading {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                visit(&path, breaches)?;
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
            breaches.extend(
                source_breaches(&shown, &text).into_iter().map(|breach| format!("{shown}: {breach}")),
            );
        }
    }
    Ok(())
}

fn source_breaches(path: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    // A file of tests tells what it tests by its name and place.
    let is_tests = path.ends_with("tests.rs") || path.contains("/testing");
    if !text.starts_with("//!") && !is_tests {
        breaches.push("does not open with `//!`: what it is, and what it does not know".to_owned());
    }
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        breaches.push(format!("{lines} lines; is there a second thing in it?"));
    }
    // Written in two parts, so that this file does not break its own rule.
    if text.contains(concat!("#[", "ignore")) {
        breaches.push("an ignored test".to_owned());
    }
    let excepted = MAY_BE_UNSAFE.iter().any(|folder| path.starts_with(folder));
    if text.contains(concat!("unsafe", " {")) && !excepted {
        breaches.push("`unsafe` outside of the folders that speak to the kernel or to C".to_owned());
    }
    breaches
}
