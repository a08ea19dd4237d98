//! `effigy modules`: what the Puppetfile names, a file for each thing to do with it.

mod install;
mod list;
mod outdated;
mod table;
mod update;
mod why;

use builder::Settings;
use clap::{Args, Subcommand};
use control_repo::ControlRepo;
use modules::{Report, Request};

use super::build::NetworkArgs;
use super::{Outcome, become_root, count};
use crate::args::Location;
use crate::failure::Failure;
use crate::printer::Printer;

/// Work with the modules of the Puppetfile.
#[derive(Debug, Args)]
pub struct ModulesArgs {
    #[command(subcommand)]
    command: ModulesCommand,
}

/// One line a command; each is a file of `modules/`.
#[derive(Debug, Subcommand)]
enum ModulesCommand {
    Install(install::InstallArgs),
    Update(update::UpdateArgs),
    List(list::ListArgs),
    Outdated(outdated::OutdatedArgs),
    Why(why::WhyArgs),
}

/// Runs what was typed.
pub fn run(args: &ModulesArgs, location: &Location, printer: &Printer) -> Outcome {
    match &args.command {
        ModulesCommand::Install(command) => install::run(command, location, printer),
        ModulesCommand::Update(command) => update::run(command, location, printer),
        ModulesCommand::List(command) => list::run(command, location, printer),
        ModulesCommand::Outdated(command) => outdated::run(command, location, printer),
        ModulesCommand::Why(command) => why::run(command, location, printer),
    }
}

/// For commands that need the store: reads everything first, so that a mistake in a file makes no store, then does
/// the work as root of a namespace if need be.
fn with_store(
    network: &NetworkArgs,
    location: &Location,
    printer: &Printer,
    work: impl FnOnce(&builder::Modules<'_>) -> Outcome,
) -> Outcome {
    let repo = location.control_repo(printer)?;
    Request::read(&repo)?;
    if let Some(code) = become_root()? {
        return Ok(code);
    }
    let store = location.store()?;
    let settings: Settings = network.settings()?;
    let progress = printer.progress();
    work(&builder::Modules::new(&repo, &store, &settings, &progress))
}

/// For commands that only look at the repository.
fn with_request(
    location: &Location,
    printer: &Printer,
    work: impl FnOnce(&Request<'_>) -> Result<(), Failure>,
) -> Outcome {
    let repo: ControlRepo = location.control_repo(printer)?;
    work(&Request::read(&repo)?)?;
    Ok(std::process::ExitCode::SUCCESS)
}

/// What installing or updating did.
fn answer(report: &Report, printer: &Printer) {
    printer.answer(report, || {
        let lists =
            [("installed", &report.installed), ("replaced", &report.replaced), ("removed", &report.removed)];
        let lines =
            lists.iter().flat_map(|(verb, names)| names.iter().map(move |name| format!("{verb} {name}\n")));
        let lines: String = lines.collect();
        format!("{lines}{} up to date\n", count(report.present.len(), "module"))
    });
}
