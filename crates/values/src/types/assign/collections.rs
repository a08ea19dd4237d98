//! Whether types of collections, iterables and callables take other types.

use std::sync::Arc;

use super::super::instance::takes_text;
use super::super::{ArrayType, Callable, HashType, Range, Size, StructElement, TupleType, Type, iterable};
use super::{MaybeGuard, assignable};

pub(super) fn takes_iterable(inner: Option<&Type>, other: &Type, guard: MaybeGuard<'_>) -> bool {
    match inner {
        None => iterable::is_iterable(other),
        Some(inner) if inner.is_assignable(&Type::Any) => iterable::is_iterable(other),
        Some(inner) => match iterable::element_type(other) {
            Some(Some(element)) => assignable(inner, &element, guard),
            _ => false,
        },
    }
}

pub(super) fn takes_collection(size: Size, other: &Type) -> bool {
    match other {
        Type::Collection(other) => size.covers_size(*other),
        Type::Array(other) => size.covers_size(other.size),
        Type::Hash(other) => size.covers_size(other.size),
        Type::Tuple(other) => size.covers_size(written_size(other)),
        Type::Struct(elements) => size.covers_size(Size::exactly(elements.len())),
        _ => false,
    }
}

/// The size of a tuple as collections see it: that of the types where none was written.
fn written_size(tuple: &TupleType) -> Size {
    if tuple.size.is_open() { Size::exactly(tuple.types.len()) } else { tuple.size }
}

pub(super) fn takes_array(own: &ArrayType, other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    match other {
        Type::Tuple(other) => {
            own.size.covers_size(written_size(other))
                && other.types.iter().all(|found| assignable(&own.element, found, guard.as_deref_mut()))
        }
        Type::Array(other) => {
            own.size.covers_size(other.size) && assignable(&own.element, &other.element, guard)
        }
        _ => false,
    }
}

pub(super) fn takes_hash(own: &HashType, other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    match other {
        Type::Hash(other) => {
            let empty = other.size == Range::Between(0, 0);
            if own.size.least() == 0 && empty {
                return true;
            }
            assignable(&own.key, &other.key, guard.as_deref_mut())
                && assignable(&own.value, &other.value, guard)
                && own.size.covers_size(other.size)
        }
        Type::Struct(elements) => {
            own.size.takes(elements.len())
                && elements.iter().all(|element| {
                    takes_text(&own.key, &element.name)
                        && assignable(&own.value, &element.value, guard.as_deref_mut())
                })
        }
        _ => false,
    }
}

pub(super) fn takes_tuple(own: &TupleType, other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    match other {
        Type::Tuple(other) => {
            if own == other.as_ref() {
                return true;
            }
            if !own.size_range().covers_size(other.size_range()) {
                return false;
            }
            if other.types.is_empty() && !own.types.is_empty() {
                return own.size_range().least() == 0;
            }
            let takes = |(index, found): (usize, &Type)| {
                own.type_at(index).is_none_or(|own| assignable(own, found, guard.as_deref_mut()))
            };
            other.types.iter().enumerate().all(takes)
        }
        Type::Array(other) => {
            if !own.size_range().covers_size(other.size) {
                return false;
            }
            let longest = other.size.to().and_then(|to| usize::try_from(to).ok()).unwrap_or(usize::MAX);
            let types = own.types.iter().take(longest);
            types.into_iter().all(|own| assignable(own, &other.element, guard.as_deref_mut()))
        }
        _ => false,
    }
}

pub(super) fn takes_struct(own: &[StructElement], other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    match other {
        Type::Struct(others) => {
            let mut matched = 0;
            let takes = own.iter().all(|element| {
                let Some(found) = others.iter().find(|found| found.name == element.name) else {
                    return element.optional;
                };
                matched += 1;
                (element.optional || !found.optional)
                    && assignable(&element.value, &found.value, guard.as_deref_mut())
            });
            takes && matched == others.len()
        }
        Type::Hash(other) => {
            let mut required = 0;
            let takes = own.iter().filter(|element| !element.optional).all(|element| {
                required += 1;
                assignable(&element.value, &other.value, guard.as_deref_mut())
                    && Type::String(Range::Any).is_assignable(&other.key)
            });
            let most = i64::try_from(own.len()).unwrap_or(i64::MAX);
            takes && Range::Between(required, most).covers_size(other.size)
        }
        _ => false,
    }
}

pub(super) fn takes_callable(own: Option<&Callable>, other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    let Type::Callable(other) = other else { return false };
    let Some(own) = own else { return true };
    let nothing_known = Callable::default();
    let other = other.as_deref().unwrap_or(&nothing_known);
    let returned = other.returns.as_ref().unwrap_or(&Type::Any);
    let returns = own.returns.as_ref();
    if !returns.is_none_or(|returns| assignable(returns, returned, guard.as_deref_mut())) {
        return false;
    }
    let Some(parameters) = &own.parameters else { return true };
    let Some(others) = &other.parameters else { return false };
    if !takes_tuple(others, &Type::Tuple(Arc::new(parameters.clone())), guard.as_deref_mut()) {
        return false;
    }
    let block = own.block.as_ref().unwrap_or(&Type::Undef);
    assignable(other.block.as_ref().unwrap_or(&Type::Undef), block, guard)
}
