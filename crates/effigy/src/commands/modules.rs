//! `effigy modules`: what the Puppetfile names.

use std::process::ExitCode;

use builder::Builder;
use clap::{Args, Subcommand};
use serde_json::json;

use super::build::NetworkArgs;
use super::{Outcome, become_root, count};
use crate::args::Location;
use crate::printer::Printer;

/// Work with the modules of the Puppetfile.
#[derive(Debug, Args)]
pub struct ModulesArgs {
    #[command(subcommand)]
    command: ModulesCommand,
}

#[derive(Debug, Subcommand)]
enum ModulesCommand {
    Install(InstallArgs),
}

/// Install the modules that are missing.
///
/// Reads the Puppetfile in r10k's syntax. Modules with `path:` are the repository's own; those with `deb:` come
/// out of a Debian package, fetched and checked as packages of a base are.
#[derive(Debug, Args)]
struct InstallArgs {
    #[command(flatten)]
    network: NetworkArgs,
    /// Install modules anew that are there already.
    #[arg(long)]
    force: bool,
}

/// Installs.
pub fn run(args: &ModulesArgs, location: &Location, printer: &Printer) -> Outcome {
    let ModulesCommand::Install(args) = &args.command;
    let repo = location.control_repo(printer)?;
    if let Some(code) = become_root()? {
        return Ok(code);
    }
    let store = location.store()?;
    let settings = args.network.settings()?;
    let progress = printer.progress();
    let report = Builder::new(&repo, &store, &settings, &progress)?.install_modules(args.force)?;
    printer.answer(&json!({"installed": report.installed, "present": report.present}), || {
        let lines: String = report.installed.iter().map(|name| format!("installed {name}\n")).collect();
        format!("{lines}{} up to date\n", count(report.present.len(), "module"))
    });
    Ok(ExitCode::SUCCESS)
}
