//! Whether a value is of a type.

use super::guard::{BOTH, Guard};
use super::{Alias, Range, StructElement, TupleType, Type, assign, infer, iterable};
use crate::object;
use crate::value::{Text, Value};

/// Whether a value is of a type. Takes no memory for types that hold no recursive alias.
pub fn is_instance(found: &Type, value: &Value) -> bool {
    instance(found, value, None)
}

impl Type {
    /// Whether a value is of this type.
    pub fn is_instance(&self, value: &Value) -> bool {
        instance(self, value, None)
    }
}

type MaybeGuard<'a> = Option<&'a mut Guard>;

pub(super) fn instance(found: &Type, value: &Value, mut guard: MaybeGuard<'_>) -> bool {
    match found {
        Type::Any | Type::Unit => true,
        Type::Undef => value.is_undef(),
        Type::Default => matches!(value, Value::Default),
        Type::Array(array) => match value {
            Value::Array(elements) => {
                array.size.takes(elements.len())
                    && (matches!(array.element, Type::Any)
                        || elements
                            .iter()
                            .all(|element| instance(&array.element, element, guard.as_deref_mut())))
            }
            _ => false,
        },
        Type::Hash(hash) => match value {
            Value::Hash(entries) => {
                hash.size.takes(entries.len())
                    && entries.iter().all(|(key, value)| {
                        instance(&hash.key, key, guard.as_deref_mut())
                            && instance(&hash.value, value, guard.as_deref_mut())
                    })
            }
            _ => false,
        },
        Type::Tuple(tuple) => is_tuple(tuple, value, guard),
        Type::Struct(elements) => is_struct(elements, value, guard),
        Type::Variant(types) => types.iter().any(|option| instance(option, value, guard.as_deref_mut())),
        Type::Optional(inner) => {
            value.is_undef() || inner.as_ref().is_some_and(|inner| instance(inner, value, guard))
        }
        Type::NotUndef(inner) => {
            !value.is_undef() && inner.as_ref().is_none_or(|inner| instance(inner, value, guard))
        }
        Type::Sensitive(inner) => match value {
            Value::Sensitive(secret) => {
                inner.as_ref().is_none_or(|inner| instance(inner, secret.unwrap(), guard))
            }
            _ => false,
        },
        Type::Alias(alias) => really_alias(alias, value, guard) == Really::Yes,
        Type::Type(inner) => match (inner, value) {
            (None, Value::Type(_)) => true,
            (Some(inner), Value::Type(found)) => assign::assignable(inner, found, guard),
            _ => false,
        },
        Type::Iterable(inner) => is_iterable(inner.as_deref(), value),
        Type::Iterator(inner) => match value {
            Value::Iterator(iterator) => match (inner, iterator.element_type()) {
                (None, _) => true,
                (Some(inner), Some(element)) => inner.is_assignable(&element),
                (Some(_), None) => false,
            },
            _ => false,
        },
        Type::Init(_) => object::init::is_initializer(found, value),
        Type::Object(_) | Type::Parameterized(_) | Type::TypeSet(_) => object::is_instance(found, value),
        found => is_scalar(found, value),
    }
}

/// Types that hold no others.
fn is_scalar(found: &Type, value: &Value) -> bool {
    match (found, value) {
        (Type::String(size), Value::String(text)) => size.is_open() || size.takes(text.chars().count()),
        (Type::ExactString(own), Value::String(text)) => own == text,
        (Type::Enum(choices), Value::String(text)) => choices.takes(text),
        (Type::Pattern(patterns), Value::String(text)) => {
            patterns.is_empty() || assign::matches_any(patterns, text)
        }
        (Type::Boolean(own), Value::Boolean(value)) => own.is_none_or(|own| own == *value),
        (Type::Integer(range), Value::Integer(value)) => range.contains(*value),
        (Type::Float(range), Value::Float(value)) => range.contains(*value),
        (Type::Numeric, Value::Integer(_) | Value::Float(_)) => true,
        (Type::ScalarData, Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_)) => {
            true
        }
        (
            Type::Scalar,
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Regexp(_)
            | Value::SemVer(_)
            | Value::SemVerRange(_)
            | Value::Timespan(_)
            | Value::Timestamp(_),
        ) => true,
        // Puppet counts times among the numbers, but not as instances of `Numeric`.
        (Type::Collection(size), Value::Array(elements)) => size.takes(elements.len()),
        (Type::Collection(size), Value::Hash(entries)) => size.takes(entries.len()),
        (Type::Regexp(own), Value::Regexp(value)) => own.as_ref().is_none_or(|own| own == value),
        (Type::Binary, Value::Binary(_)) | (Type::SemVerRange, Value::SemVerRange(_)) => true,
        (Type::SemVer(ranges), Value::SemVer(version)) => {
            ranges.is_empty() || ranges.iter().any(|range| range.includes(version))
        }
        (Type::Timespan(range), Value::Timespan(span)) => range.contains(*span),
        (Type::Timestamp(range), Value::Timestamp(stamp)) => range.contains(*stamp),
        (Type::Uri(parts), Value::Uri(uri)) => {
            parts.as_ref().is_none_or(|parts| object::uri_matches(uri, parts))
        }
        // A reference to a resource is a type, so what it is an instance of is the type of types.
        (Type::CatalogEntry | Type::Class(_) | Type::Resource(_), Value::Type(_)) => {
            found.is_assignable(&infer(value))
        }
        _ => false,
    }
}

