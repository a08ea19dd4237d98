//! Values as Ruby shows them, which some of Puppet's messages do.

use std::fmt::Write;

use regexp::Regexp;
use values::Value;
use values::text::{delimited_pattern, interpolated};

/// What Ruby's `to_s` gives.
pub(crate) fn to_s(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Hash(_) => inspect(value),
        Value::Regexp(pattern) => group(pattern),
        other => interpolated(other),
    }
}

/// A regular expression as a group with its options, on and off.
fn group(pattern: &Regexp) -> String {
    let flags = pattern.options();
    let all = [(flags.multi_line, 'm'), (flags.ignore_case, 'i'), (flags.extended, 'x')];
    let on: String = all.iter().filter(|(on, _)| *on).map(|(_, letter)| letter).collect();
    let off: String = all.iter().filter(|(on, _)| !*on).map(|(_, letter)| letter).collect();
    let off = if off.is_empty() { off } else { format!("-{off}") };
    format!("(?{on}{off}:{})", pattern.source())
}

/// What Ruby's `inspect` gives, for most values.
pub(crate) fn inspect(value: &Value) -> String {
    let mut out = String::new();
    write_inspected(&mut out, value);
    out
}

fn write_inspected(out: &mut String, value: &Value) {
    match value {
        Value::Undef => out.push_str("nil"),
        Value::Default => out.push_str(":default"),
        Value::String(text) => write_string(out, text),
        Value::Regexp(pattern) => out.push_str(&delimited_pattern(pattern)),
        Value::Sensitive(secret) => {
            let _ = write!(out, "#<{secret}>");
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_inspected(out, element);
            }
            out.push(']');
        }
        Value::Hash(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_inspected(out, key);
                out.push_str("=>");
                write_inspected(out, value);
            }
            out.push('}');
        }
        other => out.push_str(&interpolated(other)),
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{1b}' => out.push_str("\\e"),
            '#' if characters.peek().is_some_and(|next| matches!(next, '{' | '$' | '@')) => {
                out.push_str("\\#")
            }
            control if control.is_ascii_control() => {
                let _ = write!(out, "\\x{:02X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Whether two values are equal for Ruby's `==`: numbers by what they are worth.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Integer(_), Value::Float(_)) | (Value::Float(_), Value::Integer(_)) => {
            values::compare::equals(left, right)
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Hash(left), Value::Hash(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        (left, right) => left == right,
    }
}
