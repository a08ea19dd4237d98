//! Drafts as the text of an `effigy.yaml`.

use std::collections::{BTreeMap, HashSet};

use super::draft::{Command, Draft, Findings};
use crate::definition::ImageName;
use crate::yaml::is_ordinary_string;

/// The release that images start from when nothing says otherwise.
const RELEASE: &str = "trixie";

/// The whole file.
pub(super) fn yaml(findings: &Findings) -> String {
    let drafts = &findings.drafts;
    let mut text = String::from("# Written by `effigy init`");
    if drafts.is_empty() {
        text.push_str(".\n");
    } else {
        text.push_str(&format!(" from {}.\n", findings.origin));
    }
    for (key, value) in &findings.settings {
        text.push_str(&format!("{key}: {}\n", scalar(value)));
    }
    let start = |draft: &Draft| draft.from.clone().unwrap_or_else(|| RELEASE.to_owned());
    let common = commonest(drafts.iter().map(&start)).unwrap_or_else(|| RELEASE.to_owned());
    if drafts.is_empty() || drafts.iter().any(|draft| draft.from.is_none()) {
        text.push_str(&format!("bases:\n  {RELEASE}:\n    debian: {RELEASE}\n"));
    }
    text.push_str(&format!("defaults:\n  from: {}\n", scalar(&common)));
    if drafts.is_empty() {
        text.push_str("images: {}\n#  site/webserver:\n#    facts: {role: webserver}\n#    expose: [80]\n");
        return text;
    }
    text.push_str("images:\n");
    let mut taken = HashSet::new();
    for draft in drafts {
        let name = unique_name(&draft.name, &mut taken);
        let start = Some(start(draft)).filter(|start| *start != common);
        text.push_str(&image(&name, draft, start));
    }
    text
}

fn image(name: &ImageName, draft: &Draft, from: Option<String>) -> String {
    let mut lines = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        lines.extend(value.map(|value| format!("    {key}: {value}\n")));
    };
    let single = |value: &Option<String>| value.as_deref().map(scalar);
    add("from", from.as_deref().map(scalar));
    add("certname", draft.certname.as_deref().filter(|node| *node != name.certname()).map(scalar));
    add("facts", map(&draft.facts));
    add("expose", Some(format!("[{}]", draft.expose.join(", "))).filter(|_| !draft.expose.is_empty()));
    add("volumes", Some(list(&draft.volumes)).filter(|_| !draft.volumes.is_empty()));
    add("entrypoint", draft.entrypoint.as_ref().map(command));
    add("cmd", draft.cmd.as_ref().map(command));
    add("env", map(&draft.env));
    add("user", single(&draft.user));
    add("workdir", single(&draft.workdir));
    add("labels", map(&draft.labels));
    add("stop_signal", single(&draft.stop_signal));
    // A line break in a path would end the comment.
    let source = draft.source.replace(char::is_control, "?");
    format!("  # {source}\n  {}:\n{}", scalar(name.as_str()), lines.concat())
}

fn command(command: &Command) -> String {
    match command {
        Command::Arguments(arguments) => list(arguments),
        Command::Line(line) => scalar(line),
    }
}

fn list(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| scalar(item)).collect();
    format!("[{}]", items.join(", "))
}

fn map(entries: &BTreeMap<String, String>) -> Option<String> {
    let entries: Vec<_> =
        entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), scalar(value))).collect();
    (!entries.is_empty()).then(|| format!("{{{}}}", entries.join(", ")))
}

/// A string as YAML that reads back as the same string, inside of lists and maps too; but for NULs, which
/// nothing that a process is given can hold.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./+-".contains(c);
    let inner = |c: char| is_plain(c) || c == ':' || c == '@' || c == '=';
    let starts = text.starts_with(is_plain) && !text.starts_with("---") && !text.starts_with("...");
    if starts && text.chars().all(inner) && !text.ends_with(':') && text != "-" && is_ordinary_string(text) {
        return text.to_owned();
    }
    let escaped: String = text.chars().map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\0' => String::new(),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        c if c.is_control()
            || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}') =>
        {
            format!("\\U{:08X}", u32::from(c))
        }
        c => c.to_string(),
    }
}

/// A valid name near to the wish that no other image has.
fn unique_name(wish: &str, taken: &mut HashSet<ImageName>) -> ImageName {
    let named = |text: &str| ImageName::nearest_to(text);
    let first = named(wish).or_else(|| named("image")).expect("`image` is a valid name");
    let numbered = (2..).filter_map(|number| named(&format!("{first}-{number}")));
    let name = std::iter::once(first.clone()).chain(numbered).find(|name| !taken.contains(name));
    let name = name.expect("there are more numbers than images");
    taken.insert(name.clone());
    name
}

fn commonest(values: impl Iterator<Item = String>) -> Option<String> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(value, _)| value)
}
