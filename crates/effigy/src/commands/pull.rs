//! `effigy pull`: images of registries into the store.

use std::process::ExitCode;

use clap::Args;
use registry::Platform;
use serde_json::json;

use super::{Outcome, count, size};
use crate::args::Location;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::registries::{TransferArgs, reference};
use progress::Progress;

/// Pull images from a registry.
///
/// References are written as for Docker: debian:13 is an image of Docker's registry, registry.example.org/team/web:1.0
/// one elsewhere; a digest pins one (debian@sha256:...). Everything is checked against its digest before it counts;
/// what the store has does not come again.
#[derive(Debug, Args)]
pub struct PullArgs {
    /// What to pull.
    #[arg(value_name = "REFERENCE", required = true)]
    pub references: Vec<String>,
    /// The name that the image gets in the store [default: the reference].
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Which image of several, e.g. linux/arm64 [default: this machine's].
    #[arg(long, value_name = "PLATFORM")]
    pub platform: Option<Platform>,
    #[command(flatten)]
    pub transfer: TransferArgs,
}

/// Pulls.
pub fn run(args: &PullArgs, location: &Location, printer: &Printer) -> Outcome {
    if args.name.is_some() && args.references.len() > 1 {
        return Err(Failure::usage("`--name` is for one reference".to_owned()));
    }
    let references = args.references.iter().map(|text| reference(text)).collect::<Result<Vec<_>, _>>()?;
    let client = args.transfer.client(None)?;
    let (platform, chosen) = platform(args.platform.as_ref());
    let store = location.store()?;
    let _hold = store.hold()?;
    let progress = printer.progress();
    let mut answers = Vec::new();
    for reference in &references {
        let pulled = client.pull(reference, &platform, &store, &progress)?;
        if let Some(found) = pulled.platform.as_ref().filter(|found| !platform.runs(found)) {
            let message = format!("{} is made for {found}, not for {platform}", reference.familiar());
            if chosen {
                return Err(Failure::other(message));
            }
            progress.warn(&message);
        }
        let name = args.name.clone().unwrap_or_else(|| reference.familiar());
        store.tag(&name, &pulled.manifest)?;
        let fetched = format!("{} fetched ({})", count(pulled.fetched, "blob"), size(pulled.fetched_bytes));
        let digest = pulled.manifest.digest.oci();
        printer.line(&format!("{name}  {digest}  {fetched}, {} there already", pulled.existing));
        answers.push(json!({
            "name": name,
            "reference": reference.to_string(),
            "manifest": pulled.manifest.digest,
            "resolved": reference.with_digest(pulled.resolved).to_string(),
            "platform": pulled.platform.as_ref().map(ToString::to_string),
            "fetched": pulled.fetched,
            "fetched_bytes": pulled.fetched_bytes,
            "existing": pulled.existing,
        }));
    }
    printer.answer(&json!({ "pulled": answers }), String::new);
    Ok(ExitCode::SUCCESS)
}

/// The platform that is wanted, and whether it was named.
pub fn platform(named: Option<&Platform>) -> (Platform, bool) {
    let own = || Platform::linux(builder::host_architecture());
    (named.cloned().unwrap_or_else(own), named.is_some())
}
