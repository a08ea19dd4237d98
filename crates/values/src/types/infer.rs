//! The type of a value: as one type for all elements of a collection, or element by element.

use std::sync::Arc;

use super::{Range, Size, StructElement, Type};
use crate::value::{Map, Value};
use crate::version::VersionRange;

/// The type of a value; what is in a collection becomes one type that takes all of it.
pub fn infer(value: &Value) -> Type {
    match value {
        Value::Undef => Type::Undef,
        Value::Default => Type::Default,
        Value::Boolean(value) => Type::Boolean(Some(*value)),
        Value::Integer(value) => Type::Integer(Range::Between(*value, *value)),
        Value::Float(value) => Type::Float(Range::Between(*value, *value)),
        Value::String(text) => Type::ExactString(text.clone()),
        Value::Array(elements) if elements.is_empty() => Type::empty_array(),
        Value::Array(elements) => Type::array(reduced(elements.iter()), Size::exactly(elements.len())),
        Value::Hash(entries) if entries.is_empty() => Type::empty_hash(),
        Value::Hash(entries) => {
            Type::hash(reduced(entries.keys()), reduced(entries.values()), Size::exactly(entries.len()))
        }
        Value::Regexp(pattern) => Type::Regexp(Some(pattern.clone())),
        Value::Binary(_) => Type::Binary,
        Value::SemVer(_) => Type::SemVer(Arc::new([])),
        Value::SemVerRange(_) => Type::SemVerRange,
        Value::Timespan(span) => Type::timespan(Range::Between(*span, *span)),
        Value::Timestamp(stamp) => Type::timestamp(Range::Between(*stamp, *stamp)),
        Value::Uri(uri) => Type::Uri(uri.parts().map(Arc::new)),
        Value::Sensitive(secret) => Type::sensitive(&infer(secret.unwrap())),
        Value::Type(found) => Type::type_of(found.clone()),
        Value::Object(instance) => instance.inferred_type(),
        Value::Iterator(iterator) => Type::Iterator(iterator.element_type().map(Arc::new)),
    }
}

/// The type of a value, element by element: a Tuple for an array, a Struct for a hash with texts for keys.
pub fn infer_set(value: &Value) -> Type {
    match value {
        Value::Array(elements) if !elements.is_empty() => {
            Type::tuple(elements.iter().map(infer_set).collect(), Range::Any)
        }
        Value::Hash(entries) if !entries.is_empty() => infer_set_hash(entries),
        Value::SemVer(version) => Type::SemVer(Arc::new([Arc::new(VersionRange::exactly(version))])),
        other => infer(other),
    }
}

fn infer_set_hash(entries: &Map) -> Type {
    if !entries.keys().all(|key| matches!(key, Value::String(text) if !text.is_empty())) {
        let key = Type::variant(entries.keys().map(infer_set));
        let value = Type::variant(entries.values().map(infer_set));
        return Type::hash(key, value, Size::exactly(entries.len()));
    }
    let element = |(key, value): (&Value, &Value)| {
        let name = key.as_str().unwrap_or_default().into();
        StructElement { name, optional: false, value: infer_set(value) }
    };
    Type::structure(entries.iter().map(element).collect())
}

/// One type that takes all of these.
fn reduced<'a>(values: impl Iterator<Item = &'a Value>) -> Type {
    let mut result: Option<Type> = None;
    for value in values {
        let found = infer(value);
        result = Some(match result {
            None => found,
            Some(earlier) => earlier.common_with(&found),
        });
    }
    result.unwrap_or(Type::Any)
}
