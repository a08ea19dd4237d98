//! How deep values may be nested.
//!
//! Whatever walks a value (texts, comparisons, even giving its memory back) goes down as deep as it is nested, so a
//! program must not be able to nest without end. Each new array, hash and type is looked at, and so is what functions
//! give; of what holds many, the first and the last ones, so that this costs little.

use functions::Raised;
use values::{Type, Value};

use crate::failure::unplaced;

/// How many arrays, hashes and types may be within each other.
const MAXIMUM_NESTING: usize = 500;
/// How many values are looked at.
const MAXIMUM_VISITS: usize = 4_096;
/// How many of those at each end.
const ENDS: usize = 8;

/// A value that is not nested too deep.
pub(crate) fn bounded(value: Value) -> Result<Value, Raised> {
    if is_container(&value) && is_too_deep(Part::Value(&value)) {
        // What is too deep is given back level by level.
        return Err(unplaced("values are nested too deep"));
    }
    Ok(value)
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Value(&'a Value),
    Type(&'a Type),
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Hash(_) | Value::Sensitive(_) | Value::Type(_))
}

fn is_too_deep(part: Part<'_>) -> bool {
    let mut pending: Vec<(Part<'_>, usize)> = Vec::new();
    let mut next = Some((part, 1));
    for _ in 0..MAXIMUM_VISITS {
        let Some((part, depth)) = next else { return false };
        if depth > MAXIMUM_NESTING {
            return true;
        }
        inner(part, &mut |part| pending.push((part, depth + 1)));
        next = pending.pop();
    }
    false
}

/// The containers directly in one.
fn inner<'a>(part: Part<'a>, add: &mut dyn FnMut(Part<'a>)) {
    let mut value = |value: &'a Value| {
        if is_container(value) {
            add(Part::Value(value));
        }
    };
    match part {
        Part::Value(Value::Array(elements)) => {
            elements.iter().take(ENDS).for_each(&mut value);
            elements.iter().skip(ENDS).rev().take(ENDS).for_each(value);
        }
        Part::Value(Value::Hash(entries)) => {
            let ends = entries.iter().take(ENDS).chain(entries.iter().skip(ENDS).rev().take(ENDS));
            ends.for_each(|(key, held)| [key, held].into_iter().for_each(&mut value));
        }
        Part::Value(Value::Sensitive(secret)) => value(secret.unwrap()),
        Part::Value(Value::Type(found)) => add(Part::Type(found)),
        Part::Value(_) => {}
        Part::Type(found) => held_types(found, &mut |found| add(Part::Type(found))),
    }
}

/// The types directly in one. What an alias stands for was read, and so is not deep.
fn held_types<'a>(found: &'a Type, add: &mut dyn FnMut(&'a Type)) {
    match found {
        Type::Array(array) => add(&array.element),
        Type::Hash(hash) => [&hash.key, &hash.value].into_iter().for_each(add),
        Type::Tuple(tuple) => tuple.types.iter().take(ENDS).for_each(add),
        Type::Variant(types) => types.iter().take(ENDS).for_each(add),
        Type::Struct(elements) => elements.iter().take(ENDS).for_each(|element| add(&element.value)),
        Type::Optional(Some(inner))
        | Type::NotUndef(Some(inner))
        | Type::Type(Some(inner))
        | Type::Iterable(Some(inner))
        | Type::Iterator(Some(inner))
        | Type::Sensitive(Some(inner)) => add(inner),
        Type::Init(Some(init)) => add(&init.made),
        Type::Callable(Some(callable)) => {
            let parameters = callable.parameters.iter().flat_map(|tuple| tuple.types.iter().take(ENDS));
            parameters.chain(&callable.block).chain(&callable.returns).for_each(add);
        }
        _ => {}
    }
}
