//! `tidy`: removes files by age, size or name.

use catalog::{Reference, Value};
use system::{Kind, Metadata};

use crate::engine::Context;
use crate::error::Failure;
use crate::glob;
use crate::paths;
use crate::report::Level;
use crate::resource::{Declaration, Resource};
use crate::schema::{Attribute, ResourceType};

const TIMES: &[(&str, &str)] = &[("atime", "atime"), ("mtime", "mtime"), ("ctime", "ctime")];

/// The type. It goes behind the files that it finds.
pub static TIDY: ResourceType = ResourceType {
    namevar: "path",
    title: |title| Some(vec![("path", title.to_owned())]),
    isomorphic: false,
    generate: Some(find),
    ..ResourceType::new(
        "tidy",
        "Removes files that are old, large or of a certain name.",
        &[
            Attribute::parameter("path", "where they are")
                .check(|value, _| Ok(Value::text(paths::expand(&value.ruby_text())))),
            Attribute::parameter("recurse", "how deep").check(recurse),
            Attribute::parameter("max_files", "how many files are looked at"),
            Attribute::parameter("matches", "patterns of names").check(patterns),
            Attribute::parameter("backup", "no use in a build"),
            Attribute::parameter("age", "seconds since the last use").check(age),
            Attribute::parameter("size", "bytes").check(size),
            Attribute::parameter("type", "which time counts").words(TIMES).default("atime"),
            Attribute::boolean("rmdirs", false, "whether empty directories go"),
        ],
    )
};

fn recurse(value: &Value, _: &Resource) -> Result<Value, String> {
    match value.ruby_text().as_str() {
        "true" | "inf" => Ok(Value::Boolean(true)),
        "false" => Ok(Value::Boolean(false)),
        depth => match depth.parse() {
            Ok(depth) => Ok(Value::Integer(depth)),
            Err(_) => Err(format!(
                "Munging failed for value {0} in class recurse: Invalid recurse value {0}",
                value.ruby_inspect()
            )),
        },
    }
}

fn patterns(value: &Value, resource: &Resource) -> Result<Value, String> {
    let depth = resource.should("recurse").map(Value::ruby_text).unwrap_or_default();
    if ["", "0", "false"].contains(&depth.as_str()) {
        return Err("Tidy can't use matches with recurse 0, false, or undef".into());
    }
    Ok(Value::List(value.elements().to_vec()))
}

/// A number and the first letter of its unit.
fn quantity(text: &str, default: char) -> Option<(i64, char)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let word = unit.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let unit = unit.chars().next().map_or(default, |letter| letter.to_ascii_lowercase());
    number.parse().ok().filter(|_| word).map(|number| (number, unit))
}

fn age(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    let (number, unit) = quantity(&text, 'd').ok_or_else(|| format!("Invalid tidy age {text}"))?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 60 * 60 * 24,
        'w' => 60 * 60 * 24 * 7,
        _ => return Err(format!("Invalid age unit '{unit}'")),
    };
    Ok(Value::Integer(number * seconds))
}

fn size(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    let (number, unit) = quantity(&text, 'k').ok_or_else(|| format!("Invalid tidy size {text}"))?;
    let power = "bkmgt".find(unit).ok_or_else(|| format!("Invalid size unit '{unit}'"))?;
    Ok(Value::Integer(number << (10 * power)))
}

fn find(resource: &Resource, context: &mut Context<'_>) -> Result<Vec<Declaration>, Failure> {
    let top = resource.name().to_owned();
    if context.system.metadata(&top, false).is_err() {
        return Ok(Vec::new());
    }
    let limit = match resource.should("recurse") {
        Some(Value::Boolean(true)) => usize::MAX,
        Some(Value::Integer(depth)) => usize::try_from(*depth).unwrap_or_default(),
        _ => 0,
    };
    let mut found = Vec::new();
    walk(&top, limit, resource, context, &mut found);
    if !found.is_empty() {
        let text = format!("Tidying {} files", found.len());
        context.tell(Level::Notice, resource, text);
    }
    found.sort_by(|one, other| other.cmp(one));
    Ok(found.iter().map(|path| removal(path, &found, resource)).collect())
}

fn walk(path: &str, limit: usize, resource: &Resource, context: &Context<'_>, found: &mut Vec<String>) {
    let Ok(metadata) = context.system.metadata(path, false) else { return };
    if is_due(path, &metadata, resource, context) {
        found.push(path.to_owned());
    }
    if limit == 0 || metadata.kind != Kind::Directory {
        return;
    }
    for name in context.system.list(path).unwrap_or_default() {
        walk(&system::join(path, &name), limit - 1, resource, context, found);
    }
}

fn is_due(path: &str, metadata: &Metadata, resource: &Resource, context: &Context<'_>) -> bool {
    let managed = context.peers.iter().any(|peer| {
        peer.kind.is_some_and(|kind| kind.name == "file")
            && (peer.name() == path || peer.reference.title == path)
    });
    if managed || (metadata.kind == Kind::Directory && !resource.truth("rmdirs")) {
        return false;
    }
    if let Some(patterns) = resource.should("matches") {
        let name = system::base_name(path);
        if !patterns.elements().iter().any(|pattern| glob::matches(&pattern.ruby_text(), name, true)) {
            return false;
        }
    }
    let number = |name: &str| resource.should(name).and_then(|value| value.ruby_text().parse::<i64>().ok());
    let (age, size) = (number("age"), number("size"));
    let time = match resource.text("type") {
        Some("mtime") => metadata.modified,
        Some("ctime") => metadata.changed,
        _ => metadata.accessed,
    };
    let old = age.is_some_and(|age| context.settings.now - time >= age);
    let large = size.is_some_and(|size| i64::try_from(metadata.size).unwrap_or(i64::MAX) >= size);
    (age.is_none() && size.is_none()) || old || large
}

/// A directory goes after what is in it.
fn removal(path: &str, found: &[String], resource: &Resource) -> Declaration {
    let mut parameters = vec![
        ("path".to_owned(), Value::text(path)),
        ("ensure".to_owned(), Value::text("absent")),
        ("force".to_owned(), Value::Boolean(true)),
    ];
    let inside = found.iter().filter(|other| resource.truth("rmdirs") && system::parent(other) == path);
    let inside: Vec<Value> = inside.map(|other| Value::text(format!("File[{other}]"))).collect();
    if !inside.is_empty() {
        parameters.push(("require".to_owned(), Value::List(inside)));
    }
    parameters.extend(resource.noop.map(|noop| ("noop".to_owned(), Value::Boolean(noop))));
    let level = resource.level.map(|level| ("loglevel".to_owned(), Value::text(level.to_string())));
    parameters.extend(level);
    Declaration { reference: Reference::new("File", path), parameters, ..Declaration::default() }
}
