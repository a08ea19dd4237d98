//! Arrays and hashes: delimiters, separators, line breaks and indentation.

use super::error::FormatError;
use super::formats::{Formats, Typed};
use super::specification::Specification;
use super::written;
use crate::value::{Map, Value};

/// How deep a container stands in others, and whether it starts a line there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Indentation {
    pub(super) level: usize,
    first: bool,
    pub(super) active: bool,
}

impl Default for Indentation {
    fn default() -> Self {
        Self { level: 0, first: true, active: false }
    }
}

impl Indentation {
    fn within(self, active: bool) -> Self {
        Self { level: self.level + 1, first: true, active }
    }

    fn breaks(self) -> bool {
        self.active && self.level > 0 && !self.first
    }

    fn padding(self) -> String {
        "  ".repeat(self.level)
    }
}

/// What is formatted by the formats of its container's kind, not by those for its elements.
fn is_container(value: &Value) -> bool {
    match value {
        Value::Array(_) | Value::Hash(_) => true,
        Value::Object(instance) => instance.object.type_parameters().is_empty(),
        _ => false,
    }
}

fn is_collection(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Hash(_))
}

fn element(
    value: &Value,
    format: &Specification,
    formats: &Formats,
    indentation: Indentation,
) -> Result<String, FormatError> {
    let own = match &format.contained {
        Some(contained) => contained,
        None => Formats::within(),
    };
    written(&Typed::new(value), if is_container(value) { formats } else { own }, indentation)
}

/// `%a`: elements in a row; with `#`, nested containers on lines of their own, and with a width as many
/// elements on a line as it says.
pub(super) fn array(
    elements: &[Value],
    format: &Specification,
    formats: &Formats,
    indentation: Indentation,
) -> Result<String, FormatError> {
    if !matches!(format.letter, 'a' | 's' | 'p') {
        return Err(FormatError::Illegal { kind: "Array", found: format.letter, expected: "asp" });
    }
    let indentation = Indentation { active: format.alternate || indentation.active, ..indentation };
    let inner = Indentation { first: false, ..indentation.within(format.alternate) };
    let texts: Vec<String> =
        elements.iter().map(|value| element(value, format, formats, inner)).collect::<Result<_, _>>()?;
    let break_each = match format.width {
        Some(width) if format.alternate => widest_run(elements, &texts) > width,
        _ => false,
    };
    let separator = format.separator.as_deref().unwrap_or(", ");
    let (open, close) = format.delimiters(("[", "]"));
    let mut result = opened(open, indentation);
    let mut after_collection = false;
    for (index, (value, text)) in elements.iter().zip(&texts).enumerate() {
        let collection = is_collection(value);
        if index == 0 {
            result.push_str(if break_each && !collection { " " } else { "" });
        } else {
            result.push_str(separator);
            if !collection && (break_each || format.alternate && after_collection) {
                if !result.ends_with('\n') {
                    trim(&mut result);
                }
                result.push('\n');
                result.push_str(&inner.padding());
            }
        }
        if result.ends_with(' ') && text.starts_with('\n') {
            trim(&mut result);
        }
        result.push_str(text);
        after_collection = collection;
    }
    result.push_str(close);
    Ok(result)
}

fn opened(delimiter: &str, indentation: Indentation) -> String {
    let line = if indentation.breaks() { format!("\n{}", indentation.padding()) } else { String::new() };
    format!("{line}{delimiter}")
}

fn trim(text: &mut String) {
    text.truncate(
        text.trim_end_matches(|character: char| character.is_ascii_whitespace() || character == '\0').len(),
    );
}

/// The most characters of elements between collections.
fn widest_run(elements: &[Value], texts: &[String]) -> usize {
    let (mut widest, mut run) = (0, 0);
    for (value, text) in elements.iter().zip(texts) {
        run = if is_collection(value) { 0 } else { run + text.chars().count() };
        widest = widest.max(run);
    }
    widest
}

/// `%h`: entries in a row, or with `#` each on a line of its own. `%a`: as an array of pairs.
pub(super) fn hash(
    entries: &Map,
    format: &Specification,
    formats: &Formats,
    indentation: Indentation,
) -> Result<String, FormatError> {
    match format.letter {
        'a' => {
            let pairs =
                Value::array(entries.iter().map(|(key, value)| Value::array([key.clone(), value.clone()])));
            return written(&Typed::new(&pairs), formats, indentation);
        }
        'h' | 's' | 'p' => {}
        found => return Err(FormatError::Illegal { kind: "Hash", found, expected: "hasp" }),
    }
    let indentation = Indentation { active: format.alternate || indentation.active, ..indentation };
    let inner = indentation.within(false);
    let mut separator = format.separator.as_deref().unwrap_or(", ").to_owned();
    let (mut line, mut padding, mut last_padding) = ("", String::new(), String::new());
    if format.alternate {
        if !separator.ends_with('\n') {
            trim(&mut separator);
        }
        separator.push('\n');
        (line, padding, last_padding) = ("\n", inner.padding(), indentation.padding());
    }
    let assignment = format.assignment.as_deref().unwrap_or(" => ");
    let (open, close) = format.delimiters(("{", "}"));
    let entry = |(key, value): (&Value, &Value)| {
        let key = element(key, format, formats, inner)?;
        Ok(format!("{padding}{key}{assignment}{}", element(value, format, formats, inner)?))
    };
    let written: Vec<String> = entries.iter().map(entry).collect::<Result<_, FormatError>>()?;
    Ok(format!("{}{line}{}{line}{last_padding}{close}", opened(open, indentation), written.join(&separator)))
}
