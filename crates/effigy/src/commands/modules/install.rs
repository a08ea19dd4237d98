//! `effigy modules install`: the module folders as the lock file says.

use std::process::ExitCode;

use clap::Args;

use super::super::Outcome;
use super::super::build::NetworkArgs;
use crate::args::Location;
use crate::printer::Printer;

/// Install the modules of the Puppetfile.
///
/// Reads the Puppetfile as r10k, librarian-puppet and Bolt do. What effigy.lock pins is installed exactly, without
/// asking anyone if the store has it; what it does not pin yet is resolved and added to it. Modules that effigy
/// installed and nobody asks for any more are removed, others are never touched.
#[derive(Debug, Args)]
pub struct InstallArgs {
    #[command(flatten)]
    network: NetworkArgs,
    /// Install modules anew that are there already, and give up changes made to them by hand.
    #[arg(long)]
    force: bool,
}

/// Installs.
pub fn run(args: &InstallArgs, location: &Location, printer: &Printer) -> Outcome {
    super::with_store(&args.network, location, printer, |modules| {
        super::answer(&modules.install(args.force)?, printer);
        Ok(ExitCode::SUCCESS)
    })
}
