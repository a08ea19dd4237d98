//! Deep merges, as the Ruby library `deep_merge` does them, its oddities included: what it deletes from the
//! values of higher priority while it looks for knockouts decides what is left.
//!
//! `source` has priority over `destination`, into which it is merged.

use std::sync::Arc;

use ecow::EcoVec;
use values::{Map, Text, Value};

use crate::error::LookupError;
use crate::ruby;

struct Options {
    knockout_prefix: Option<String>,
    knockout: Option<regexp::Regexp>,
    sort_merged_arrays: bool,
    merge_hash_arrays: bool,
    overwrite_arrays: bool,
    extend_existing_arrays: bool,
    preserve_unmergeables: bool,
    unpack_arrays: Option<String>,
}

pub(super) fn merge(source: Value, destination: Value, options: &Map) -> Result<Value, LookupError> {
    let options = Options::read(options)?;
    options.merge(source, Destination::Value(destination))
}

/// What is merged into.
enum Destination {
    Value(Value),
    /// The very object that is merged: where only the source has a value, Ruby merges it into itself.
    SourceItself,
    /// A copy of the source whose parts are the source's own.
    CopyOfSource,
}

impl Options {
    fn read(options: &Map) -> Result<Self, LookupError> {
        let flag = |name: &str| options.get(&Text(name)).is_some_and(Value::is_truthy);
        let text = |name: &str| options.get(&Text(name)).and_then(Value::as_str).map(ToOwned::to_owned);
        let knockout_prefix = text("knockout_prefix");
        let invalid = |message: &str| LookupError::argument(message);
        if knockout_prefix.as_deref() == Some("") {
            return Err(invalid("knockout_prefix cannot be an empty string in deep_merge!"));
        }
        let knockout = knockout_prefix
            .as_deref()
            .map(|prefix| regexp::Regexp::new(&format!("^{prefix}")))
            .transpose()
            .map_err(|error| invalid(&error.to_string()))?;
        Ok(Self {
            knockout,
            knockout_prefix,
            sort_merged_arrays: flag("sort_merged_arrays"),
            merge_hash_arrays: flag("merge_hash_arrays"),
            overwrite_arrays: flag("overwrite_arrays"),
            extend_existing_arrays: flag("extend_existing_arrays"),
            // Puppet sets it to false, then lets version 3's options set it again.
            preserve_unmergeables: flag("preserve_unmergeables"),
            unpack_arrays: text("unpack_arrays"),
        })
    }

    fn merge(&self, source: Value, destination: Destination) -> Result<Value, LookupError> {
        let destination = match destination {
            Destination::Value(value) => {
                if source.is_undef() {
                    return Ok(value);
                }
                if !value.is_truthy() && !self.preserve_unmergeables {
                    return Ok(source);
                }
                Destination::Value(value)
            }
            _ if !source.is_truthy() => return Ok(source),
            other => other,
        };
        match (source, destination) {
            (Value::Hash(source), destination) => self.merge_hash(&source, destination),
            (Value::Array(source), destination) => self.merge_array(source, destination),
            (other, Destination::Value(Value::Array(mut elements))) if self.extend_existing_arrays => {
                elements.push(other);
                Ok(Value::Array(elements))
            }
            (other, Destination::Value(value)) => Ok(self.overwrite(other, value)),
            (other, _) => Ok(self.overwrite(other.clone(), other)),
        }
    }

    fn merge_hash(&self, source: &Arc<Map>, destination: Destination) -> Result<Value, LookupError> {
        let mut merged = match destination {
            Destination::Value(Value::Hash(entries)) => Arc::unwrap_or_clone(entries),
            Destination::Value(Value::Array(mut elements)) if self.extend_existing_arrays => {
                for _ in source.iter() {
                    elements.push(Value::Hash(Arc::clone(source)));
                }
                return Ok(Value::Array(elements));
            }
            Destination::Value(other) => {
                let keep = source.is_empty() || self.preserve_unmergeables;
                return Ok(if keep { other } else { Value::Hash(Arc::clone(source)) });
            }
            Destination::SourceItself | Destination::CopyOfSource => {
                let entries = source.iter().map(|(key, value)| {
                    Ok((key.clone(), self.merge(value.clone(), Destination::SourceItself)?))
                });
                return Ok(Value::Hash(Arc::new(entries.collect::<Result<Map, LookupError>>()?)));
            }
        };
        for (key, value) in source.iter() {
            let into = match merged.get(key) {
                Some(present) if present.is_truthy() => Destination::Value(present.clone()),
                _ => Destination::CopyOfSource,
            };
            let value = self.merge(value.clone(), into)?;
            merged.insert(key.clone(), value);
        }
        Ok(Value::Hash(Arc::new(merged)))
    }

    fn merge_array(&self, source: EcoVec<Value>, destination: Destination) -> Result<Value, LookupError> {
        if self.overwrite_arrays {
            return Ok(Value::Array(source));
        }
        let mut source: Vec<Value> = source.into_iter().collect();
        let mut destination = match destination {
            Destination::Value(Value::Array(elements)) => elements.into_iter().collect(),
            Destination::Value(other) => return Ok(self.array_over_other(source, other)),
            Destination::CopyOfSource => source.clone(),
            Destination::SourceItself => return self.merge_array_into_itself(source),
        };
        if let Some(separator) = &self.unpack_arrays {
            source = repacked(&source, separator);
            destination = repacked(&destination, separator);
        }
        if self.take_lone_prefix(&mut source) {
            destination.clear();
        }
        source.retain(|item| match self.knocked_out(item) {
            Some(victim) => {
                destination.retain(|kept| *kept != victim && kept != item);
                false
            }
            None => true,
        });
        self.join_arrays(source, destination)
    }

