//! Values as texts: within a string, by default conversion, and as a program would write them.
//!
//! Deliberately unaware of formats that users give.

mod number;
mod quote;

use std::fmt::Write;

pub use number::{float, six_decimals};
pub use quote::{double_quoted, quoted};

use crate::base64;
use crate::types::write_value;
use crate::value::Value;

/// As a double quoted string shows it: `"${value}"`.
pub fn interpolated(value: &Value) -> String {
    let mut text = String::new();
    write_interpolated(&mut text, value);
    text
}

fn write_interpolated(out: &mut String, value: &Value) {
    match value {
        Value::Undef => {}
        Value::String(text) => out.push_str(text),
        Value::Float(value) => out.push_str(&float(*value)),
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_interpolated(out, element);
            }
            out.push(']');
        }
        Value::Hash(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_interpolated(out, key);
                out.push_str(" => ");
                write_interpolated(out, value);
            }
            out.push('}');
        }
        other => out.push_str(&simple(other)),
    }
}

/// As conversion to a string shows it where no format is given, and as `notice` does.
pub fn converted(value: &Value) -> String {
    match value {
        Value::Float(value) => six_decimals(*value),
        Value::Regexp(pattern) => pattern_text(pattern),
        Value::Array(_) | Value::Hash(_) => {
            let mut text = String::new();
            write_contained(&mut text, value);
            text
        }
        Value::Iterator(iterator) => converted(&Value::array(iterator.iter())),
        other => interpolated(other),
    }
}

/// Within an array or a hash: strings are quoted, `undef` is written.
fn write_contained(out: &mut String, value: &Value) {
    match value {
        Value::Undef => out.push_str("undef"),
        Value::String(text) => out.push_str(&quoted(text)),
        Value::Float(value) => out.push_str(&float(*value)),
        Value::Binary(bytes) => {
            let _ = write!(out, "Binary(\"{}\")", base64::encode(bytes));
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_contained(out, element);
            }
            out.push(']');
        }
        Value::Hash(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_contained(out, key);
                out.push_str(" => ");
                write_contained(out, value);
            }
            out.push('}');
        }
        Value::Sensitive(secret) => {
            let _ = write!(out, "{secret:?}");
        }
        Value::Uri(_) => out.push_str(&write_value(value)),
        Value::SemVerRange(range) => out.push_str(&range.normal_form()),
        Value::Iterator(iterator) => write_contained(out, &Value::array(iterator.iter())),
        other => out.push_str(&simple(other)),
    }
}

/// Values whose text is the same wherever they stand.
fn simple(value: &Value) -> String {
    match value {
        Value::Default => "default".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Regexp(pattern) => delimited_pattern(pattern),
        Value::Binary(bytes) => base64::encode(bytes),
        Value::SemVer(version) => version.to_string(),
        Value::SemVerRange(range) => range.to_string(),
        Value::Timespan(span) => span.to_string(),
        Value::Timestamp(stamp) => stamp.to_string(),
        Value::Uri(uri) => uri.to_string(),
        Value::Sensitive(secret) => secret.to_string(),
        Value::Type(found) => found.to_string(),
        Value::Iterator(iterator) => match iterator.element_type() {
            Some(element) => format!("Iterator[{}]-Value", element.generalize()),
            None => "Iterator-Value".into(),
        },
        other => write_value(other),
    }
}

/// As a manifest would write it.
pub fn program(value: &Value) -> String {
    write_value(value)
}

/// A regular expression's source; flags that were given apart stand in a group around it.
pub fn pattern_text(pattern: &regexp::Regexp) -> String {
    let flags = pattern.options();
    if flags == regexp::Flags::default() {
        return pattern.source().to_owned();
    }
    let letters = [(flags.ignore_case, 'i'), (flags.multi_line, 'm'), (flags.extended, 'x')];
    let on: String = letters.iter().filter(|(set, _)| *set).map(|(_, letter)| letter).collect();
    let off: String = letters.iter().filter(|(set, _)| !*set).map(|(_, letter)| letter).collect();
    let dash = if off.is_empty() { "" } else { "-" };
    format!("(?{on}{dash}{off}:{})", pattern.source())
}

/// The same between slashes; a slash in it is written with a backslash.
pub fn delimited_pattern(pattern: &regexp::Regexp) -> String {
    let text = pattern_text(pattern);
    if pattern.options() != regexp::Flags::default() {
        return format!("/{text}/");
    }
    let mut result = String::with_capacity(text.len() + 2);
    result.push('/');
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '/' => result.push_str("\\/"),
            '\\' => {
                result.push('\\');
                result.extend(characters.next());
            }
            other => result.push(other),
        }
    }
    result.push('/');
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_texts_of_one_value() {
        let value = Value::array(["it's".into(), Value::Undef, Value::Float(1.5), Value::Default]);
        assert_eq!(interpolated(&value), "[it's, , 1.5, default]");
        assert_eq!(converted(&value), r"['it\'s', undef, 1.5, default]");
        assert_eq!(program(&value), r"['it\'s', undef, 1.5, default]");
        assert_eq!(converted(&Value::Float(1.5)), "1.500000");
    }
}
