//! `effigy parse`: the syntax tree of Puppet code, or what is wrong with it.

mod check;
mod files;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use diagnostics::{Diagnostic, Diagnostics};
use syntax::NotationForm;

use super::Outcome;
use crate::args::Format;
use crate::failure::Failure;
use crate::printer::Printer;

/// Show the syntax tree of Puppet code, or check code.
///
/// Reads manifests and EPP templates as Puppet 8 does, without running Puppet and without a control
/// repository.
///
/// Of one file, or of standard input (`-`), the tree is shown in Puppet Notation: `--format text` with line
/// breaks, `--format pn` on one line, `--format json` as JSON, each byte for byte as `puppet parser dump` has
/// it.
///
/// With `--check`, files and folders are checked for all that `puppet parser validate` refuses, in its words,
/// each error with its line underlined and a hint. Folders are searched for `.pp` and `.epp`; hidden ones are
/// left out. `--format json` gives a record for each finding.
///
/// Ends with 3 when there are errors. Warnings alone are no error.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ParseArgs {
    /// A file, or `-` for standard input; with --check files and folders, as many as there are.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Check for errors instead of showing trees.
    #[arg(long)]
    pub check: bool,
    /// Take every file for a template; without it, only those in `.epp`.
    #[arg(long)]
    pub epp: bool,
    /// Take `plan` and `apply` for keywords, as Bolt does.
    #[arg(long)]
    pub tasks: bool,
    /// Folders of modules, with colons between: what lies in them must define what its path says.
    #[arg(long, value_name = "DIRS", value_delimiter = ':', requires = "check")]
    pub modulepath: Vec<PathBuf>,
    /// Show the tree with line breaks, whatever its form.
    #[arg(long, conflicts_with = "check")]
    pub pretty: bool,
}

const EXAMPLES: &str = "\
Examples:
  effigy parse --check manifests site              all that is wrong in two folders
  effigy parse --check --modulepath site site      and what does not lie where Puppet looks for it
  effigy parse --check --format json x.pp | jq '.diagnostics[].message'
  effigy parse --format pn site.pp                 the tree, on one line
  echo 'notice $x + 1' | effigy parse -            the tree of a line";

/// Shows or checks.
pub fn run(args: &ParseArgs, printer: &Printer) -> Outcome {
    if args.check {
        return check::run(args, printer);
    }
    let [path] = &args.paths[..] else {
        let failure = Failure::usage(format!("expected one file to show, found {}", args.paths.len()));
        return Err(failure.hint("give `--check` to check several"));
    };
    let form = match (printer.format(), args.pretty) {
        (Format::Text, _) | (Format::Pn, true) => NotationForm::PrettyText,
        (Format::Pn, false) => NotationForm::Text,
        (Format::Json, false) => NotationForm::Json,
        (Format::Json, true) => NotationForm::PrettyJson,
    };
    let source = source(path).map_err(|error| unreadable(path, &error))?;
    let (parse, diagnostics) = files::parse(path, source, args, &syntax::Location::Outside);
    if diagnostics.has_errors() {
        return Err(Failure::input(None, files::on_first_lines(diagnostics)));
    }
    printer.diagnostics(&files::on_first_lines(diagnostics));
    printer.text(&(syntax::notation_in(&parse.program, form) + "\n"));
    Ok(ExitCode::SUCCESS)
}

/// A file's bytes, or those of standard input.
fn source(path: &Path) -> std::io::Result<Vec<u8>> {
    if path != Path::new("-") {
        return std::fs::read(path);
    }
    let mut source = Vec::new();
    std::io::stdin().lock().read_to_end(&mut source)?;
    Ok(source)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::usage(format!("cannot read {}: {error}", path.display()));
    match error.kind() {
        std::io::ErrorKind::IsADirectory => failure.hint("give `--check` to check all that is in a folder"),
        _ => failure,
    }
}

/// A file that could not be read, among others that could.
fn unreadable_among(path: &Path, error: &std::io::Error) -> Diagnostics {
    Diagnostic::error(format!("cannot read {}: {error}", path.display())).code("UNREADABLE").into()
}
