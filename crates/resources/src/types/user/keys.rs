//! Keys that open an account though the catalog does not name them.

use catalog::{Reference, Value};
use system::accounts;

use crate::engine::Context;
use crate::error::Failure;
use crate::paths;
use crate::resource::{Declaration, Relation, Resource};
use crate::types::ssh_authorized_key;

/// A truth, or files of keys.
pub(super) fn check(value: &Value, _: &Resource) -> Result<Value, String> {
    if ["true", "false"].contains(&value.ruby_text().as_str()) {
        return Ok(value.clone());
    }
    if !matches!(value, Value::Text(_) | Value::List(_)) {
        let shown = value.ruby_inspect();
        return Err(format!("purge_ssh_keys must be true, false, or an array of file names, not {shown}"));
    }
    for entry in value.elements() {
        let Value::Text(path) = entry else {
            let class = class_of(entry);
            return Err(format!("Each entry for purge_ssh_keys must be a string, not a {class}"));
        };
        if !paths::is_absolute(path) && !path.starts_with("~/") && !path.starts_with("%h/") {
            return Err(format!("Paths to keyfiles must be absolute, not {path}"));
        }
    }
    Ok(value.clone())
}

fn class_of(value: &Value) -> &'static str {
    match value {
        Value::Boolean(true) => "TrueClass",
        Value::Boolean(false) => "FalseClass",
        Value::Integer(_) => "Integer",
        Value::Float(_) => "Float",
        Value::Hash(_) => "Hash",
        Value::List(_) => "Array",
        _ => "Object",
    }
}

/// The files of keys that are looked through.
fn files(resource: &Resource, context: &Context<'_>) -> Vec<String> {
    let home = || match resource.text("home") {
        Some(home) => Some(home.to_owned()),
        None => accounts::user_named(context.system, resource.name()).map(|user| user.home),
    };
    let value = resource.parameters.get("purge_ssh_keys").cloned().unwrap_or_default();
    let place = |entry: &Value| {
        let path = entry.ruby_text();
        match path.strip_prefix("~/").or_else(|| path.strip_prefix("%h/")) {
            Some(rest) => home().map(|home| format!("{home}/{rest}")),
            None => Some(path),
        }
    };
    match value.ruby_text().as_str() {
        "false" => Vec::new(),
        "true" => place(&Value::text("~/.ssh/authorized_keys")).into_iter().collect(),
        _ => value.elements().iter().filter_map(place).collect(),
    }
}

/// Asks for the removal of every key that is not the catalog's.
pub(super) fn purge(resource: &Resource, context: &mut Context<'_>) -> Result<Vec<Declaration>, Failure> {
    let mut removed = Vec::new();
    for file in files(resource, context) {
        let Ok(bytes) = context.system.read(&file) else { continue };
        for name in ssh_authorized_key::names(&String::from_utf8_lossy(&bytes), &file)? {
            removed.push(removal(name, &file, resource));
        }
    }
    Ok(removed)
}

/// Relationships and the like are those of the user.
fn removal(name: String, file: &str, resource: &Resource) -> Declaration {
    let mut parameters = vec![
        ("target".to_owned(), Value::text(file)),
        ("ensure".to_owned(), Value::text("absent")),
        ("user".to_owned(), Value::text(resource.name())),
    ];
    for (relation, references) in &resource.relations {
        let word = Relation::ALL.iter().find(|(_, known)| known == relation).map_or("", |(word, _)| word);
        let references = references.iter().map(|reference| Value::text(reference.to_string())).collect();
        parameters.push((word.to_owned(), Value::List(references)));
    }
    parameters.extend(resource.noop.map(|noop| ("noop".to_owned(), Value::Boolean(noop))));
    let level = resource.level.map(|level| ("loglevel".to_owned(), Value::text(level.to_string())));
    parameters.extend(level);
    let reference = Reference::new("Ssh_authorized_key", name);
    Declaration { reference, parameters, ..Declaration::default() }
}
