//! References to resources and classes: `File['/a', '/b']`, `Class['a']`.

use super::{AccessError, Problem, arity, key_type_name, kind, plain};
use crate::label::{a_label, label, with_article};
use crate::types::{ResourceType, Type, capitalized_segments};
use crate::value::Value;

/// `File['/a']`; `Resource['file', '/a']`; `Resource[File]`. An array where there are several titles; `undef`
/// where all are `undef`.
pub(super) fn resource(
    base: &Type,
    known: Option<&ResourceType>,
    keys: &[Value],
) -> Result<Value, AccessError> {
    let Some((first, rest)) = keys.split_first() else {
        return Err(arity(&base.to_string(), (1, Some(usize::MAX)), 0));
    };
    let (name, titles) = match (known, first) {
        (Some(ResourceType { title: Some(_), .. }), _) => {
            return Err(plain(format!("Cannot look up parameters of {base} here")));
        }
        (Some(known), _) => (known.name.clone(), keys),
        (None, Value::Type(found @ Type::Resource(_))) if rest.is_empty() => {
            return Ok(Value::Type(found.clone()));
        }
        (None, Value::Type(Type::Resource(Some(found)))) => (found.name.clone(), rest),
        (None, Value::String(name)) => (capitalized_segments(name), rest),
        (None, other) => {
            let actual = key_type_name(other);
            let message =
                format!("First argument to Resource[] must be a resource type or a String. Got {actual}.");
            return Err(kind(0, message));
        }
    };
    if !is_class_reference(&name) {
        let message =
            format!("Illegal type reference. The given name '{name}' does not conform to the naming rule");
        return Err(AccessError { problem: Problem::Plain(message), key: Some(0) });
    }
    if titles.is_empty() {
        return Ok(Value::Type(Type::resource(&name, None)));
    }
    let several = titles.len() > 1 || matches!(titles.first(), Some(Value::Array(_)));
    let flat: Vec<Value> = super::flattened(titles).into_iter().filter(|title| !title.is_undef()).collect();
    if flat.is_empty() {
        return Ok(nothing(several));
    }
    let offset = keys.len() - titles.len();
    let reference = |(index, title): (usize, &Value)| match title {
        Value::String(title) => Ok(Value::Type(Type::resource(&name, Some(title.clone())))),
        other => {
            let named = with_article(&label(&Value::Type(base.clone())));
            let used = key_type_name(other);
            let problem = format!("Cannot use {used} where a resource title String is expected");
            Err(kind(index + offset, format!("Error creating type specialization of {named}, {problem}")))
        }
    };
    let references: Vec<Value> = flat.iter().enumerate().map(reference).collect::<Result<_, _>>()?;
    Ok(one_or_all(references, several))
}

/// `Class['a']`; an array where there are several names.
pub(super) fn class(base: &Type, keys: &[Value]) -> Result<Value, AccessError> {
    if keys.is_empty() {
        return Err(arity(&base.to_string(), (1, Some(usize::MAX)), 0));
    }
    let several = keys.len() > 1 || matches!(keys.first(), Some(Value::Array(_)));
    let flat: Vec<Value> = super::flattened(keys).into_iter().filter(|name| !name.is_undef()).collect();
    if flat.is_empty() {
        return Ok(nothing(several));
    }
    let reference = |(index, name): (usize, &Value)| {
        let Value::String(written) = name else {
            let named = capitalized(&a_label(name));
            let problem = "cannot be used where a String is expected";
            return Err(kind(index, format!("Illegal Class name in class reference. {named} {problem}")));
        };
        let lower = written.to_lowercase();
        let bare = lower.strip_prefix("::").unwrap_or(&lower);
        if !is_name(bare) {
            let rule = "/^((::)?[a-z_]\\w*)(::[a-z]\\w*)*$/";
            let message = format!(
                "Illegal name. The given name '{written}' does not conform to the naming rule {rule}"
            );
            return Err(AccessError { problem: Problem::Plain(message), key: Some(index) });
        }
        Ok(Value::Type(Type::class(bare)))
    };
    let references: Vec<Value> = flat.iter().enumerate().map(reference).collect::<Result<_, _>>()?;
    Ok(one_or_all(references, several))
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// What references without titles give.
fn nothing(several: bool) -> Value {
    if several { Value::array([]) } else { Value::Undef }
}

fn one_or_all(mut references: Vec<Value>, several: bool) -> Value {
    if several { Value::array(references) } else { references.pop().unwrap_or(Value::Undef) }
}

/// `A::B`, with or without two colons before it.
fn is_class_reference(name: &str) -> bool {
    segments_begin(name, char::is_uppercase)
}

/// `a::b`.
fn is_name(name: &str) -> bool {
    segments_begin(name, |first| first.is_ascii_lowercase())
}

fn segments_begin(name: &str, begins: impl Fn(char) -> bool) -> bool {
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    name.strip_prefix("::")
        .unwrap_or(name)
        .split("::")
        .all(|segment| segment.chars().next().is_some_and(&begins) && segment.chars().all(word))
}
