//! The function `sprintf`: `%05.2f`, `%<name>s`, `%{name}`, `%2$s`, `%*d`.
//!
//! It is one of Puppet 3, which does not know all values: some are formatted as their texts.

use super::error::FormatError;
use super::kernel::apply;
use super::ruby;
use crate::types::{Type, capitalized_segments};
use crate::value::Value;

/// What the function `sprintf` gives: the first argument is the format, the others are what it formats.
/// `undef` is the empty string, and values that old functions do not know are their texts.
pub fn sprintf(arguments: &[Value]) -> Result<String, FormatError> {
    let Some((format, values)) = arguments.split_first() else {
        return Err(FormatError::sprintf("sprintf(): Wrong number of arguments given (0 for minimum 1)"));
    };
    let plain = |value: &Value| match value {
        Value::Undef => Ok(Value::from("")),
        other => without_rich_data(other),
    };
    let values: Vec<Value> = values.iter().map(plain).collect::<Result<_, _>>()?;
    match plain(format)? {
        Value::String(format) => apply(&format, &values),
        other => Err(FormatError::NotImplicit { name: ruby::class_of(&other), kind: "String" }),
    }
}

/// Texts in place of what functions of Puppet 3 do not know.
fn without_rich_data(value: &Value) -> Result<Value, FormatError> {
    Ok(match value {
        Value::Regexp(pattern) => crate::text::delimited_pattern(pattern).into(),
        Value::SemVer(_)
        | Value::SemVerRange(_)
        | Value::Timespan(_)
        | Value::Timestamp(_)
        | Value::Binary(_) => crate::text::interpolated(value).into(),
        Value::Type(Type::Class(Some(name))) => format!("Class[{}]", capitalized_segments(name)).into(),
        Value::Type(Type::Resource(Some(resource))) => match &resource.title {
            Some(title) => format!("{}[{title}]", resource.name).into(),
            None => value.clone(),
        },
        Value::Array(elements) => {
            Value::Array(elements.iter().map(without_rich_data).collect::<Result<_, _>>()?)
        }
        Value::Hash(entries) => {
            let entry =
                |(key, value): (&Value, &Value)| Ok((without_rich_data(key)?, without_rich_data(value)?));
            Value::Hash(std::sync::Arc::new(entries.iter().map(entry).collect::<Result<_, FormatError>>()?))
        }
        Value::Iterator(_) => return Err(FormatError::sprintf("Use of an Iterator is not supported here")),
        other => other.clone(),
    })
}
