//! Values to JSON.

use serde_json::{Map as Object, Number, Value as Json, json};

use super::{TYPE, VALUE, types};
use crate::text;
use crate::types::{Type, infer};
use crate::value::{Map, Value};

/// How rich data is written. The default is that of catalogs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether symbols of Puppet's own language are told as such rather than as strings.
    pub symbols: bool,
}

/// A value that rich data cannot say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// JSON has no such number.
    #[error("the number {0} cannot be written as data")]
    Number(String),
    /// Sets of types and iterators have no form.
    #[error("a value of type {0} cannot be written as data")]
    Type(String),
}

/// A value as rich data. What is sensitive is in it, unprotected.
pub fn write(value: &Value, options: &Options) -> Result<Json, WriteError> {
    Ok(match value {
        Value::Undef => Json::Null,
        Value::Default => json!({ TYPE: "Default" }),
        Value::Boolean(value) => Json::Bool(*value),
        Value::Integer(value) => Json::Number((*value).into()),
        Value::Float(value) => Number::from_f64(*value)
            .map(Json::Number)
            .ok_or_else(|| WriteError::Number(text::float(*value)))?,
        Value::String(text) => Json::String(text.to_string()),
        Value::Array(elements) => {
            Json::Array(elements.iter().map(|element| write(element, options)).collect::<Result<_, _>>()?)
        }
        Value::Hash(entries) => write_hash(entries, options)?,
        Value::Sensitive(secret) => json!({ TYPE: "Sensitive", VALUE: write(secret.unwrap(), options)? }),
        Value::Regexp(pattern) => tagged("Regexp", &text::pattern_text(pattern)),
        Value::Binary(_) => tagged("Binary", &value.to_string()),
        Value::SemVer(_) => tagged("SemVer", &value.to_string()),
        Value::SemVerRange(_) => tagged("SemVerRange", &value.to_string()),
        Value::Timespan(_) => tagged("Timespan", &value.to_string()),
        Value::Timestamp(_) => tagged("Timestamp", &value.to_string()),
        Value::Uri(_) => tagged("URI", &value.to_string()),
        Value::Type(found) => types::write(found, options)?,
        Value::Object(instance) => {
            let mut object = Object::new();
            object.insert(TYPE.into(), instance.object.label().into());
            let values: Vec<_> = instance.values().collect();
            let is_default = |name: &str, value: &Value| {
                instance
                    .object
                    .attribute(name)
                    .is_some_and(|attribute| attribute.value.as_ref() == Some(value))
            };
            let told =
                values.iter().rposition(|(name, value)| !is_default(name, value)).map_or(0, |last| last + 1);
            for (name, value) in values.into_iter().take(told) {
                object.insert(name.to_string(), write(value, options)?);
            }
            Json::Object(object)
        }
        Value::Iterator(_) => return Err(WriteError::Type(infer(value).to_string())),
    })
}

fn tagged(name: &str, text: &str) -> Json {
    json!({ TYPE: name, VALUE: text })
}

fn write_hash(entries: &Map, options: &Options) -> Result<Json, WriteError> {
    if entries.keys().all(|key| key.as_str().is_some_and(|key| key != TYPE)) {
        let mut object = Object::new();
        for (key, value) in entries {
            object.insert(key.as_str().unwrap_or_default().to_owned(), write(value, options)?);
        }
        return Ok(Json::Object(object));
    }
    let mut pairs = Vec::with_capacity(entries.len() * 2);
    for (key, value) in entries {
        pairs.push(write(key, options)?);
        pairs.push(write(value, options)?);
    }
    Ok(json!({ TYPE: "Hash", VALUE: pairs }))
}

/// For the types: that there is no form.
pub(super) fn unwritable(found: &Type) -> WriteError {
    WriteError::Type(found.to_string())
}
