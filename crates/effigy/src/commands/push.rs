//! `effigy push`: images of the store into a registry.

use std::process::ExitCode;

use clap::Args;
use registry::{Client, Pushed, Reference};
use serde_json::{Value, json};

use super::{Outcome, count, size, stored};
use crate::args::Location;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::registries::{TransferArgs, reference};

/// Push images to a registry.
///
/// Pushes one image to where REFERENCE says (registry.example.org/team/web:1.0), or with `--to` several images below
/// a path of a registry, each under its own name. What the registry has is not sent again. The manifest goes last,
/// so that a tag never names an image that is not whole.
///
/// Credentials are those of `docker login` and `podman login`.
#[derive(Debug, Args)]
#[command(
    override_usage = "effigy push [OPTIONS] IMAGE [REFERENCE]\n       effigy push [OPTIONS] --to PATH [IMAGE]..."
)]
pub struct PushArgs {
    /// Name of an image in the store, and where it goes [default: where its name says, if that names a registry].
    /// With --to: names of images [default: all that have one].
    #[arg(value_name = "IMAGE")]
    pub words: Vec<String>,
    /// Push each image below this path, e.g. registry.example.org/team.
    #[arg(long, value_name = "PATH")]
    pub to: Option<String>,
    /// The tag that images get with --to.
    #[arg(long, value_name = "TAG", default_value = "latest", requires = "to")]
    pub tag: String,
    #[command(flatten)]
    pub transfer: TransferArgs,
    /// Send blobs in pieces of at most so many megabytes, for registries behind a proxy with a limit.
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(1..))]
    pub chunk_size: Option<u64>,
}

/// Pushes.
pub fn run(args: &PushArgs, location: &Location, printer: &Printer) -> Outcome {
    let store = location.existing_store()?;
    let pairs = pairs(args, &store)?;
    let client: Client = args.transfer.client(args.chunk_size)?;
    let _hold = store.hold()?;
    let progress = printer.progress();
    let mut answers = Vec::new();
    for (image, target) in &pairs {
        let pushed = client.push(&store, &image.manifest, target, &progress)?;
        printer.line(&describe(&pushed));
        let mut answer = answer(&pushed);
        answer["image"] = json!(image.name);
        answers.push(answer);
    }
    printer.answer(&json!({ "pushed": answers }), String::new);
    Ok(ExitCode::SUCCESS)
}

/// Which image goes where.
fn pairs(args: &PushArgs, store: &store::Store) -> Result<Vec<(store::Image, Reference)>, Failure> {
    let Some(path) = &args.to else {
        return match &args.words[..] {
            [name] => one(store, name, name),
            [name, target] => one(store, name, target),
            [] => Err(Failure::usage("no image is named".to_owned())
                .hint("say `effigy push IMAGE REFERENCE`, or `effigy push --to PATH` for all")),
            _ => Err(Failure::usage("more than an image and a reference".to_owned())
                .hint("push several images with `effigy push --to PATH IMAGE..`")),
        };
    };
    let path = path.trim_end_matches('/');
    let images = stored(store, &args.words)?;
    let target = |image: store::Image| {
        let target = reference(&format!("{path}/{}:{}", image.name, args.tag))?;
        Ok((image, target))
    };
    // Those that have a registry in their name were pulled, and those without a name have none to push to.
    let own = |image: &store::Image| !args.words.is_empty() || !image.name.contains([':', '@']);
    images.into_iter().filter(own).map(target).collect()
}

fn one(store: &store::Store, name: &str, target: &str) -> Result<Vec<(store::Image, Reference)>, Failure> {
    let image = stored(store, &[name.to_owned()])?.remove(0);
    if name == target && !Reference::names_registry(name) {
        return Err(Failure::usage(format!("`{name}` names no registry to push to"))
            .hint(format!("say where to: `effigy push {name} registry.example.org/{name}`")));
    }
    Ok(vec![(image, reference(target)?)])
}

/// One line for people.
pub fn describe(pushed: &Pushed) -> String {
    let what = if pushed.unchanged {
        "unchanged".to_owned()
    } else {
        let sent = format!("{} sent ({})", count(pushed.sent, "blob"), size(pushed.sent_bytes));
        format!("{sent}, {} mounted, {} there already", pushed.mounted, pushed.existing)
    };
    format!("{}  {}  {what}", pushed.reference, pushed.digest.oci())
}

/// The same as data.
pub fn answer(pushed: &Pushed) -> Value {
    json!({
        "reference": pushed.reference.to_string(),
        "digest": pushed.digest,
        "unchanged": pushed.unchanged,
        "sent": pushed.sent,
        "sent_bytes": pushed.sent_bytes,
        "mounted": pushed.mounted,
        "existing": pushed.existing,
    })
}
