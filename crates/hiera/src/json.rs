//! JSON as Ruby's library reads it, as values.

use std::sync::Arc;

use values::{Map, Value};

/// Why a text is not JSON (or HOCON).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// What is wrong, in the reader's words.
    pub message: String,
    /// From 1.
    pub line: u32,
}

/// Reads a text. Of equal keys the last counts.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        let rest = remainder(text, error.line(), error.column());
        let message = if rest.is_empty() {
            "unexpected end of input".to_owned()
        } else {
            format!("unexpected token at '{rest}'")
        };
        JsonError { message, line: u32::try_from(error.line()).unwrap_or(u32::MAX) }
    })?;
    Ok(convert(value))
}

/// What stands from a place on, which is how Ruby shows where it stopped.
fn remainder(text: &str, line: usize, column: usize) -> &str {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = start + column.saturating_sub(1);
    text.get(at..).unwrap_or_default()
}

fn convert(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Undef,
        serde_json::Value::Bool(value) => Value::Boolean(value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(value) => Value::Integer(value),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(elements) => Value::array(elements.into_iter().map(convert)),
        serde_json::Value::Object(entries) => {
            let entries: Map =
                entries.into_iter().map(|(key, value)| (Value::from(key), convert(value))).collect();
            Value::Hash(Arc::new(entries))
        }
    }
}
