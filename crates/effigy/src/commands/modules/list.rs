//! `effigy modules list`: what is locked and installed.

use clap::Args;
use serde_json::json;

use super::super::Outcome;
use super::table::table;
use crate::args::Location;
use crate::printer::Printer;

/// List the modules: version, whether they are installed, and where they come from.
#[derive(Debug, Args)]
pub struct ListArgs {}

/// Lists.
pub fn run(_: &ListArgs, location: &Location, printer: &Printer) -> Outcome {
    super::with_request(location, printer, |request| {
        let modules = request.list()?;
        printer.answer(&json!({ "modules": modules }), || {
            let rows = modules.iter().map(|module| {
                let version = module.version.clone().unwrap_or_else(|| "-".to_owned());
                let state = match &module.changes {
                    Some(changes) => format!("{}: {changes}", module.state.word()),
                    None => module.state.word().to_owned(),
                };
                vec![module.name.clone(), version, module.origin.clone(), state]
            });
            table(&["MODULE", "VERSION", "FROM", "STATE"], rows.collect())
        });
        Ok(())
    })
}
