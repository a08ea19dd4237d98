//! How Puppet shows values, changes and events.

use catalog::Value;

use crate::resource::Resource;

/// A value as it stands in a message: text quoted, arrays in brackets.
pub fn value(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Symbol(text) => quoted(text),
        Value::Undef => "''".into(),
        Value::List(elements) => {
            format!("[{}]", elements.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Hash(entries) => {
            let pair =
                |(key, value): &(Value, Value)| format!("{} => {}", self::value(key), self::value(value));
            let pairs = entries.iter().map(pair).collect::<Vec<_>>();
            if pairs.is_empty() { "{}".into() } else { format!("{{\n  {}\n}}", pairs.join(",\n  ")) }
        }
        other => other.ruby_text(),
    }
}

fn quoted(text: &str) -> String {
    if text.chars().any(|character| character.is_control()) {
        let mut quoted = String::from("\"");
        for character in text.chars() {
            match character {
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                '\r' => quoted.push_str("\\r"),
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '$' => quoted.push_str("\\$"),
                other if other.is_control() => quoted.push_str(&format!("\\u{{{:X}}}", other as u32)),
                other => quoted.push(other),
            }
        }
        quoted.push('"');
        return quoted;
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Puppet's words for a change of a property, given the shown values.
pub fn change(property: &str, is: &Value, should: Option<&Value>, was: &str, wanted: &str) -> String {
    let gone = should.is_some_and(|should| match should {
        Value::List(values) => values.len() == 1 && values[0].is("absent"),
        value => value.is("absent"),
    });
    if property == "ensure" {
        return if is.is("absent") || *is == Value::Undef {
            "created".into()
        } else if gone {
            "removed".into()
        } else {
            format!("ensure changed {was} to {wanted}")
        };
    }
    if is.is("absent") {
        format!("defined '{property}' as {wanted}")
    } else if gone {
        format!("undefined '{property}' from {was}")
    } else {
        format!("{property} changed {was} to {wanted}")
    }
}

/// Puppet's name for the event of a change.
pub fn event_name(property: &str, resource: &Resource) -> String {
    if property != "ensure" {
        return format!("{property}_changed");
    }
    let ending = match resource.should("ensure") {
        Some(value) if value.is("present") => "created",
        Some(value) if value.is("absent") => "removed",
        _ => "changed",
    };
    format!("{}_{ending}", resource.type_name())
}
