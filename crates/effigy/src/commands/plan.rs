//! `effigy plan`: the layers that an image's catalog is cut into, and what each depends on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use builder::{Builder, Planned, Settings};
use clap::Args;
use plan::{Applier, Change, Content, Difference, KeyedResource, Layer, Plan};
use serde_json::{Value, json};

use super::build::{Engine, NetworkArgs, chosen};
use super::{Outcome, become_root, count};
use crate::args::Location;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::registries::RegistryArgs;

/// Show the layers of images before they are built.
///
/// Compiles each image's catalog and cuts it into layers: which resources are in each, in which order, who
/// would apply it, and under which key. Nothing is applied. Builds do not go by these layers yet: they apply
/// a catalog as one layer, so nothing is said here of what is in the store.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Names of images in effigy.yaml [default: all].
    #[arg(value_name = "IMAGE")]
    pub images: Vec<String>,
    /// Show what is in each key: parameters, content from outside, refreshes. Secrets are shown as digests.
    #[arg(long)]
    pub explain: bool,
    /// Say which layers differ from an earlier plan, and why. FILE is what `effigy plan --format json` wrote.
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub registries: RegistryArgs,
    /// Who applies catalogs, whatever effigy.yaml says.
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<Engine>,
    /// Plan for a build without a network.
    #[arg(long)]
    pub no_network: bool,
}

/// Plans.
pub fn run(args: &PlanArgs, location: &Location, printer: &Printer) -> Outcome {
    let repo = location.control_repo(printer)?;
    let images = chosen(&repo, &args.images)?;
    modules::Request::read(&repo)?;
    let earlier = args.since.as_deref().map(read_earlier).transpose()?;
    if let Some(code) = become_root()? {
        return Ok(code);
    }
    let store = location.store()?;
    let settings = Settings {
        no_network: args.no_network,
        engine: args.engine.map(Into::into),
        registries: args.registries.options()?,
        ..args.network.settings()?
    };
    let progress = printer.progress();
    let planned = Builder::new(&repo, &store, &settings, &progress)?.plan(&images)?;
    let mut answers = Vec::new();
    let mut text = String::new();
    for image in &planned {
        let changes = earlier.as_ref().map(|earlier| changes(earlier, image));
        let mut answer = json!({"name": image.name, "plan": image.plan});
        if let Some(changes) = &changes {
            answer["changes"] =
                changes.iter().map(|(layer, change)| json!({"layer": layer, "change": change})).collect();
        }
        answers.push(answer);
        text.push_str(&describe(image, changes.as_deref(), args.explain));
    }
    printer.answer(&json!({ "images": answers }), || text);
    Ok(ExitCode::SUCCESS)
}

/// The plans of an earlier answer, by image.
fn read_earlier(path: &Path) -> Result<Vec<(String, Plan)>, Failure> {
    let wrong = |why: String| Failure::usage(format!("cannot read the plans in {}: {why}", path.display()));
    let text = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let answer: Value = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let images = answer["images"].as_array().ok_or_else(|| wrong("it has no `images`".to_owned()))?;
    let read = |image: &Value| {
        let plan = Plan::from_json(image["plan"].to_string().as_bytes());
        let plan = plan.map_err(|error| wrong(error.to_string()))?;
        Ok((image["name"].as_str().unwrap_or_default().to_owned(), plan))
    };
    images.iter().map(read).collect()
}

fn changes(earlier: &[(String, Plan)], image: &Planned) -> Vec<(String, Change)> {
    match earlier.iter().find(|(name, _)| *name == image.name) {
        Some((_, before)) => plan::compare(before, &image.plan),
        None => image.plan.layers.iter().map(|layer| (layer.name.clone(), Change::New)).collect(),
    }
}

fn describe(image: &Planned, changes: Option<&[(String, Change)]>, explain: bool) -> String {
    let layers = &image.plan.layers;
    let resources = layers.iter().map(|layer| layer.resources().count()).sum();
    let mut text =
        format!("{}: {}, {}\n", image.name, count(layers.len(), "layer"), count(resources, "resource"));
    for (number, layer) in layers.iter().enumerate() {
        let who = layer.key.applier.name();
        let (digest, size) = (layer.digest.short(), count(layer.resources().count(), "resource"));
        text.push_str(&format!("\n{:>3}  {}  {digest}  {who}  {size}\n", number + 1, layer.name));
        if let Some((_, change)) = changes.iter().copied().flatten().find(|(name, _)| *name == layer.name) {
            text.push_str(&format!("     {}\n", in_words(change)));
        }
        text.push_str(&notes(layer, explain));
        for keyed in &layer.key.resources {
            text.push_str(&format!("       {}{}\n", keyed.resource, place(layer, keyed, explain)));
            if explain {
                text.push_str(&contents(keyed));
            }
        }
    }
    for (layer, _) in changes.iter().copied().flatten().filter(|(_, change)| *change == Change::Gone) {
        text.push_str(&format!("\n     {layer}: gone\n"));
    }
    text.push('\n');
    text
}

