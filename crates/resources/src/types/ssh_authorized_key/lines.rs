//! Lines of a file of keys.

use catalog::Value;

use crate::error::Failure;
use crate::schema::{matches, ruby_regex};
use crate::types::records::{Fields, Line, field, required};

const KINDS: &[&str] = &[
    "ssh-dss",
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ecdsa-sk",
    "ed25519-sk",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "sk-ssh-ed25519@openssh.com",
    "ssh-rsa-cert-v01@openssh.com",
    "ssh-ed25519-cert-v01@openssh.com",
    "ssh-dss-cert-v01@openssh.com",
    "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-nistp384-cert-v01@openssh.com",
    "ecdsa-sha2-nistp521-cert-v01@openssh.com",
];

/// Options, kind, key and name.
fn key_line() -> Result<fancy_regex::Regex, String> {
    ruby_regex(&format!(r"^(?:(.+)\s+)?({})\s+([^ ]+)\s*(.*)$", KINDS.join("|")))
}

/// Names of all keys in a file, made up for those that have none.
pub(in crate::types) fn names(text: &str, path: &str) -> Result<Vec<String>, Failure> {
    let pattern = key_line()?;
    let mut nameless = 0;
    let found = text.lines().filter_map(|line| pattern.captures(line).ok().flatten());
    let names = found.map(|found| match found.get(4).map_or("", |name| name.as_str()) {
        "" => {
            nameless += 1;
            format!("{path}:unnamed-{nameless}")
        }
        name => name.to_owned(),
    });
    Ok(names.collect())
}

/// Reads a line.
pub(super) fn parse(line: &str) -> Result<Line, Failure> {
    if line.trim_start().starts_with('#') || line.trim().is_empty() {
        return Ok(Line::Text(line.to_owned()));
    }
    let Some(found) = key_line()?.captures(line).ok().flatten() else {
        // Keys of the protocol's first version are kept as they are.
        if matches(r"^(?:(.+) )?(\d+) (\d+) (\d+)(?: (.+))?$", line) {
            return Ok(Line::Text(line.trim_start().to_owned()));
        }
        return Err(Failure::new(format!("Could not parse line {}", Value::text(line).ruby_inspect())));
    };
    let part = |index| found.get(index).map(|part| part.as_str());
    let options = match part(1) {
        Some(text) => options(text)?,
        None => vec![Value::absent()],
    };
    Ok(Line::Record(Fields::from([
        ("options", Value::List(options)),
        ("type", Value::text(part(2).unwrap_or_default())),
        ("key", Value::text(part(3).unwrap_or_default())),
        ("name", Value::text(part(4).unwrap_or_default())),
    ])))
}

/// What is no option ends the list.
fn options(text: &str) -> Result<Vec<Value>, Failure> {
    let pattern = ruby_regex(r#"\A[ \t]*([-a-z0-9A-Z_]+=".*?[^\\]"|[-a-z0-9A-Z_]+)(?:[ \t]*,[ \t]*)?"#)?;
    let mut options = Vec::new();
    let mut rest = text;
    while let Ok(Some(found)) = pattern.captures(rest) {
        let (Some(whole), Some(option)) = (found.get(0), found.get(1)) else { break };
        options.push(Value::text(option.as_str()));
        rest = &rest[whole.end()..];
    }
    Ok(options)
}

/// Each by its number among the nameless ones, as they were when the run began.
pub(super) fn name_the_nameless(lines: &mut [Line], target: &str, removed: &[Value]) {
    let made_up = (1..).map(|number| format!("{target}:unnamed-{number}"));
    let mut names = made_up.filter(|name| !removed.iter().any(|gone| gone.as_text() == Some(name)));
    for line in lines {
        if let Line::Record(record) = line
            && field(record, "name").is_none_or(|name| name.is_empty())
            && let Some(name) = names.next()
        {
            record.insert("name", Value::text(name));
            record.insert("unnamed", Value::Boolean(true));
        }
    }
}

/// Writes a key.
pub(super) fn write(record: &Fields) -> Result<String, Failure> {
    let part = |name| field(record, name).ok_or_else(|| required(name));
    let options = record.get("options").map(Value::elements).unwrap_or_default();
    let options = if options.iter().any(|option| option.is("absent")) { &[] } else { options };
    let options: Vec<String> = options.iter().map(Value::ruby_text).collect();
    let name = if record.contains_key("unnamed") { "".into() } else { part("name")? };
    let line = format!("{} {} {} {name}", options.join(","), part("type")?, part("key")?);
    Ok(line.trim_start().to_owned())
}
