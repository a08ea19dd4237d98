//! `+`, `-` and `<<` on arrays and hashes, and `+` on bytes and URIs.

use std::sync::Arc;

use ecow::EcoVec;
use values::iterator::Iterator;
use values::uri::Uri;
use values::{Map, Value};

use crate::evaluator::Outcome;
use crate::failure::unplaced;
use crate::ruby;

/// How many elements an array may have that is put together: far more than any program needs that ends.
const MAXIMUM_COUNT: usize = 1 << 20;

/// `left + right`.
pub(super) fn concatenated(left: Value, right: Value) -> Outcome {
    match left {
        Value::Array(mut elements) => {
            match right {
                Value::Array(more) => elements.extend(more),
                right @ Value::Hash(_) => elements.extend(pairs(&right)),
                other => elements.push(other),
            }
            if elements.len() > MAXIMUM_COUNT {
                return Err(unplaced("the array is too long"));
            }
            Ok(Value::Array(elements))
        }
        Value::Hash(mut entries) => {
            let more = match right {
                Value::Hash(more) => more,
                Value::Array(elements) => Arc::new(hash_of(&elements)?),
                _ => return Err(unplaced("Can only append Array or Hash to a Hash")),
            };
            Arc::make_mut(&mut entries).extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
            Ok(Value::Hash(entries))
        }
        Value::Binary(bytes) => match right {
            Value::Binary(more) => Ok(Value::Binary(bytes.iter().chain(more.iter()).copied().collect())),
            _ => Err(unplaced("Can only append Binary to a Binary")),
        },
        Value::Uri(base) => merged(&base, &right),
        other => Ok(Value::array([other, right])),
    }
}

fn pairs(hash: &Value) -> Vec<Value> {
    Iterator::over(hash).map_or_else(Vec::new, |pairs| pairs.iter().collect())
}

/// The hash that an array stands for: of pairs, or of keys and values in turn.
fn hash_of(elements: &EcoVec<Value>) -> Result<Map, functions::Raised> {
    if !elements.is_empty() && elements.iter().all(|element| matches!(element, Value::Array(_))) {
        let mut made = Map::default();
        for (index, pair) in elements.iter().enumerate() {
            match pair.as_array().map(EcoVec::as_slice) {
                Some([key, value]) => made.insert(key.clone(), value.clone()),
                other => {
                    let count = other.map_or(0, <[Value]>::len);
                    let message = format!("wrong array length at {index} (expected 2, was {count})");
                    return Err(unplaced(message));
                }
            };
        }
        return Ok(made);
    }
    match elements.as_slice() {
        [Value::Hash(entries)] => Ok((**entries).clone()),
        elements if elements.len() % 2 == 1 => Err(unplaced("odd number of arguments for Hash")),
        elements => {
            let halves = elements
                .chunks_exact(2)
                .filter_map(|pair| Some((pair.first()?.clone(), pair.last()?.clone())));
            Ok(halves.collect())
        }
    }
}

/// `left - right`.
pub(super) fn without(left: Value, right: &Value) -> Value {
    match left {
        Value::Array(elements) => {
            let taken: Vec<Value> = match right {
                Value::Array(taken) => taken.iter().cloned().collect(),
                Value::Hash(_) => pairs(right),
                other => vec![other.clone()],
            };
            let kept =
                elements.into_iter().filter(|element| !taken.iter().any(|other| ruby::equal(element, other)));
            Value::Array(kept.collect())
        }
        Value::Hash(mut entries) => {
            let remaining = Arc::make_mut(&mut entries);
            match right {
                Value::Array(keys) => remaining.retain(|key, _| !keys.contains(key)),
                Value::Hash(others) => remaining.retain(|key, _| !others.contains_key(key)),
                other => remaining.retain(|key, _| key != other),
            }
            Value::Hash(entries)
        }
        other => other,
    }
}

/// `left << right`.
pub(super) fn appended(left: Value, right: Value) -> Value {
    match left {
        Value::Array(mut elements) => {
            elements.push(right);
            Value::Array(elements)
        }
        other => other,
    }
}

/// A URI that another is relative to.
fn merged(base: &Uri, right: &Value) -> Outcome {
    let reference = match right {
        Value::String(text) => Uri::parse(text).map_err(|error| unplaced(error.to_string()))?,
        Value::Uri(uri) => (**uri).clone(),
        _ => return Err(unplaced("An URI can only be merged with an URI or String")),
    };
    let text = resolved(&base.to_string(), &reference.to_string());
    Uri::parse(&text).map(|uri| Value::Uri(Arc::new(uri))).map_err(|error| unplaced(error.to_string()))
}

/// A reference relative to a base, as RFC 3986 has it.
fn resolved(base: &str, reference: &str) -> String {
    let has_scheme =
        reference.split_once(':').is_some_and(|(scheme, _)| !scheme.is_empty() && !scheme.contains('/'));
    if has_scheme {
        return reference.to_owned();
    }
    let (scheme, rest) = base.split_once("://").map_or(("", base), |(scheme, rest)| (scheme, rest));
    if let Some(authority) = reference.strip_prefix("//") {
        return format!("{scheme}://{authority}");
    }
    let path_start = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(path_start);
    let path = tail.split(['?', '#']).next().unwrap_or_default();
    let prefix = if scheme.is_empty() { authority.to_owned() } else { format!("{scheme}://{authority}") };
    let full = match reference.chars().next() {
        None => return base.to_owned(),
        Some('?' | '#') => return format!("{prefix}{path}{reference}"),
        Some('/') => reference.to_owned(),
        Some(_) => format!("{}/{reference}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    format!("{prefix}{}", without_dots(&full))
}

fn without_dots(path: &str) -> String {
    let (path, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let mut segments: Vec<&str> = Vec::new();
    let last = path.split('/').next_back().unwrap_or_default();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if segments.len() > 1 => drop(segments.pop()),
            ".." => {}
            other => segments.push(other),
        }
    }
    if matches!(last, "." | "..") {
        segments.push("");
    }
    segments.join("/") + rest
}
