//! Reading the keys of an image, at whichever level they stand.

use std::collections::BTreeMap;

use diagnostics::{Diagnostic, nearest};

use super::checks::{absolute, certname, compression, engine, fact, label, no_nul, signal, user, variable};
use super::{Base, From, ImageSettings};
use crate::invalid::Invalid;
use crate::reader::{Keys, Reader};
use crate::yaml::{Node, Value};

pub(super) const KEYS: Keys = Keys {
    owner: "an image",
    known: &[
        "from",
        "certname",
        "facts",
        "expose",
        "volumes",
        "cmd",
        "entrypoint",
        "env",
        "user",
        "workdir",
        "labels",
        "stop_signal",
        "network",
        "compression",
        "engine",
    ],
    others: &[
        ("base", "from"),
        ("image", "from"),
        ("ports", "expose"),
        ("command", "cmd"),
        ("environment", "env"),
        ("working_dir", "workdir"),
        ("node", "certname"),
        ("hostname", "certname"),
        ("fact", "facts"),
    ],
};

/// Where image keys stand.
pub(super) enum Level<'a> {
    /// In `effigy.yaml`, whose bases `from` may name.
    File(&'a [Base]),
    /// In Hiera, which is looked up with the image's base, node name and facts and cannot give them.
    Hiera,
}

/// Reads what it can; what is wrong is reported and left out.
pub(super) fn read(reader: &mut Reader, node: &Node, level: &Level<'_>) -> ImageSettings {
    let mut settings = ImageSettings::default();
    for entry in reader.map(node, "a map of an image's keys, e.g. `{facts: {role: web}}`") {
        let node = &entry.value;
        match entry.key.as_str() {
            key @ ("from" | "certname" | "facts") if matches!(level, Level::Hiera) => {
                let message = format!("`{key}` cannot come from Hiera");
                let hint = format!("write `{key}` in `effigy.yaml`: Hiera is looked up with it");
                reader.report(entry.key_span, Diagnostic::error(message).code("not-in-hiera").hint(hint));
            }
            "from" => settings.from = read_from(reader, node, level),
            "certname" => settings.certname = reader.parsed(node, "a node name", certname),
            "facts" => read_facts(reader, node, &mut settings),
            "expose" => {
                settings.expose = reader.list(node, "a list of ports, e.g. `[80, 443]`", |reader, item| {
                    reader.parsed(item, "a port", str::parse)
                });
            }
            "volumes" => {
                settings.volumes = reader.list(node, "a list of absolute paths", |reader, item| {
                    reader.parsed(item, "an absolute path", absolute)
                });
            }
            "cmd" => settings.cmd = read_command(reader, node),
            "entrypoint" => settings.entrypoint = read_command(reader, node),
            "env" => settings.env = read_texts(reader, node, "a map of variables", variable),
            "user" => settings.user = reader.parsed(node, "a user's name or number", user),
            "workdir" => settings.workdir = reader.parsed(node, "an absolute path", absolute),
            "labels" => settings.labels = read_texts(reader, node, "a map of labels", label),
            "stop_signal" => settings.stop_signal = reader.parsed(node, "a signal", signal),
            "network" => settings.network = reader.boolean(node),
            "engine" => settings.engine = reader.parsed(node, "`auto`, `native` or `puppet`", engine),
            "compression" => settings.compression = reader.parsed(node, "`gzip` or `zstd`", compression),
            _ => reader.unknown_key(entry, &KEYS),
        }
    }
    settings
}

fn read_from(reader: &mut Reader, node: &Node, level: &Level<'_>) -> Option<From> {
    let bases = match level {
        Level::File(bases) => *bases,
        Level::Hiera => &[],
    };
    let names = || bases.iter().map(|base| base.name.as_str());
    let from = reader.parsed(node, "a base or an image reference", |text| {
        From::parse(text, |word| names().any(|name| name == word))
    })?;
    if let From::Reference(word) = &from
        && !word.contains(['/', ':', '@'])
        && let Some(base) = nearest(word, names())
    {
        let message = format!("`{word}` is not under `bases`, so it is taken for an image of a registry");
        let hint = format!("did you mean `{base}`? If not, write `{word}:latest`");
        reader.report(node.span, Diagnostic::warning(message).code("base-or-image").hint(hint));
    }
    Some(from)
}

fn read_facts(reader: &mut Reader, node: &Node, settings: &mut ImageSettings) {
    for entry in reader.map(node, "a map of facts") {
        if let Err(invalid) = fact(&entry.key) {
            reader.refuse(entry.key_span, invalid);
        }
        if let Some(value) = reader.json(&entry.value) {
            settings.facts.insert(entry.key.clone(), value);
        }
    }
}

/// A list of arguments, or a string for a shell.
fn read_command(reader: &mut Reader, node: &Node) -> Option<Vec<String>> {
    if let Value::Scalar(_) = node.value {
        let line = reader.parsed(node, "a list of arguments or a command line", no_nul)?;
        return Some(["/bin/sh", "-c", &line].map(str::to_owned).to_vec());
    }
    reader.list(node, "a list of arguments or a command line", |reader, item| {
        reader.parsed(item, "an argument", no_nul)
    })
}

fn read_texts(
    reader: &mut Reader,
    node: &Node,
    what: &str,
    check_key: fn(&str) -> Result<(), Invalid>,
) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for entry in reader.map(node, what) {
        if let Err(invalid) = check_key(&entry.key) {
            reader.refuse(entry.key_span, invalid);
        }
        if let Some(text) = reader.parsed(&entry.value, "a string (`\"\"` for an empty one)", no_nul) {
            texts.insert(entry.key.clone(), text);
        }
    }
    texts
}
