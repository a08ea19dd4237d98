//! Parameters of types that hold others.

use super::scalars::integer_range;
use super::{AccessError, arity, check, kind, plain, type_key};
use crate::label::{class_label, class_name, with_article};
use crate::types::{Range, RuntimeType, Size, StructElement, TupleType, Type, infer};
use crate::value::Value;

/// A size: an Integer type, or one or two integers. `start` is the place of the first of these parameters.
pub(super) fn size(start: usize, keys: &[Value]) -> Result<Size, AccessError> {
    if let [Value::Type(Type::Integer(range))] = keys {
        return Ok(Size::of_integers(*range));
    }
    for (index, key) in keys.iter().enumerate() {
        if !matches!(key, Value::Integer(_) | Value::Default) {
            let actual = with_article(&class_label(key));
            let expected = "must be a single Integer type, or 1-2 integers (or default)";
            let message = format!("A Type's size constraint arguments {expected}. Got {actual}");
            return Err(kind(start + index, message));
        }
    }
    integer_range(keys).map(Size::of_integers)
}

fn is_range_key(key: Option<&Value>) -> bool {
    match key {
        Some(Value::Integer(_) | Value::Default) => true,
        Some(Value::String(text)) => text == "default",
        _ => false,
    }
}

/// The types, and the size that stands at their end; absent where none does.
fn split_size(keys: &[Value]) -> Result<(&[Value], Size), AccessError> {
    let count = keys.len();
    let is_range =
        |from_end: usize| count.checked_sub(from_end).is_some_and(|index| is_range_key(keys.get(index)));
    let sized = match (is_range(2), is_range(1)) {
        (true, true) => 2,
        (false, true) => 1,
        _ => 0,
    };
    let (types, bounds) = keys.split_at(count - sized);
    let size = if sized == 0 { Range::Any } else { Size::of_integers(integer_range(bounds)?) };
    Ok((types, size))
}

pub(super) fn collection(keys: &[Value]) -> Result<Type, AccessError> {
    if !(1..=2).contains(&keys.len()) {
        return Err(arity("Collection-Type", (1, Some(2)), keys.len()));
    }
    size(0, keys).map(Type::Collection)
}

pub(super) fn array(keys: &[Value]) -> Result<Type, AccessError> {
    let not_a_type = || type_key("Array-Type", keys, 0).cloned();
    match keys {
        [_] => Ok(Type::array(not_a_type()?, Range::Any)),
        [Value::Type(element), rest @ ..] if rest.len() <= 2 => {
            Ok(Type::array(element.clone(), size(1, rest)?))
        }
        [_, _] => Ok(Type::array(Type::Any, size(0, keys)?)),
        [_, _, _] => not_a_type(),
        _ => Err(arity("Array-Type", (1, Some(3)), keys.len())),
    }
}

pub(super) fn hash(keys: &[Value]) -> Result<Type, AccessError> {
    if let [Value::Integer(_), Value::Integer(_)] = keys {
        return Ok(Type::hash(Type::Any, Type::Any, size(0, keys)?));
    }
    for index in 0..keys.len().min(2) {
        type_key("Hash-Type", keys, index)?;
    }
    let (2..=4, [Value::Type(key), Value::Type(value), rest @ ..]) = (keys.len(), keys) else {
        return Err(arity("Hash-Type", (2, Some(4)), keys.len()));
    };
    let size = match rest {
        [] => Range::Any,
        // Puppet does not look at what a single size is.
        [Value::String(_)] => return Err(plain("comparison of String with Infinity failed")),
        rest => size(2, rest)?,
    };
    Ok(Type::hash(key.clone(), value.clone(), size))
}

pub(super) fn tuple(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    let (types, size) = split_size(keys)?;
    check(base, types, (1, usize::MAX), "Any-Type", |key| key.as_type().is_some())?;
    Ok(Type::tuple(types.iter().filter_map(Value::as_type).cloned().collect(), size))
}

pub(super) fn variant(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    check(base, keys, (1, usize::MAX), "Any-Type", |key| key.as_type().is_some())?;
    Ok(Type::variant(keys.iter().filter_map(Value::as_type).cloned()))
}

/// A type, or the type of something else; a string names a class of Ruby.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Type(found) => found.clone(),
        Value::String(_) => {
            let runtime = RuntimeType { runtime: "ruby".into(), name: Some(value.clone()) };
            Type::Runtime(Some(std::sync::Arc::new(runtime)))
        }
        other => infer(other).generalize(),
    }
}

pub(super) fn structure(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    check(base, keys, (1, 1), "Hash", |key| matches!(key, Value::Hash(_)))?;
    let entries = keys.first().and_then(Value::as_hash);
    let element = |(key, value): (&Value, &Value)| {
        let value = type_of(value);
        let (name, optional) = match key {
            Value::String(name) if name.is_empty() => {
                return Err(plain("Struct element key cannot be an empty String"));
            }
            Value::String(name) => (name.clone(), value.takes_undef()),
            Value::Type(key) => struct_key(key)?,
            other => return Err(illegal_key(&class_name(other))),
        };
        Ok(StructElement { name, optional, value })
    };
    let elements = entries.into_iter().flatten().map(element).collect::<Result<Vec<_>, _>>()?;
    Ok(Type::structure(elements))
}

fn illegal_key(class: &str) -> AccessError {
    plain(format!(
        "Illegal Struct member key type. Expected NotUndef, Optional, String, or Enum. Got: {class}"
    ))
}

/// The name that a key stands for, and whether it may be missing.
fn struct_key(key: &Type) -> Result<(ecow::EcoString, bool), AccessError> {
    let (inner, optional) = match key {
        Type::NotUndef(Some(inner)) => (Some(inner.as_ref()), false),
        Type::Optional(Some(inner)) => (Some(inner.as_ref()), true),
        Type::NotUndef(None) | Type::Optional(None) => (None, false),
        Type::Enum(choices) if choices.values.len() == 1 => {
            return Ok((choices.values.first().cloned().unwrap_or_default(), false));
        }
        Type::String(_) | Type::ExactString(_) | Type::Enum(_) => (Some(key), false),
        other => return Err(illegal_key(&class_name(&Value::Type(other.clone())))),
    };
    match inner {
        Some(Type::ExactString(name)) => Ok((name.clone(), optional)),
        _ => {
            let shown = inner.filter(|_| matches!(key, Type::NotUndef(_))).unwrap_or(key);
            let problem = "Unable to extract a non-empty literal string from Struct member key type";
            Err(plain(format!("{problem} {shown}")))
        }
    }
}

pub(super) fn callable(_base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    let (keys, returns) = match keys {
        [Value::Array(parameters), Value::Type(returns)] => (parameters.as_slice(), Some(returns.clone())),
        [Value::Array(_), _] => {
            return Err(kind(1, "Callable-Type[] arguments must be types."));
        }
        [Value::Array(_), ..] => return Err(arity("A Callable-Type", (2, Some(2)), keys.len())),
        keys => (keys, None),
    };
    let (keys, block) = match keys.split_last() {
        Some((Value::Type(last), rest)) if last.is_callable(true) => (rest, Some(last.clone())),
        _ => (keys, None),
    };
    let (types, size) = split_size(keys)?;
    let mut types: Vec<Type> = types.iter().map(type_of).collect();
    if types.is_empty() && !size.is_open() && size.to() != Some(0) {
        types.push(Type::Unit);
    }
    Ok(Type::callable(TupleType { types, size }, block, returns))
}
