//! `effigy parse --check`: many files at once.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use diagnostics::{Diagnostic, Diagnostics, Severity};
use serde_json::json;
use syntax::Location;

use super::{ParseArgs, files, source, unreadable_among};
use crate::args::Format;
use crate::commands::{Outcome, count};
use crate::failure::{FAULTY_INPUT, Failure};
use crate::printer::Printer;

/// Checks, and shows what was found in the order of the files' names.
pub fn run(args: &ParseArgs, printer: &Printer) -> Outcome {
    let files = files::collect(&args.paths).map_err(|error| Failure::usage(error.to_string()))?;
    let modules = Modules::new(&args.modulepath)?;
    let found = in_parallel(&files, |path| findings(path, args, &modules));
    let found = Diagnostics(found.into_iter().flat_map(|diagnostics| diagnostics.0).collect());
    let number =
        |severity| found.0.iter().filter(|diagnostic: &&Diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    if printer.format() == Format::Json {
        let records = found.records();
        let data =
            json!({"files": files.len(), "errors": errors, "warnings": warnings, "diagnostics": records});
        printer.answer(&data, String::new);
    } else {
        printer.diagnostics(&files::on_first_lines(found));
    }
    printer.note(&format!(
        "{} checked: {}, {}",
        count(files.len(), "file"),
        count(errors, "error"),
        count(warnings, "warning")
    ));
    Ok(if errors > 0 { ExitCode::from(FAULTY_INPUT) } else { ExitCode::SUCCESS })
}

fn findings(path: &Path, args: &ParseArgs, modules: &Modules) -> Diagnostics {
    match source(path) {
        Ok(source) => files::parse(path, source, args, &modules.location(path)).1,
        Err(error) => unreadable_among(path, &error),
    }
}

/// Folders that modules lie in.
struct Modules {
    folders: Vec<PathBuf>,
}

impl Modules {
    fn new(folders: &[PathBuf]) -> Result<Self, Failure> {
        let resolved = |folder: &PathBuf| {
            let failed = |error| Failure::usage(format!("cannot read {}: {error}", folder.display()));
            folder.canonicalize().map_err(failed)
        };
        Ok(Self { folders: folders.iter().map(resolved).collect::<Result<_, _>>()? })
    }

    fn location(&self, path: &Path) -> Location {
        if self.folders.is_empty() {
            return Location::Outside;
        }
        let Ok(path) = path.canonicalize() else { return Location::Outside };
        let within = self.folders.iter().find_map(|folder| path.strip_prefix(folder).ok());
        within.map_or(Location::Outside, |path| Location::in_modules(&path.to_string_lossy()))
    }
}

/// What `examine` gives for every file, in their order, computed on all processors.
fn in_parallel<T: Send>(files: &[PathBuf], examine: impl Fn(&Path) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let number = next.fetch_add(1, Ordering::Relaxed)
            && let Some(file) = files.get(number)
        {
            done.push((number, examine(file)));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(files.len());
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let outcomes =
            workers.into_iter().map(|worker| worker.join().expect("examining a file does not panic"));
        outcomes.flatten().collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, found)| found).collect()
}