fn is_tuple(tuple: &TupleType, value: &Value, mut guard: MaybeGuard<'_>) -> bool {
    let Value::Array(elements) = value else { return false };
    let sized = match tuple.size {
        Range::Any => tuple.types.is_empty() || tuple.types.len() == elements.len(),
        size => size.takes(elements.len()),
    };
    let is_element = |(index, element): (usize, &Value)| {
        tuple.type_at(index).is_none_or(|found| instance(found, element, guard.as_deref_mut()))
    };
    sized && elements.iter().enumerate().all(is_element)
}

fn is_struct(elements: &[StructElement], value: &Value, mut guard: MaybeGuard<'_>) -> bool {
    let Value::Hash(entries) = value else { return false };
    let mut matched = 0;
    let fits = elements.iter().all(|element| match entries.get(&Text(&element.name)) {
        None => element.optional,
        Some(value) => {
            matched += 1;
            instance(&element.value, value, guard.as_deref_mut())
        }
    });
    fits && matched == entries.len()
}

fn is_iterable(inner: Option<&Type>, value: &Value) -> bool {
    if inner.is_none_or(|inner| inner.is_assignable(&Type::Any)) {
        return match value {
            Value::Iterator(_) | Value::String(_) | Value::Hash(_) | Value::Array(_) => true,
            Value::Integer(count) => *count >= 0,
            Value::Type(found) => {
                matches!(found.resolved(), Type::Enum(_) | Type::Integer(Range::Between(..)))
            }
            _ => false,
        };
    }
    let inferred = infer(value);
    let element = iterable::element_type(&inferred).flatten();
    element.zip(inner).is_some_and(|(element, inner)| inner.is_assignable(&element))
}

/// Whether a text is of a type, without becoming a value.
pub(super) fn takes_text(found: &Type, text: &str) -> bool {
    match found {
        Type::Any | Type::Scalar | Type::ScalarData => true,
        Type::String(size) => size.is_open() || size.takes(text.chars().count()),
        found => is_instance(found, &Value::from(text)),
    }
}

/// Whether a value is of a type, where recursion may leave that open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Really {
    /// It is not.
    No,
    /// All that was seen recurs.
    Open,
    /// It is.
    Yes,
}

pub(crate) fn really(found: &Type, value: &Value, mut guard: MaybeGuard<'_>) -> Really {
    match found {
        Type::Variant(types) => {
            let mut best = Really::No;
            for option in types.iter() {
                best = best.max(really(option, value, guard.as_deref_mut()));
                if best == Really::Yes {
                    break;
                }
            }
            best
        }
        Type::Alias(alias) => really_alias(alias, value, guard),
        found if instance(found, value, guard) => Really::Yes,
        _ => Really::No,
    }
}

fn really_alias(alias: &Alias, value: &Value, guard: MaybeGuard<'_>) -> Really {
    let Some(resolved) = alias.resolved() else { return Really::No };
    if !alias.is_recursive() {
        return really(resolved, value, guard);
    }
    let value_identity = std::ptr::from_ref(value) as usize;
    assign::guarded(guard, |guard| {
        guard.with_that(value_identity, |guard| {
            guard.with_this(alias.identity(), |guard, state| {
                if state == BOTH { Really::Open } else { really(resolved, value, Some(guard)) }
            })
        })
    })
}
