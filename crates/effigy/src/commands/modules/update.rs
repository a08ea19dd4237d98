//! `effigy modules update`: the lock file renewed.

use std::process::ExitCode;

use clap::Args;

use super::super::Outcome;
use super::super::build::NetworkArgs;
use crate::args::Location;
use crate::printer::Printer;

/// Take the newest modules that the Puppetfile allows.
///
/// Resolves all modules anew, or only those named, writes effigy.lock and installs what came of it.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Modules by their full or short names [default: all].
    #[arg(value_name = "MODULE")]
    modules: Vec<String>,
    #[command(flatten)]
    network: NetworkArgs,
    /// Give up changes made to installed modules by hand.
    #[arg(long)]
    force: bool,
}

/// Updates.
pub fn run(args: &UpdateArgs, location: &Location, printer: &Printer) -> Outcome {
    super::with_store(&args.network, location, printer, |modules| {
        super::answer(&modules.update(&args.modules, args.force)?, printer);
        Ok(ExitCode::SUCCESS)
    })
}
