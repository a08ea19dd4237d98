//! `mailalias`: a line of `/etc/aliases`.

use catalog::Value;

use super::ini_setting::full_path;
use super::records::{Fields, Format, Line, Records};
use crate::error::Failure;
use crate::schema::{Attribute, ResourceType, ruby_regex};

const ALIASES: &str = "/etc/aliases";

/// The type.
pub static MAILALIAS: ResourceType = ResourceType {
    validate: |resource| {
        let both = resource.should("recipient").is_some() && resource.should("file").is_some();
        if both { Err("You cannot specify both a recipient and a file".into()) } else { Ok(Vec::new()) }
    },
    provider: || Box::new(Records::new(&FORMAT)),
    ..ResourceType::new(
        "mailalias",
        "Manages a line of the file of mail aliases.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("recipient", "who gets the mail").all(),
            Attribute::property("file", "where recipients are listed").check(full_path),
            Attribute::property("target", "the file").default(ALIASES),
            Attribute::parameter("name", "whose mail it is"),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

static FORMAT: Format = Format::new(ALIASES, &["recipient"], parse, write);

fn parse(line: &str) -> Result<Line, Failure> {
    if line.starts_with('#') || line.trim().is_empty() {
        return Ok(Line::Text(line.to_owned()));
    }
    let Some((name, rest)) = line.split_once(':') else {
        return Err(Failure::surprise("undefined method `strip' for nil"));
    };
    let mut record = Fields::from([("name", Value::text(name.trim()))]);
    match rest.split_once(':').and_then(|(_, rest)| rest.split_once(':')) {
        Some((word, file)) if word.trim() == "include" => record.insert("file", Value::text(file.trim())),
        _ => record.insert("recipient", Value::List(recipients(rest.trim())?)),
    };
    Ok(Line::Record(record))
}

/// Commas inside double quotes part nothing.
fn recipients(text: &str) -> Result<Vec<Value>, Failure> {
    let mut parts = vec![String::new()];
    let closed = text.matches('"').count().is_multiple_of(2);
    let mut quoted = !closed;
    for character in text.chars() {
        match character {
            ',' if !quoted => parts.push(String::new()),
            other => {
                quoted ^= other == '"';
                parts.last_mut().into_iter().for_each(|part| part.push(other));
            }
        }
    }
    let quotes = ruby_regex(r#"^['"]|['"]$"#)?;
    let mut parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    Ok(parts.into_iter().map(|part| Value::text(quotes.replace_all(part, ""))).collect())
}

fn write(record: &Fields) -> Result<String, Failure> {
    let name = record.get("name").map(Value::ruby_text).unwrap_or_default();
    let unusual = ruby_regex(r"[^-+\w@.]")?;
    let shown = |recipient: &Value| {
        let text = recipient.ruby_text();
        if unusual.is_match(&text).unwrap_or_default() { format!("\"{text}\"") } else { text }
    };
    Ok(match (record.get("recipient"), record.get("file")) {
        (Some(recipients), _) => {
            let recipients: Vec<String> = recipients.elements().iter().map(shown).collect();
            format!("{name}: {}", recipients.join(","))
        }
        (None, Some(file)) => format!("{name}: :include: {}", file.ruby_text()),
        (None, None) => String::new(),
    })
}
