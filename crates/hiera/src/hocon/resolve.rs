//! Puts in what `${path}` stands for, and joins values that stand side by side.

use std::sync::Arc;

use values::{Map, Value};

use super::Raw;
use crate::json::JsonError;

/// Most references within references: what refers to itself never ends.
const MAXIMUM_REFERENCES: usize = 64;
/// Most values that references may bring in.
const MAXIMUM_VALUES: usize = 1_000_000;

pub(super) fn resolve(root: &Raw) -> Result<Value, JsonError> {
    let mut resolver = Resolver { root, references: 0, values: 0 };
    Ok(resolver.value(root)?.unwrap_or(Value::Undef))
}

struct Resolver<'a> {
    root: &'a Raw,
    references: usize,
    values: usize,
}

impl Resolver<'_> {
    /// A value; none for an optional reference to nothing.
    fn value(&mut self, raw: &Raw) -> Result<Option<Value>, JsonError> {
        self.values += 1;
        if self.values > MAXIMUM_VALUES {
            let message = format!("references stand for more than {MAXIMUM_VALUES} values");
            return Err(JsonError { message, line: 0 });
        }
        Ok(Some(match raw {
            Raw::Scalar(value, _) => value.clone(),
            Raw::List(elements) => {
                let mut values = Vec::with_capacity(elements.len());
                for element in elements {
                    values.extend(self.value(element)?);
                }
                Value::array(values)
            }
            Raw::Object(entries) => {
                let mut map = Map::default();
                for (key, value) in entries {
                    if let Some(value) = self.value(value)? {
                        map.insert(Value::from(key.as_str()), value);
                    }
                }
                Value::Hash(Arc::new(map))
            }
            Raw::Reference { path, optional, line } => return self.reference(path, *optional, *line),
            Raw::Joined(parts) => return self.joined(parts),
        }))
    }

    fn reference(&mut self, path: &[String], optional: bool, line: u32) -> Result<Option<Value>, JsonError> {
        let shown = path.join(".");
        if self.references >= MAXIMUM_REFERENCES {
            if optional {
                return Ok(None);
            }
            let message = format!("String: {line}: a cycle of references at `${{{shown}}}`");
            return Err(JsonError { message, line });
        }
        let root = self.root;
        let target = path.iter().try_fold(root, |raw, name| match raw {
            Raw::Object(entries) => entries.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        });
        self.references += 1;
        let value = target.map_or(Ok(None), |target| self.value(target));
        self.references -= 1;
        match value? {
            None if !optional => {
                let message =
                    format!("String: {line}: Could not resolve substitution to a value: ${{{shown}}}");
                Err(JsonError { message, line })
            }
            found => Ok(found),
        }
    }

    fn joined(&mut self, parts: &[Raw]) -> Result<Option<Value>, JsonError> {
        let mut values: Vec<(Value, String)> = Vec::with_capacity(parts.len());
        for part in parts {
            if let Some(value) = self.value(part)? {
                let text = match part {
                    Raw::Scalar(_, text) => text.clone(),
                    _ => value.to_string(),
                };
                values.push((value, text));
            }
        }
        let is_collection = |value: &Value| matches!(value, Value::Array(_) | Value::Hash(_));
        if values.iter().any(|(value, _)| is_collection(value)) {
            return Ok(join_collections(values.into_iter().map(|(value, _)| value).filter(is_collection)));
        }
        match values.len() {
            0 => Ok(None),
            _ => Ok(Some(Value::from(values.into_iter().map(|(_, text)| text).collect::<String>()))),
        }
    }
}

fn join_collections(values: impl Iterator<Item = Value>) -> Option<Value> {
    values.reduce(|before, value| match (before, value) {
        (Value::Array(before), Value::Array(more)) => Value::array(before.into_iter().chain(more)),
        (Value::Hash(before), Value::Hash(more)) => {
            let mut merged = Map::clone(&before);
            merged.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
            Value::Hash(Arc::new(merged))
        }
        (_, value) => value,
    })
}
