//! `effigy modules outdated`: what there is something newer of.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::super::Outcome;
use super::super::build::NetworkArgs;
use super::table::table;
use crate::args::Location;
use crate::printer::Printer;

/// Show modules that something newer is to be had of.
///
/// WANTED is what `update` would take, NEWEST is the newest there is, whatever the Puppetfile and other modules
/// allow. Nothing is changed.
#[derive(Debug, Args)]
pub struct OutdatedArgs {
    #[command(flatten)]
    network: NetworkArgs,
}

/// Asks.
pub fn run(args: &OutdatedArgs, location: &Location, printer: &Printer) -> Outcome {
    super::with_store(&args.network, location, printer, |modules| {
        let outdated = modules.outdated()?;
        printer.answer(&json!({ "outdated": outdated }), || {
            if outdated.is_empty() {
                return "every module is the newest\n".to_owned();
            }
            let rows = outdated.iter().map(|module| {
                let (locked, wanted) = (module.locked.clone(), module.wanted.clone());
                vec![module.name.clone(), locked, wanted, module.newest.clone(), module.origin.clone()]
            });
            table(&["MODULE", "LOCKED", "WANTED", "NEWEST", "FROM"], rows.collect())
        });
        Ok(ExitCode::SUCCESS)
    })
}
