//! What Ruby shows of values: `to_s` and `inspect`, and what its `Integer` and `Float` make of them.

use std::fmt::Write;

use super::directive::Whole;
use super::error::FormatError;
use super::numeral;
use crate::label::class_name;
use crate::text::{delimited_pattern, float, interpolated, program};
use crate::uri::Uri;
use crate::value::Value;

/// `to_s`.
pub(crate) fn to_s(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Hash(_) => inspect(value),
        Value::Regexp(pattern) => {
            let flags = pattern.options();
            let letters = [(flags.multi_line, 'm'), (flags.ignore_case, 'i'), (flags.extended, 'x')];
            let on: String = letters.iter().filter(|(set, _)| *set).map(|(_, letter)| letter).collect();
            let off: String = letters.iter().filter(|(set, _)| !*set).map(|(_, letter)| letter).collect();
            let dash = if off.is_empty() { "" } else { "-" };
            format!("(?{on}{dash}{off}:{})", pattern.source())
        }
        Value::Object(_) => program(value),
        other => interpolated(other),
    }
}

/// `inspect`.
pub(crate) fn inspect(value: &Value) -> String {
    let mut text = String::new();
    write_inspected(&mut text, value);
    text
}

fn write_inspected(out: &mut String, value: &Value) {
    match value {
        Value::Undef => out.push_str("nil"),
        Value::Default => out.push_str(":default"),
        Value::String(text) => write_string(out, text),
        Value::Float(value) => out.push_str(&float(*value)),
        Value::Regexp(pattern) => out.push_str(&delimited_pattern(pattern)),
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
        Value::Sensitive(secret) => {
            let _ = write!(out, "{secret:?}");
        }
        Value::Uri(uri) => {
            let _ = write!(out, "#<{} {uri}>", uri_class(uri));
        }
        other => out.push_str(&to_s(other)),
    }
}

/// A string between double quotes, with Ruby's escapes.
pub(crate) fn inspect_string(text: &str) -> String {
    let mut result = String::new();
    write_string(&mut result, text);
    result
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '#' if matches!(characters.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x1b' => out.push_str("\\e"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0b' => out.push_str("\\v"),
            '\x0c' => out.push_str("\\f"),
            '\0' => out.push_str("\\u0000"),
            '\x7f' => out.push_str("\\x7F"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Bytes as Ruby inspects a string of no encoding.
pub(super) fn inspect_bytes(bytes: &[u8]) -> String {
    let mut result = String::from("\"");
    for byte in bytes {
        if byte.is_ascii() && !byte.is_ascii_control() || b"\n\t\r\x1b\x07\x08\x0b\x0c".contains(byte) {
            let shown = inspect_string(char::from(*byte).encode_utf8(&mut [0; 4]));
            result.push_str(shown.trim_matches('"'));
        } else {
            let _ = write!(result, "\\x{byte:02X}");
        }
    }
    result.push('"');
    result
}

/// What Ruby's `Integer` makes of a value.
pub(super) fn to_whole(value: &Value) -> Result<Whole, FormatError> {
    match value {
        Value::Integer(value) => Ok(Whole::Integer((*value).into())),
        Value::Float(value) if value.is_finite() => Ok(Whole::of_float(*value)),
        Value::Float(value) => Err(FormatError::FloatDomain(crate::text::float(*value))),
        Value::String(text) => {
            numeral::integer(text, 0).map(Whole::Integer).ok_or_else(|| not_a_number("Integer", text))
        }
        Value::Timespan(span) => Ok(Whole::Integer(span.whole_seconds())),
        Value::Timestamp(stamp) => Ok(Whole::Integer(stamp.whole_seconds())),
        Value::Uri(uri) => Err(not_a_number("Integer", &uri.to_string())),
        other => Err(not_converted("Integer", other)),
    }
}

/// What Ruby's `Float` makes of a value.
#[expect(clippy::cast_precision_loss, reason = "what Ruby does")]
pub(super) fn to_float(value: &Value) -> Result<f64, FormatError> {
    match value {
        Value::Integer(value) => Ok(*value as f64),
        Value::Float(value) => Ok(*value),
        Value::String(text) => numeral::float(text).ok_or_else(|| not_a_number("Float", text)),
        Value::Timespan(span) => Ok(span.seconds()),
        Value::Timestamp(stamp) => Ok(stamp.seconds()),
        other => Err(not_converted("Float", other)),
    }
}

fn not_a_number(kind: &'static str, text: &str) -> FormatError {
    FormatError::NotANumber { kind, text: inspect_string(text) }
}

fn not_converted(kind: &'static str, value: &Value) -> FormatError {
    FormatError::NotConverted { kind, name: class_of(value) }
}

/// What Ruby calls a value that it cannot convert.
pub(crate) fn class_of(value: &Value) -> String {
    match value {
        Value::Undef => "nil".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Uri(uri) => uri_class(uri).into(),
        other => class_name(other),
    }
}

fn uri_class(uri: &Uri) -> &'static str {
    let text = uri.to_string();
    match text.split_once(':').map_or("", |(scheme, _)| scheme) {
        "http" => "URI::HTTP",
        "https" => "URI::HTTPS",
        "ftp" => "URI::FTP",
        "file" => "URI::File",
        "mailto" => "URI::MailTo",
        "ldap" => "URI::LDAP",
        "ldaps" => "URI::LDAPS",
        "ws" => "URI::WS",
        "wss" => "URI::WSS",
        _ => "URI::Generic",
    }
}
