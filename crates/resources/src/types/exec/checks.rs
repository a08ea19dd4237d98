//! Checks of the attributes.

use catalog::Value;

use super::line::program;
use crate::paths;
use crate::resource::Resource;
use crate::schema::matches;

/// Directories, given one by one or joined by colons.
pub(super) fn search_path(value: &Value, _: &Resource) -> Result<Value, String> {
    let parts = value.elements().iter().map(Value::ruby_text).collect::<Vec<_>>();
    let parts = parts.iter().flat_map(|part| part.split(':')).filter(|part| !part.is_empty());
    Ok(Value::List(parts.map(Value::text).collect()))
}

/// One path that begins at the root.
pub(super) fn one_path(name: &str, value: &Value) -> Result<Value, String> {
    if matches!(value, Value::List(_)) {
        return Err(format!("{name} only accepts a single path, not an array of paths"));
    }
    paths_only(name, value)
}

/// Paths that begin at the root.
pub(super) fn paths_only(name: &str, value: &Value) -> Result<Value, String> {
    if value.elements().iter().all(|path| paths::is_absolute(&path.ruby_text())) {
        Ok(value.clone())
    } else {
        Err(format!("{name} must be a fully qualified path"))
    }
}

/// Each element is a command; a command may be a list of words itself.
pub(super) fn qualified(value: &Value, resource: &Resource) -> Result<Value, String> {
    for command in value.elements() {
        check_qualified(command, resource)?;
    }
    Ok(value.clone())
}

/// A program needs a path of its own or a search path.
pub(super) fn check_qualified(command: &Value, resource: &Resource) -> Result<(), String> {
    if resource.text("provider") == Some("shell") {
        return Ok(());
    }
    let program = program(command);
    if paths::is_absolute(&program) || resource.should("path").is_some() {
        return Ok(());
    }
    Err(format!(
        "'{program}' is not qualified and no path was specified. Please qualify the command or specify a path."
    ))
}

/// Settings of the form `NAME=value`.
pub(super) fn environment(value: &Value, _: &Resource) -> Result<Value, String> {
    for setting in value.elements() {
        let setting = setting.ruby_text();
        if !matches(r"\w+=", &setting) {
            return Err(format!("Invalid environment setting '{setting}'"));
        }
    }
    Ok(value.clone())
}

/// An octal number.
pub(super) fn umask(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if !matches(r"\A0?[0-7]{1,4}\z", &text) {
        return Err(format!("The umask specification is invalid: {}", value.ruby_inspect()));
    }
    Ok(Value::Integer(i64::from_str_radix(&text, 8).unwrap_or_default()))
}

/// Seconds; a fraction counts.
pub(super) fn timeout(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.elements().first().map(Value::ruby_text).unwrap_or_default();
    let seconds: f64 =
        text.trim().parse().map_err(|_| munging(value, "timeout", "The timeout must be a number."))?;
    Ok(Value::Float(seconds.max(0.0)))
}

/// A number from 1 on.
pub(super) fn tries(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    let count: i64 = text.parse().map_err(|_| munging(value, "tries", "Tries must be an integer"))?;
    if count < 1 {
        Err(munging(value, "tries", "Tries must be an integer >= 1"))
    } else {
        Ok(Value::Integer(count))
    }
}

/// Seconds from 0 on.
pub(super) fn try_sleep(value: &Value, _: &Resource) -> Result<Value, String> {
    let refuse = |text: &str| munging(value, "try_sleep", text);
    let seconds: f64 = value.ruby_text().parse().map_err(|_| refuse("try_sleep must be a number"))?;
    if seconds < 0.0 {
        Err(refuse("try_sleep cannot be a negative number"))
    } else {
        Ok(Value::Float(seconds))
    }
}

/// Puppet's words for what it only finds out while it converts a value.
fn munging(value: &Value, name: &str, text: &str) -> String {
    format!("Munging failed for value {} in class {name}: {text}", value.ruby_inspect())
}
