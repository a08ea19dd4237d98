//! `effigy modules why`: who asks for a module.

use clap::Args;
use modules::Path;
use serde_json::json;

use super::super::Outcome;
use crate::args::Location;
use crate::printer::Printer;

/// Show who asks for a module.
///
/// Each line is a way from the Puppetfile to the module: every step asks for the next, in the range in brackets.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// Its full or short name.
    #[arg(value_name = "MODULE")]
    module: String,
}

/// Explains.
pub fn run(args: &WhyArgs, location: &Location, printer: &Printer) -> Outcome {
    super::with_request(location, printer, |request| {
        let paths = request.why(&args.module)?;
        printer.answer(&json!({ "module": args.module, "paths": paths }), || {
            if paths.is_empty() {
                return format!("nobody asks for {}\n", args.module);
            }
            paths.iter().map(|path| line(path) + "\n").collect()
        });
        Ok(())
    })
}

fn line(path: &Path) -> String {
    let steps = path.steps.iter().map(|step| {
        let version = step.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        let asked = if step.asked.is_empty() { String::new() } else { format!(" ({})", step.asked) };
        format!("{}{version}{asked}", step.name)
    });
    steps.collect::<Vec<_>>().join(" > ")
}
