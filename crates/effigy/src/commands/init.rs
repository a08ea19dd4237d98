//! `effigy init`: an effigy.yaml for a repository that has none.

use std::fs::File;
use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use control_repo::{FILE_NAME, propose_for};
use serde_json::json;

use super::Outcome;
use crate::args::Location;
use crate::failure::Failure;
use crate::printer::Printer;

/// Write an effigy.yaml for an existing control repository.
///
/// Reads what is there: Dockerfiles that apply Puppet, image_build's metadata.yaml, or else the roles in the
/// Hiera data. What could not be carried over is told, with file and line.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Print the file instead of writing it.
    #[arg(long)]
    pub dry_run: bool,
}

/// Proposes and writes.
pub fn run(args: &InitArgs, location: &Location, printer: &Printer) -> Outcome {
    let root = &location.repo;
    let path = root.join(FILE_NAME);
    let proposal = propose_for(root)?;
    if !args.dry_run {
        let failed = |error: std::io::Error| {
            let failure = Failure::usage(format!("cannot write {}: {error}", path.display()));
            if error.kind() == std::io::ErrorKind::AlreadyExists {
                return failure.hint("see what would be written with `effigy init --dry-run`");
            }
            failure
        };
        let mut file = File::create_new(&path).map_err(failed)?;
        file.write_all(proposal.yaml.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    }
    for note in &proposal.notes {
        printer.warn(&note.to_string());
    }
    let notes: Vec<_> = proposal
        .notes
        .iter()
        .map(|note| json!({"file": note.file, "line": note.line, "message": note.message}))
        .collect();
    printer.answer(&json!({"yaml": proposal.yaml, "notes": notes}), || {
        if args.dry_run { proposal.yaml.clone() } else { format!("wrote {}\n", path.display()) }
    });
    Ok(ExitCode::SUCCESS)
}
