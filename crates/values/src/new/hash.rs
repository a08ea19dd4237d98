//! `Hash.new`: of pairs, of keys and values in turn, and of paths with `tree` or `hash_tree`; `Struct.new` as
//! well.

use std::sync::{Arc, OnceLock};

use super::collection::all_of;
use super::constructor::{Constructor, Form, LIST_FORMS};
use super::{ConversionError, not_convertible};
use crate::format::ruby::class_of;
use crate::iterator::Iterator;
use crate::label::class_name;
use crate::value::{Map, Value};

pub(super) static HASH: Constructor = Constructor {
    name: "new_hash",
    types: &[
        ("KeyValueArray", "Array[Tuple[Any,Any],1]"),
        ("TreeArray", "Array[Tuple[Array,Any],1]"),
        ("NewHashOption", "Enum[tree, hash_tree]"),
    ],
    forms: &[
        Form {
            parameters: &[("TreeArray", "from"), ("NewHashOption", "build_option")],
            required: 1,
            make: |arguments, _| match arguments {
                [from, option] => tree(from, option.as_str() == Some("hash_tree")),
                _ => pairs(&arguments[0]),
            },
        },
        Form {
            parameters: &[("KeyValueArray", "from")],
            required: 1,
            make: |arguments, _| pairs(&arguments[0]),
        },
        Form { parameters: &[("Any", "from")], required: 1, make: |arguments, _| in_turn(&arguments[0]) },
    ],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

type Made = Result<Value, ConversionError>;

fn of(entries: Map) -> Value {
    Value::Hash(Arc::new(entries))
}

fn pairs(from: &Value) -> Made {
    let pairs = from.as_array().into_iter().flatten().filter_map(Value::as_array);
    Ok(of(pairs.filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone()))).collect()))
}

fn in_turn(from: &Value) -> Made {
    let elements = match from {
        Value::Hash(_) => return Ok(from.clone()),
        Value::Array(elements) => elements.clone(),
        other => match Iterator::over(other) {
            Some(iterator) => all_of(&iterator)?,
            None => return Err(ConversionError::failed(not_convertible(other, "Hash"))),
        },
    };
    // Ruby makes a hash of a single array of pairs as well.
    if let ([Value::Array(elements)], false) = (elements.as_slice(), matches!(from, Value::Array(_))) {
        return of_pairs(elements);
    }
    if elements.len() % 2 != 0 {
        return Err(ConversionError::failed("odd number of arguments for Hash"));
    }
    let entries = elements.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
    Ok(of(entries.collect()))
}

fn of_pairs(elements: &[Value]) -> Made {
    let mut entries = Map::default();
    for (place, element) in elements.iter().enumerate() {
        let Value::Array(pair) = element else {
            let message = format!("wrong element type {} at {place} (expected array)", class_name(element));
            return Err(ConversionError::failed(message));
        };
        let [key, rest @ ..] = pair.as_slice() else {
            return Err(ConversionError::failed("invalid number of elements (0 for 1..2)"));
        };
        entries.insert(key.clone(), rest.first().cloned().unwrap_or(Value::Undef));
    }
    Ok(of(entries))
}

/// A hash of paths and values: `[[a, b], 1]` is `{a => {b => 1}}`.
fn tree(from: &Value, all_hashes: bool) -> Made {
    let mut root = of(Map::default());
    for entry in from.as_array().into_iter().flatten().filter_map(Value::as_array) {
        let [Value::Array(path), value] = entry.as_slice() else { continue };
        match path.split_last() {
            None => merge(&mut root, value)?,
            Some((last, before)) => {
                let mut node = &mut root;
                for key in before {
                    node = step(node, key)?;
                }
                set(node, last, if all_hashes { as_hash(value) } else { value.clone() })?;
            }
        }
    }
    Ok(root)
}

/// The root of a tree: its elements are the hash's.
fn merge(root: &mut Value, value: &Value) -> Result<(), ConversionError> {
    let Value::Hash(entries) = root else { return Ok(()) };
    let entries = Arc::make_mut(entries);
    match value {
        Value::Array(elements) => {
            let numbered = (0..).zip(elements).map(|(place, value)| (Value::Integer(place), value.clone()));
            entries.extend(numbered);
        }
        Value::Hash(more) => entries.extend(more.iter().map(|(key, value)| (key.clone(), value.clone()))),
        other => {
            let message = format!("no implicit conversion of {} into Hash", class_of(other));
            return Err(ConversionError::failed(message));
        }
    }
    Ok(())
}

fn index(key: &Value, length: usize) -> Option<usize> {
    let place = key.as_integer()?;
    let place = if place < 0 { place + i64::try_from(length).ok()? } else { place };
    usize::try_from(place).ok()
}

/// What stands at a key, which becomes a hash where nothing does.
fn step<'a>(node: &'a mut Value, key: &Value) -> Result<&'a mut Value, ConversionError> {
    match node {
        Value::Hash(entries) => {
            Ok(Arc::make_mut(entries).entry(key.clone()).or_insert_with(|| of(Map::default())))
        }
        Value::Array(elements) => {
            let place = index(key, elements.len());
            let found = place.and_then(|place| elements.make_mut().get_mut(place));
            found.ok_or_else(|| no_method("[]=", &Value::Undef))
        }
        other => Err(no_method("has_key?", other)),
    }
}

/// The longest array that setting an element makes.
const LONGEST: usize = 1 << 20;

fn set(node: &mut Value, key: &Value, value: Value) -> Result<(), ConversionError> {
    match node {
        Value::Hash(entries) => {
            Arc::make_mut(entries).insert(key.clone(), value);
            Ok(())
        }
        Value::Array(elements) => {
            let Some(place) = index(key, elements.len()).filter(|place| *place < LONGEST) else {
                let message = format!("no implicit conversion of {} into Integer", class_of(key));
                return Err(ConversionError::failed(message));
            };
            while elements.len() <= place {
                elements.push(Value::Undef);
            }
            elements.make_mut()[place] = value;
            Ok(())
        }
        other => Err(no_method("[]=", other)),
    }
}

fn no_method(name: &str, value: &Value) -> ConversionError {
    let owner = match value {
        Value::Undef => "nil".into(),
        Value::Boolean(value) => value.to_string(),
        other => format!("an instance of {}", class_name(other)),
    };
    ConversionError::failed(format!("undefined method `{name}' for {owner}"))
}

/// Arrays within arrays as hashes of their elements by number; those within hashes stay.
fn as_hash(value: &Value) -> Value {
    match value {
        Value::Array(elements) => {
            of((0..).zip(elements).map(|(place, value)| (Value::Integer(place), as_hash(value))).collect())
        }
        other => other.clone(),
    }
}
