//! `Type[parameters]` in manifests: a type given parameters that were evaluated, with Puppet's messages for
//! those that do not fit.
//!
//! Deliberately unaware of catalogs: `File['/a']['mode']` asks a resource, and is its evaluator's to answer.

mod collections;
mod references;
mod scalars;

use super::{InitType, Type, infer};
use crate::label::{class_name, label, with_article};
use crate::object::{ObjectError, ObjectType, Parameterized, TypeSet};
use crate::value::Value;

/// A parameter does not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{problem}")]
pub struct AccessError {
    /// What is wrong.
    pub problem: Problem,
    /// Which of the parameters is to blame; all of them together where it is absent.
    pub key: Option<usize>,
}

/// What is wrong with parameters.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// There are too many or too few.
    #[error("{0}")]
    Count(String),
    /// One is of another kind than the type takes.
    #[error("{0}")]
    Kind(String),
    /// They say something impossible.
    #[error("{0}")]
    Plain(String),
    /// They do not make an Object type or a set of types.
    #[error("{0}")]
    Object(ObjectError),
}

/// A type with parameters. References to several resources or classes give an array; `Class` and resource
/// types that have a name and a title already are refused.
pub fn parameterize(base: &Type, keys: &[Value]) -> Result<Value, AccessError> {
    let flat = || flattened(keys);
    let made = match base {
        Type::Resource(resource) => return references::resource(base, resource.as_deref(), keys),
        Type::Class(None) => return references::class(base, keys),
        Type::Boolean(_) => scalars::boolean(base, &flat())?,
        Type::Enum(_) => scalars::choices(base, &flat())?,
        Type::Regexp(_) => scalars::regexp(base, &flat())?,
        Type::Pattern(_) => scalars::pattern(base, &flat())?,
        Type::Integer(_) => scalars::integer(&flat())?,
        Type::Float(_) => scalars::float(&flat())?,
        Type::String(_) => scalars::string(&flat())?,
        Type::SemVer(_) => scalars::versions(base, &flat())?,
        Type::Timespan(_) => scalars::timespan(base, &flat())?,
        Type::Timestamp(_) => scalars::timestamp(base, &flat())?,
        Type::Uri(_) => scalars::uri(&flat())?,
        Type::Runtime(_) => scalars::runtime(base, &flat())?,
        Type::Collection(_) => collections::collection(&flat())?,
        Type::Array(_) => collections::array(&flat())?,
        Type::Hash(_) => collections::hash(&flat())?,
        Type::Tuple(_) => collections::tuple(base, &flat())?,
        Type::Struct(_) => collections::structure(base, keys)?,
        Type::Variant(_) => collections::variant(base, &flat())?,
        Type::Callable(_) => collections::callable(base, keys)?,
        Type::Optional(_) => {
            one_type("Optional-Type", &flat(), true).map(|inner| inner.map_or(Type::Undef, Type::optional))?
        }
        Type::NotUndef(_) => not_undef(&flat())?,
        Type::Sensitive(_) => one_type("Sensitive-Type", &flat(), false)?
            .map_or(Type::Sensitive(None), |inner| Type::sensitive(&inner)),
        Type::Type(_) => one_type("Type-Type", &flat(), false)?.map_or(Type::Type(None), Type::type_of),
        Type::Iterable(_) => {
            one_type("Iterable-Type", &flat(), false)?.map_or(Type::Iterable(None), Type::iterable)
        }
        Type::Iterator(_) => {
            one_type("Iterator-Type", &flat(), false)?.map_or(Type::Iterator(None), Type::iterator)
        }
        Type::Init(_) => init(keys)?,
        Type::Object(object) => object_type(object.as_ref(), &flat())?,
        Type::TypeSet(_) => type_set(&flat())?,
        Type::Reference(name) => return Err(plain(format!("Resource type not found: {name}"))),
        _ => return Err(not_applicable(base)),
    };
    Ok(Value::Type(made))
}

fn not_applicable(base: &Type) -> AccessError {
    let named = with_article(&label(&Value::Type(base.clone())));
    plain(format!("Operator '[]' is not applicable to {named}."))
}

fn plain(message: impl Into<String>) -> AccessError {
    AccessError { problem: Problem::Plain(message.into()), key: None }
}

fn kind(key: usize, message: impl Into<String>) -> AccessError {
    AccessError { problem: Problem::Kind(message.into()), key: Some(key) }
}

fn count(message: impl Into<String>) -> AccessError {
    AccessError { problem: Problem::Count(message.into()), key: None }
}

/// `Array-Type[] accepts 1 to 3 arguments. Got 4`.
fn arity(base: &str, (least, most): (usize, Option<usize>), actual: usize) -> AccessError {
    let accepted = match most {
        Some(usize::MAX) => format!("{least} or more arguments"),
        Some(most) if most != least => format!("{least} to {most} arguments"),
        _ => format!("{least} argument{}", if least == 1 { "" } else { "s" }),
    };
    count(format!("{base}[] accepts {accepted}. Got {actual}"))
}