    /// Source and destination are one object: deleting from one shifts what is yet to be seen of the other.
    fn merge_array_into_itself(&self, mut elements: Vec<Value>) -> Result<Value, LookupError> {
        if let Some(separator) = &self.unpack_arrays {
            elements = repacked(&elements, separator);
        }
        if let Some(prefix) = &self.knockout_prefix
            && elements.iter().any(|item| item.as_str() == Some(prefix))
        {
            elements.clear();
        }
        let (mut read, mut written) = (0, 0);
        while read < elements.len() {
            let item = elements[read].clone();
            match self.knocked_out(&item) {
                Some(victim) => elements.retain(|kept| *kept != victim && *kept != item),
                None => {
                    elements[written] = item;
                    written += 1;
                }
            }
            read += 1;
        }
        if written < read {
            let tail: Vec<Value> = elements.get(read..).unwrap_or_default().to_vec();
            elements.truncate(written);
            elements.extend(tail);
        }
        self.join_arrays(elements.clone(), elements)
    }

    fn join_arrays(&self, source: Vec<Value>, destination: Vec<Value>) -> Result<Value, LookupError> {
        let all_hashes = |elements: &[Value]| elements.iter().all(|element| element.as_hash().is_some());
        let mut merged = if self.merge_hash_arrays && all_hashes(&source) && all_hashes(&destination) {
            let mut source = source.into_iter();
            let mut merged = Vec::with_capacity(destination.len());
            for element in destination {
                let over = source.next().unwrap_or_else(|| Value::Hash(Arc::default()));
                merged.push(self.merge(over, Destination::Value(element))?);
            }
            merged.extend(source);
            merged
        } else {
            super::unique(destination.into_iter().chain(source))
        };
        if self.sort_merged_arrays {
            sort(&mut merged)?;
        }
        Ok(Value::array(merged))
    }

    /// Takes a lone knockout prefix out of a list, which empties the other.
    fn take_lone_prefix(&self, source: &mut Vec<Value>) -> bool {
        let Some(prefix) = &self.knockout_prefix else { return false };
        let before = source.len();
        source.retain(|item| item.as_str() != Some(prefix));
        source.len() < before
    }

    fn array_over_other(&self, mut source: Vec<Value>, other: Value) -> Value {
        let cleared = self.take_lone_prefix(&mut source);
        let other = match other {
            Value::Hash(_) if cleared => Value::Hash(Arc::default()),
            Value::String(_) if cleared => Value::from(""),
            other => other,
        };
        if self.preserve_unmergeables {
            return other;
        }
        source.retain(|item| self.knocked_out(item).is_none());
        Value::array(source)
    }

    /// What an item removes, if it carries the prefix.
    fn knocked_out(&self, item: &Value) -> Option<Value> {
        let (pattern, text) = (self.knockout.as_ref()?, item.as_str()?);
        let victim = pattern.replace(text, true, |_| String::new()).ok()?;
        (victim != text).then(|| Value::from(victim))
    }

    fn overwrite(&self, source: Value, destination: Value) -> Value {
        if self.preserve_unmergeables {
            return destination;
        }
        if self.knocked_out(&source).is_some() { Value::from("") } else { source }
    }
}

/// What `join` and `split` with the same text make of a list.
fn repacked(elements: &[Value], separator: &str) -> Vec<Value> {
    let elements: Vec<String> = elements.iter().map(ToString::to_string).collect();
    let joined = elements.join(separator);
    let mut pieces: Vec<&str> = joined.split(separator).collect();
    while pieces.last().is_some_and(|piece| piece.is_empty()) {
        pieces.pop();
    }
    pieces.into_iter().map(Value::from).collect()
}

/// Strings by their bytes, numbers by their values; anything else cannot be sorted.
fn sort(elements: &mut [Value]) -> Result<(), LookupError> {
    use std::cmp::Ordering;
    #[expect(clippy::cast_precision_loss, reason = "compared as Ruby compares an integer to a float")]
    let number = |value: &Value| match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    };
    let mut problem = None;
    elements.sort_by(|a, b| {
        let order = match (a, b) {
            (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
            (a, b) => number(a).zip(number(b)).and_then(|(a, b)| a.partial_cmp(&b)),
        };
        order.unwrap_or_else(|| {
            problem.get_or_insert_with(|| (a.clone(), b.clone()));
            Ordering::Equal
        })
    });
    match problem {
        None => Ok(()),
        Some((a, b)) => {
            let shown = match &a {
                Value::Integer(_) | Value::Float(_) | Value::Undef | Value::Boolean(_) => ruby::inspect(&a),
                other => ruby::class_name(other).to_owned(),
            };
            let class = ruby::class_name(&b);
            Err(LookupError::argument(format!("comparison of {class} with {shown} failed")))
        }
    }
}
