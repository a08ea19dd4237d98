//! Values as Ruby shows them (`inspect`), and the names of their classes: what explanations and a few
//! messages hold.

use std::fmt::Write as _;

use values::Value;

/// `value.inspect` for what data can hold.
pub(crate) fn inspect(value: &Value) -> String {
    match value {
        Value::Undef => "nil".to_owned(),
        Value::Default => ":default".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::String(text) => inspect_string(text),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(inspect).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Hash(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}=>{}", inspect(key), inspect(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Sensitive(_) => "#<Sensitive [value redacted]>".to_owned(),
        // To Ruby, what YAML marks as binary is a string.
        Value::Binary(bytes) => inspect_string(&String::from_utf8_lossy(bytes)),
        other => other.to_string(),
    }
}

/// The class of a value, as Ruby names it.
pub(crate) fn class_name(value: &Value) -> &'static str {
    match value {
        Value::Undef => "NilClass",
        Value::Default => "Symbol",
        Value::Boolean(true) => "TrueClass",
        Value::Boolean(false) => "FalseClass",
        Value::Integer(_) => "Integer",
        Value::Float(_) => "Float",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Hash(_) => "Hash",
        Value::Sensitive(_) => "Puppet::Pops::Types::PSensitiveType::Sensitive",
        Value::Binary(_) => "Puppet::Pops::Types::PBinaryType::Binary",
        _ => "Object",
    }
}

/// Ruby writes a point always, and an exponent from 1e16 on and below 1e-4.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let point = if digits.contains('.') { "" } else { ".0" };
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{digits}{point}e{sign}{exponent:0>2}");
    }
    format!("{value:?}")
}

/// A string in double quotes with Ruby's escapes.
pub(crate) fn inspect_string(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => shown.push_str("\\\""),
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            '\x0b' => shown.push_str("\\v"),
            '\x0c' => shown.push_str("\\f"),
            '\x07' => shown.push_str("\\a"),
            '\x08' => shown.push_str("\\b"),
            '\x1b' => shown.push_str("\\e"),
            '#' if matches!(characters.peek(), Some('{' | '$' | '@')) => shown.push_str("\\#"),
            c if c.is_ascii_control() => drop(write!(shown, "\\x{:02X}", c as u32)),
            c if is_unprintable(c) && (c as u32) < 0x10000 => drop(write!(shown, "\\u{:04X}", c as u32)),
            c if is_unprintable(c) => drop(write!(shown, "\\u{{{:X}}}", c as u32)),
            c => shown.push(c),
        }
    }
    shown.push('"');
    shown
}

/// Controls, separators and marks of direction that Ruby shows by number.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{feff}' | '\u{e000}'..='\u{f8ff}')
}

/// `value.to_s`, as a value stands in a text that holds `%{...}`.
pub(crate) fn to_s(value: &Value) -> String {
    match value {
        Value::Undef => String::new(),
        Value::Default => "default".to_owned(),
        Value::String(text) => text.as_str().to_owned(),
        Value::Sensitive(_) => "Sensitive [value redacted]".to_owned(),
        Value::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Array(_) | Value::Hash(_) => {
            inspect(value)
        }
        other => other.to_string(),
    }
}