fn place(layer: &Layer, keyed: &KeyedResource, explain: bool) -> String {
    match layer.origins.get(&keyed.resource).filter(|_| explain) {
        Some(origin) => match origin.line {
            Some(line) => format!("  ({}:{line})", origin.file),
            None => format!("  ({})", origin.file),
        },
        None => String::new(),
    }
}

/// What is worth knowing of a layer as a whole.
fn notes(layer: &Layer, explain: bool) -> String {
    let mut lines = Vec::new();
    for (resource, reason) in &layer.foreign {
        lines.push(format!("{resource} needs real Puppet: {reason}"));
    }
    for service in &layer.services {
        lines.push(format!("{service} has to run meanwhile"));
    }
    for name in &layer.unpinned {
        lines.push(format!("nothing pins {name}: what it gives may change under the same key"));
    }
    if explain {
        let key = &layer.key;
        lines.push(format!("on {}", key.parent.short()));
        if let Applier::Native { engine, types } = &key.applier {
            let types: Vec<String> =
                types.iter().map(|(name, version)| format!("{name} {version}")).collect();
            lines.push(format!("engine {engine}, types {}", types.join(", ")));
        }
        let settings: Vec<String> =
            key.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
        lines.push(settings.join(", "));
        lines.extend(key.archive.iter().map(|archive| format!("package archive {}", archive.short())));
        let events = key.events_in.iter();
        lines.extend(events.map(|event| format!("{} refreshes {} if it changes", event.from, event.to)));
    }
    lines.iter().map(|line| format!("     {line}\n")).collect()
}

fn contents(keyed: &KeyedResource) -> String {
    let mut lines: Vec<String> =
        keyed.parameters.iter().map(|(name, value)| format!("{name} => {}", shown(value))).collect();
    lines.extend(keyed.outside.iter().map(|(name, content)| match content {
        Content::Digest(digest) => format!("reads {name}, {}", digest.short()),
        Content::Missing => format!("reads {name}, which is missing"),
        Content::InRoot => format!("reads {name} of the image itself"),
        Content::Unpinned => format!("reads {name}"),
    }));
    lines.extend(keyed.peers.keys().map(|peer| format!("looks at {peer}")));
    lines.extend(keyed.waits_for.iter().map(|other| format!("waits for {other}")));
    lines.extend(keyed.refreshed_by.iter().map(|from| format!("is refreshed by {from}")));
    lines.iter().map(|line| format!("           {line}\n")).collect()
}

fn in_words(change: &Change) -> String {
    match change {
        Change::Same => "unchanged".to_owned(),
        Change::New => "new".to_owned(),
        Change::Gone => "gone".to_owned(),
        Change::Below(layer) => format!("changed, because it stands on `{layer}`"),
        Change::Differs(found) => {
            let Difference { field, before, now, origin, .. } = found.as_ref();
            let place = origin.as_ref().map_or_else(String::new, |origin| match origin.line {
                Some(line) => format!(" ({}:{line})", origin.file),
                None => format!(" ({})", origin.file),
            });
            format!("changed: {field}: {}{place}", difference(before.as_ref(), now.as_ref()))
        }
    }
}

/// What a value was and is; of texts with several lines, the first that differs.
fn difference(before: Option<&Value>, now: Option<&Value>) -> String {
    let side = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), shown);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    if let (Some(before), Some(now)) = (text(before), text(now))
        && (before.contains('\n') || now.contains('\n'))
    {
        let (mut old, mut new) = (before.lines(), now.lines());
        for number in 1.. {
            match (old.next(), new.next()) {
                (None, None) => break,
                (old, new) if old == new => {}
                (old, new) => {
                    let side = |line: Option<&str>| {
                        line.map_or_else(|| "nothing".to_owned(), |line| format!("{line:?}"))
                    };
                    return format!("line {number}: {} was {}", side(new), side(old));
                }
            }
        }
    }
    format!("{} was {}", side(now), side(before))
}

/// A value in the form of keys, for people.
fn shown(value: &Value) -> String {
    let digest = |name: &str| value.get(name).and_then(Value::as_str).map(short);
    let bytes = value.get("bytes");
    match (digest("text").or_else(|| digest("binary")), digest("sensitive"), bytes) {
        (Some(digest), _, Some(bytes)) => format!("{bytes} bytes, {digest}"),
        (_, Some(digest), _) => format!("a secret, {digest}"),
        _ => value.to_string(),
    }
}

/// Of `sha256:..`, enough to tell it from others.
fn short(digest: &str) -> String {
    digest.trim_start_matches("sha256:").chars().take(12).collect()
}
