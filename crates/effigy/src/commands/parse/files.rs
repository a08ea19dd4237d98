//! Which files hold Puppet code, and one of them parsed.
//!
//! Deliberately unaware of how many there are and of how findings are shown.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostic, Diagnostics, SourceFile, Span};
use syntax::{Location, Options, Parse};

use super::ParseArgs;

/// The paths themselves, and of folders all manifests and templates in them, in the order of their names. A
/// file that is named several times comes once. Links to folders are not followed, hidden folders not
/// searched.
pub fn collect(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path != Path::new("-") && fs::metadata(path).map_err(|error| named(path, error))?.is_dir() {
            search(path, &mut found).map_err(|error| named(path, error))?;
        } else {
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display()))
}

fn search(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden {
            search(&path, found)?;
        } else if !kind.is_dir() && is_puppet(&path) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn is_puppet(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "pp" || ending == "epp")
}

/// Parses a file's bytes, and says what is to be said against them in the order of the text.
pub fn parse(path: &Path, source: Vec<u8>, args: &ParseArgs, location: &Location) -> (Parse, Diagnostics) {
    let name = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    let epp = args.epp || path.extension().is_some_and(|ending| ending == "epp");
    let text = match String::from_utf8(source) {
        Ok(text) => text,
        Err(error) => {
            let program = syntax::ast::Program::default();
            return (Parse { program, issues: Vec::new() }, not_utf8(&name, &error).into());
        }
    };
    let mut parse = syntax::parse(&text, &Options { epp, tasks: args.tasks });
    if parse.issues.iter().all(|issue| issue.stage == syntax::Stage::Validation) {
        parse.issues.extend(location.issues(&parse.program, &name));
    }
    let file = Arc::new(SourceFile::new(name, text));
    let mut diagnostics: Diagnostics = parse.issues.iter().map(|issue| issue.diagnostic(&file)).collect();
    diagnostics.sort();
    (parse, diagnostics)
}

/// Diagnostics as people want to see them: a long statement underlined on its first line only.
pub fn on_first_lines(mut diagnostics: Diagnostics) -> Diagnostics {
    for place in diagnostics.0.iter_mut().filter_map(|diagnostic| diagnostic.place.as_mut()) {
        let line = place.source.slice(place.span).lines().next().unwrap_or_default();
        let start = place.span.start as usize;
        place.span = Span::new(start, start + line.trim_end().len());
    }
    diagnostics
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Diagnostic {
    let offset = error.utf8_error().valid_up_to();
    let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
    // Up to the byte in question, the text is the same.
    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
    Diagnostic::error(format!("the byte 0x{byte:02x} is not UTF-8, which Puppet code is"))
        .code("INVALID_UTF8")
        .at(&Arc::new(SourceFile::new(name, text)), Span::new(offset, offset + 1))
        .hint("convert the file, e.g. with `iconv -f latin1 -t utf-8`")
}
