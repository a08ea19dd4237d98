//! Parses every `.pp` and `.epp` file below the folders given, on one core, and says how long that took and how much
//! memory the trees need. `bench/parse` runs it beside real Puppet.
//!
//! Reading the files is not counted. Prints a JSON object.

use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut files = Vec::new();
    for folder in std::env::args_os().skip(1) {
        collect(Path::new(&folder), &mut files)?;
    }
    files.sort();
    let texts: Vec<(bool, String)> = files
        .iter()
        .filter_map(|path| Some((path.extension()? == "epp", std::fs::read_to_string(path).ok()?)))
        .collect();
    let before = memory("VmRSS:")?;
    let begun = Instant::now();
    let parses: Vec<syntax::Parse> = texts
        .iter()
        .map(|(epp, text)| syntax::parse(text, &syntax::Options { epp: *epp, ..Default::default() }))
        .collect();
    let seconds = begun.elapsed().as_secs_f64();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let report = serde_json::json!({
        "files": texts.len(),
        "bytes": bytes,
        "seconds": seconds,
        "refused": parses.iter().filter(|parse| parse.has_errors()).count(),
        "tree_bytes": memory("VmRSS:")?.saturating_sub(before),
        "peak_bytes": memory("VmHWM:")?.saturating_sub(before),
    });
    std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{report}\n"))
}

/// A figure of this process's memory, in bytes. Pages are counted, so that it is a little too much.
fn memory(name: &str) -> std::io::Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
    Ok(kilobytes.unwrap_or(0_usize) * 1024)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|extension| extension == "pp" || extension == "epp") {
        files.push(path.to_owned());
    }
    Ok(())
}
