//! What Ruby's own methods make of values, where a function of Puppet shows it: `to_s`, `inspect`, `<=>`, `==`.

use std::cmp::Ordering;

use values::compare::compare as ordered;
use values::label::class_name;
use values::{Map, Value};

/// `to_s`.
pub(crate) fn to_s(value: &Value) -> String {
    match value {
        Value::Undef => String::new(),
        Value::Array(_) | Value::Hash(_) => inspect(value),
        Value::Regexp(pattern) => pattern_to_s(pattern),
        other => other.to_string(),
    }
}

/// `inspect`.
pub(crate) fn inspect(value: &Value) -> String {
    match value {
        Value::Undef => "nil".into(),
        Value::Default => ":default".into(),
        Value::String(text) => quoted(text),
        Value::Array(elements) => format!("[{}]", joined(elements.iter().map(inspect))),
        Value::Hash(entries) => format!("{{{}}}", joined(entries.iter().map(entry))),
        Value::Regexp(pattern) => format!("/{}/{}", pattern.source(), pattern.options()),
        Value::Sensitive(_) => format!("#<{value}>"),
        other => to_s(other),
    }
}

fn entry((key, value): (&Value, &Value)) -> String {
    format!("{}=>{}", inspect(key), inspect(value))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn pattern_to_s(pattern: &regexp::Regexp) -> String {
    let set = pattern.options().to_string();
    let unset: String = "mix".chars().filter(|flag| !set.contains(*flag)).collect();
    let unset = if unset.is_empty() { unset } else { format!("-{unset}") };
    format!("(?{set}{unset}:{})", pattern.source())
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\u{1b}' => quoted.push_str("\\e"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            '#' if matches!(characters.peek(), Some('{' | '$' | '@')) => quoted.push_str("\\#"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// `Array#join`: arrays within are joined too.
pub(crate) fn join(values: &[Value], separator: &str) -> String {
    let part = |value: &Value| match value {
        Value::Array(elements) => join(elements, separator),
        other => to_s(other),
    };
    values.iter().map(part).collect::<Vec<_>>().join(separator)
}

/// `Array#flatten`.
pub(crate) fn flatten<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<Value> {
    let mut flat = Vec::new();
    for value in values {
        match value {
            Value::Array(elements) => flat.extend(flatten(elements)),
            other => flat.push(other.clone()),
        }
    }
    flat
}

/// `==`: as hash keys are told apart, but for numbers, which count by what they are worth.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Integer(_), Value::Float(_)) | (Value::Float(_), Value::Integer(_)) => {
            ordered(left, right) == Ok(Ordering::Equal)
        }
        (Value::Float(left), Value::Float(right)) => left == right,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Hash(left), Value::Hash(right)) => equal_entries(left, right),
        (left, right) => left == right,
    }
}

fn equal_entries(left: &Map, right: &Map) -> bool {
    let same = |(key, value): (&Value, &Value)| right.get(key).is_some_and(|other| equal(value, other));
    left.len() == right.len() && left.iter().all(same)
}

/// `<=>`: absent for what has no order.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
        (Value::Array(left), Value::Array(right)) => {
            for (left, right) in left.iter().zip(right) {
                match compare(left, right)? {
                    Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(left.len().cmp(&right.len()))
        }
        (Value::String(_) | Value::Array(_), _) => None,
        (
            Value::Integer(_) | Value::Float(_) | Value::Timespan(_) | Value::Timestamp(_) | Value::SemVer(_),
            Value::Integer(_) | Value::Float(_) | Value::Timespan(_) | Value::Timestamp(_) | Value::SemVer(_),
        ) => ordered(left, right).ok(),
        (left, right) => equal(left, right).then_some(Ordering::Equal),
    }
}

/// What Ruby says where two values have no order.
pub(crate) fn not_comparable(left: &Value, right: &Value) -> String {
    let plain = matches!(
        right,
        Value::Undef | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Default
    );
    let right = if plain { inspect(right) } else { class_name(right) };
    format!("comparison of {} with {right} failed", class_name(left))
}

/// What Ruby says where a value should be a string.
pub(crate) fn no_string(value: &Value) -> String {
    let class = match value {
        Value::Undef => "nil".into(),
        Value::Boolean(value) => value.to_string(),
        other => class_name(other),
    };
    format!("no implicit conversion of {class} into String")
}

/// What Ruby calls the receiver of a method that it does not have.
pub(crate) fn receiver(value: &Value) -> String {
    match value {
        Value::Undef => "nil".into(),
        Value::Boolean(value) => value.to_string(),
        other => format!("an instance of {}", class_name(other)),
    }
}
