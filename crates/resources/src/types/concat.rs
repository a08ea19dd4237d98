//! `concat_file` and `concat_fragment`: a file put together from pieces that stand anywhere in the catalog.

use std::cmp::Ordering;

use catalog::{Reference, Value};

use crate::engine::Context;
use crate::error::Failure;
use crate::paths;
use crate::provider::{Provider, State};
use crate::report::Level;
use crate::resource::{Declaration, Resource};
use crate::schema::{Attribute, Fallback, ResourceType};

const ORDERS: &[(&str, &str)] = &[("alpha", "alpha"), ("numeric", "numeric")];
const FORMATS: &[(&str, &str)] = &[
    ("plain", "plain"),
    ("yaml", "yaml"),
    ("json", "json"),
    ("json-array", "json-array"),
    ("json-pretty", "json-pretty"),
    ("json-array-pretty", "json-array-pretty"),
];
/// What the file itself is given.
const HANDED_ON: [&str; 8] =
    ["path", "owner", "group", "mode", "replace", "backup", "validate_cmd", "show_diff"];

/// The whole.
pub static CONCAT_FILE: ResourceType = ResourceType {
    namevar: "path",
    title: |title| Some(vec![("path", title.to_owned())]),
    autorequires: |resource, _| vec![("file", resource.name().to_owned())],
    foreign: |resource| {
        let format = resource.parameter("format").map(Value::ruby_text)?;
        (format != "plain").then(|| format!("format `{format}`"))
    },
    generate: Some(|resource, _| Ok(vec![the_file(resource)])),
    provider: || Box::new(Whole),
    ..ResourceType::new(
        "concat_file",
        "Puts a file together from fragments.",
        &[
            Attribute::ensure(),
            Attribute::parameter("path", "where it is").check(path),
            Attribute::parameter("tag", "a mark of fragments that belong to it"),
            Attribute::parameter("owner", "its owner"),
            Attribute::parameter("group", "its group"),
            Attribute::parameter("mode", "its permission bits"),
            Attribute::parameter("order", "how fragments are sorted").words(ORDERS).default("numeric"),
            Attribute::parameter("backup", "no use in a build"),
            Attribute::boolean("replace", true, "whether what is there may be replaced"),
            Attribute::parameter("validate_cmd", "a command that must accept the new content"),
            Attribute::boolean("ensure_newline", false, "whether every fragment ends a line"),
            Attribute::parameter("format", "what it is written as").words(FORMATS).default("plain"),
            Attribute::boolean("force", false, "whether keys of formats may clash"),
            Attribute::parameter("selinux_ignore_defaults", "no use in a build"),
            Attribute::parameter("selrange", "no use in a build"),
            Attribute::parameter("selrole", "no use in a build"),
            Attribute::parameter("seltype", "no use in a build"),
            Attribute::parameter("seluser", "no use in a build"),
            Attribute::parameter("show_diff", "no use in a build"),
        ],
    )
};

/// A piece.
pub static CONCAT_FRAGMENT: ResourceType = ResourceType {
    validate: |resource| {
        let has = |name: &str| resource.should(name).is_some();
        let text = match () {
            () if !has("target") && !has("tag") => "No 'target' or 'tag' set",
            () if !has("content") && !has("source") => "Set either 'source' or 'content'",
            () if has("content") && has("source") => "Can't use 'source' and 'content' at the same time",
            () => return Ok(Vec::new()),
        };
        Err(text.into())
    },
    outside: |resource| {
        resource.should("source").into_iter().flat_map(Value::elements).map(Value::ruby_text).collect()
    },
    generate: Some(warn_of_missing_target),
    ..ResourceType::new(
        "concat_fragment",
        "Is a piece of a file that concat_file puts together.",
        &[
            Attribute::parameter("name", "its name"),
            Attribute::parameter("target", "the file").check(|value, _| text("Target", value)),
            Attribute::parameter("content", "its text").check(|value, _| text("Content", value)),
            Attribute::parameter("source", "where its text comes from"),
            Attribute::parameter("order", "its place").default("10").check(order),
            Attribute::parameter("tag", "a mark that files look for").fallback(Fallback::Nothing),
        ],
    )
};

fn path(value: &Value, _: &Resource) -> Result<Value, String> {
    let path = value.ruby_text();
    if paths::is_absolute(&path) {
        Ok(value.clone())
    } else {
        Err(format!("File paths must be fully qualified, not '{path}'"))
    }
}

fn text(what: &str, value: &Value) -> Result<Value, String> {
    match value {
        Value::Text(_) => Ok(value.clone()),
        _ => Err(format!("{what} must be a String")),
    }
}

