//! effigy's command line: arguments as typed, then a command with all it needs, then its answer printed.
//!
//! The only crate that prints, reads the environment, or knows of terminals.

mod args;
mod commands;
mod environment;
mod failure;
mod printer;
mod progress_bars;
mod registries;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;
use crate::printer::Printer;

fn main() -> ExitCode {
    // A sandbox stage is this program under another name; see there.
    sandbox::entry(&[builder::APPLY]);
    let args = Args::parse();
    let printer = Printer::new(&args.output);
    match commands::run(&args, &printer) {
        Ok(code) => code,
        Err(failure) => {
            printer.failure(&failure);
            failure.exit_code()
        }
    }
}