/// The label of a type with its article, in capitals: `A Boolean-Type`.
fn base_label(base: &Type) -> String {
    let text = with_article(&label(&Value::Type(base.clone())));
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// That there are as many parameters as there may be, and that each is of a kind that is taken.
fn check(
    base: &Type,
    keys: &[Value],
    (least, most): (usize, usize),
    expected: &str,
    takes: impl Fn(&Value) -> bool,
) -> Result<(), AccessError> {
    if !(least..=most).contains(&keys.len()) {
        return Err(arity(&base_label(base), (1, Some(most)), keys.len()));
    }
    match keys.iter().position(|key| !takes(key)) {
        None => Ok(()),
        Some(index) => {
            let used = key_type_name(keys.get(index).unwrap_or(&Value::Undef));
            let named = with_article(&label(&Value::Type(base.clone())));
            Err(kind(
                index,
                format!(
                    "Error creating type specialization of {named}, Cannot use {used} where {expected} is expected"
                ),
            ))
        }
    }
}

/// The general type of a parameter that does not fit.
fn key_type_name(key: &Value) -> String {
    match key {
        Value::Undef => "Undef".into(),
        Value::Default => "Default".into(),
        other => infer(other).generalize().to_string(),
    }
}

/// Arrays among the parameters stand for what is in them.
fn flattened(keys: &[Value]) -> Vec<Value> {
    let mut flat = Vec::with_capacity(keys.len());
    for key in keys {
        match key {
            Value::Array(elements) => flat.extend(flattened(elements)),
            other => flat.push(other.clone()),
        }
    }
    flat
}

fn type_key<'a>(base: &str, keys: &'a [Value], index: usize) -> Result<&'a Type, AccessError> {
    let key = keys.get(index).unwrap_or(&Value::Undef);
    key.as_type()
        .ok_or_else(|| kind(index, format!("{base}[] arguments must be types. Got {}", class_name(key))))
}

/// One type, or the text of one string where that may be.
fn one_type(base: &str, keys: &[Value], text_too: bool) -> Result<Option<Type>, AccessError> {
    match keys {
        [Value::String(text)] if text_too => Ok(Some(Type::ExactString(text.clone()))),
        [_] => type_key(base, keys, 0).cloned().map(Some),
        _ => Err(arity(base, (1, None), keys.len())),
    }
}

fn not_undef(keys: &[Value]) -> Result<Type, AccessError> {
    match keys {
        [] => Ok(Type::NotUndef(None)),
        [Value::String(text)] => Ok(Type::not_undef(Type::ExactString(text.clone()))),
        [Value::Type(inner)] => Ok(Type::not_undef(inner.clone())),
        [other] => {
            let actual = class_name(other);
            Err(kind(0, format!("NotUndef-Type[] argument must be a Type or a String. Got {actual}")))
        }
        _ => Err(arity("NotUndef-Type", (0, Some(1)), keys.len())),
    }
}

fn init(keys: &[Value]) -> Result<Type, AccessError> {
    let made = type_key("Init-Type", keys, 0)?.clone();
    let arguments = keys.get(1..).unwrap_or_default().to_vec();
    Ok(Type::Init(Some(std::sync::Arc::new(InitType { made, arguments }))))
}

fn object_type(base: Option<&std::sync::Arc<ObjectType>>, keys: &[Value]) -> Result<Type, AccessError> {
    let refused = |error| AccessError { problem: Problem::Object(error), key: Some(0) };
    if let Some(named) = base.filter(|base| base.name().is_some()) {
        return Parameterized::new(named, keys)
            .map(|found| Type::Parameterized(std::sync::Arc::new(found)))
            .map_err(refused);
    }
    match keys {
        [Value::Hash(entries)] if entries.is_empty() => Ok(Type::Object(None)),
        [init_hash] => {
            let object = ObjectType::new(None);
            object.define(init_hash).map_err(refused)?;
            Ok(Type::Object(Some(object)))
        }
        _ => Err(arity("Object-Type", (1, None), keys.len())),
    }
}

fn type_set(keys: &[Value]) -> Result<Type, AccessError> {
    match keys {
        [Value::Hash(entries)] if entries.is_empty() => Ok(Type::TypeSet(None)),
        [init_hash] => TypeSet::read(None, init_hash)
            .map(|set| Type::TypeSet(Some(std::sync::Arc::new(set))))
            .map_err(|error| AccessError { problem: Problem::Object(error), key: Some(0) }),
        _ => Err(arity("TypeSet-Type", (1, None), keys.len())),
    }
}