fn order(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if !matches!(value, Value::Text(_) | Value::Integer(_)) {
        return Err("$order is not a string or integer.".into());
    }
    if text.contains([':', '\n', '/']) {
        return Err("Order cannot contain '/', ':', or '\\n'.".into());
    }
    Ok(value.clone())
}

fn the_file(resource: &Resource) -> Declaration {
    let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
    let mut parameters = vec![("ensure".to_owned(), Value::text(if gone { "absent" } else { "file" }))];
    for name in HANDED_ON {
        parameters.extend(resource.should(name).map(|value| (name.to_owned(), value.clone())));
    }
    if let Some(noop) = resource.noop {
        parameters.push(("noop".into(), Value::Boolean(noop)));
    }
    if let Some(level) = resource.level {
        parameters.push(("loglevel".into(), Value::text(level.to_string())));
    }
    Declaration { reference: Reference::new("File", resource.name()), parameters, ..Declaration::default() }
}

fn belongs(fragment: &Resource, whole: &Resource) -> bool {
    let target = fragment.text("target");
    let tag = fragment.should("tag").map(Value::ruby_text);
    target == Some(whole.name())
        || target == Some(&whole.reference.title)
        || (tag.is_some() && tag == whole.should("tag").map(Value::ruby_text))
}

fn warn_of_missing_target(
    fragment: &Resource,
    context: &mut Context<'_>,
) -> Result<Vec<Declaration>, Failure> {
    let is_whole = |peer: &&Resource| peer.kind.is_some_and(|kind| kind.name == "concat_file");
    if !context.peers.iter().filter(is_whole).any(|whole| belongs(fragment, whole)) {
        let target = fragment.text("target").unwrap_or_default();
        let tag =
            fragment.should("tag").map_or_else(String::new, |tag| format!("or tag '{} ", tag.ruby_text()));
        let text = format!("Target Concat_file with path or title '{target}' {tag}not found in the catalog");
        context.tell(Level::Warning, fragment, text);
    }
    Ok(Vec::new())
}

struct Whole;

impl Provider for Whole {
    fn retrieve(&mut self, resource: &mut Resource, _: &mut Context<'_>) -> Result<State, Failure> {
        let ensure = resource.should("ensure").cloned().unwrap_or_else(Value::absent);
        Ok(State::from([("ensure", ensure)]))
    }

    fn sync(&mut self, _: &'static str, _: &mut Resource, _: &mut Context<'_>) -> Result<(), Failure> {
        Ok(())
    }

    fn expand(
        &mut self,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<Vec<Declaration>, Failure> {
        let file = the_file(resource);
        let content = content(resource, context)?;
        context.shared.handed_on.insert((file.reference.to_string(), "content"), Value::Binary(content));
        Ok(vec![file])
    }
}

/// Keys by which fragments are sorted.
#[derive(PartialEq, Eq)]
enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    fn of(text: &str) -> Self {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if is_number => Self::Number(number),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// Ruby cannot compare numbers with texts and gives up; here numbers come first.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

fn content(resource: &Resource, context: &Context<'_>) -> Result<Vec<u8>, Failure> {
    let fragments = context.peers.iter().filter(|peer| {
        peer.kind.is_some_and(|kind| kind.name == "concat_fragment") && belongs(peer, resource)
    });
    let mut parts: Vec<(String, String, Vec<u8>)> = Vec::new();
    for fragment in fragments {
        let order = fragment.should("order").map(Value::ruby_text).unwrap_or_default();
        let mut text = fragment_content(fragment, context)?;
        if resource.truth("ensure_newline") && text.last() != Some(&b'\n') {
            text.push(b'\n');
        }
        parts.push((order, fragment.name().to_owned(), text));
    }
    if resource.text("order") == Some("alpha") {
        parts.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    } else {
        parts.sort_by(|one, other| {
            let names = || Key::of(&one.1).compare(&Key::of(&other.1));
            Key::of(&one.0).compare(&Key::of(&other.0)).then_with(names)
        });
    }
    Ok(parts.into_iter().flat_map(|(_, _, text)| text).collect())
}

fn fragment_content(fragment: &Resource, context: &Context<'_>) -> Result<Vec<u8>, Failure> {
    if let Some(content) = fragment.should("content") {
        return Ok(content.ruby_text().into_bytes());
    }
    let sources: Vec<String> =
        fragment.should("source").into_iter().flat_map(Value::elements).map(Value::ruby_text).collect();
    for source in &sources {
        if let Some(content) = super::file::source_content(source, context)? {
            return Ok(content);
        }
    }
    Err(Failure::new(format!("Could not retrieve source(s) {}", sources.join(", "))))
}
