//! Whether one type takes every value of another.

mod collections;

use std::sync::Arc;

use super::guard::{BOTH, Guard};
use super::{Choices, Range, Size, Type};
use collections::{
    takes_array, takes_callable, takes_collection, takes_hash, takes_iterable, takes_struct, takes_tuple,
};

use crate::object;

impl Type {
    /// Whether every value of the other type is a value of this one, as far as Puppet can tell.
    pub fn is_assignable(&self, other: &Self) -> bool {
        assignable(self, other, None)
    }

    /// Whether `undef` is a value of it.
    pub fn takes_undef(&self) -> bool {
        self.is_assignable(&Self::Undef)
    }

    /// What Puppet's `==` says of two types: alike, or each takes the other.
    pub fn is_equivalent(&self, other: &Self) -> bool {
        self == other || other.is_assignable(self) && self.is_assignable(other)
    }
}

type MaybeGuard<'a> = Option<&'a mut Guard>;

/// Works with the guard given, or with a new one.
pub(crate) fn guarded<R>(guard: MaybeGuard<'_>, work: impl FnOnce(&mut Guard) -> R) -> R {
    match guard {
        Some(guard) => work(guard),
        None => work(&mut Guard::default()),
    }
}

pub(super) fn assignable(own: &Type, other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    match own {
        Type::Any | Type::Unit => true,
        Type::Alias(alias) if alias.is_recursive() => guarded(guard, |guard| {
            guard.with_this(alias.identity(), |guard, state| state == BOTH || apart(own, other, Some(guard)))
        }),
        Type::Variant(types) => match other {
            Type::Undef if types.is_empty() => false,
            Type::Variant(_) if types.is_empty() => true,
            Type::Variant(others) => {
                !others.is_empty() && others.iter().all(|other| apart(own, other, guard.as_deref_mut()))
            }
            other => apart(own, other, guard),
        },
        own => apart(own, other, guard),
    }
}

/// Takes apart what the other type may be.
fn apart(own: &Type, other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    match other {
        Type::Unit => true,
        Type::Alias(alias) => {
            let Some(resolved) = alias.resolved() else { return false };
            if !alias.is_recursive() {
                return assignable(own, resolved, guard);
            }
            guarded(guard, |guard| {
                guard.add_that(alias.identity()) == BOTH || assignable(own, resolved, Some(guard))
            })
        }
        Type::Variant(others) if others.is_empty() && matches!(own, Type::NotUndef(_)) => {
            specific(own, other, guard)
        }
        Type::Variant(others) => {
            !others.is_empty() && others.iter().all(|other| assignable(own, other, guard.as_deref_mut()))
        }
        Type::Optional(inner) => {
            assignable(own, &Type::Undef, guard.as_deref_mut())
                && inner.as_ref().is_none_or(|inner| assignable(own, inner, guard))
        }
        Type::NotUndef(Some(inner)) if !inner.takes_undef() => assignable(own, inner, guard),
        other => specific(own, other, guard),
    }
}

fn specific(own: &Type, other: &Type, mut guard: MaybeGuard<'_>) -> bool {
    match (own, other) {
        (Type::Alias(alias), other) => {
            alias.resolved().is_some_and(|resolved| assignable(resolved, other, guard))
        }
        (Type::Variant(types), other) => {
            types.iter().any(|option| assignable(option, other, guard.as_deref_mut()))
        }
        (Type::Optional(inner), other) => match inner {
            _ if matches!(other, Type::Undef) => true,
            None => true,
            Some(inner) => assignable(inner, other, guard),
        },
        (Type::NotUndef(inner), other) => {
            !assignable(other, &Type::Undef, guard.as_deref_mut())
                && inner.as_ref().is_none_or(|inner| assignable(inner, other, guard))
        }
        (Type::Iterable(inner), other) => takes_iterable(inner.as_deref(), other, guard),
        (Type::Collection(size), other) => takes_collection(*size, other),
        (Type::Array(own), other) => takes_array(own, other, guard),
        (Type::Hash(own), other) => takes_hash(own, other, guard),
        (Type::Tuple(own), other) => takes_tuple(own, other, guard),
        (Type::Struct(own), other) => takes_struct(own, other, guard),
        (Type::Callable(own), other) => takes_callable(own.as_deref(), other, guard),
        (Type::Type(own), Type::Type(other))
        | (Type::Sensitive(own), Type::Sensitive(other))
        | (Type::Iterator(own), Type::Iterator(other)) => {
            takes_inner(own.as_deref(), other.as_deref(), guard)
        }
        (Type::Init(_), _) => object::init::takes(own, other, guard),
        (Type::Object(_) | Type::Parameterized(_) | Type::TypeSet(_), other) => object::takes(own, other),
        (own, other) => takes_scalar(own, other),
    }
}

/// Types that hold no others.
fn takes_scalar(own: &Type, other: &Type) -> bool {
    match (own, other) {
        (Type::Scalar, other) => is_scalar(other) || matches!(other, Type::SemVerRange),
        (Type::ScalarData, other) => is_scalar_data(other),
        (Type::Numeric, other) => matches!(other, Type::Numeric | Type::Integer(_) | Type::Float(_)),
        (Type::Integer(own), Type::Integer(other)) => own.covers(*other),
        (Type::Float(own), Type::Float(other)) => own.covers(*other),
        (Type::Boolean(own), Type::Boolean(other)) => own.is_none() || own == other,
        (Type::String(size), other) => takes_string(*size, other),
        (Type::ExactString(text), Type::ExactString(other)) => text == other,
        // Puppet takes any Enum of one value here.
        (Type::ExactString(_), Type::Enum(other)) => other.values.len() == 1 && !other.ignores_case,
        (Type::Enum(own), other) => takes_enum(own, other),
        (Type::Pattern(own), other) => takes_pattern(own, other),
        (Type::Regexp(own), Type::Regexp(other)) => own.is_none() || own == other,
        (Type::CatalogEntry, other) => {
            matches!(other, Type::CatalogEntry | Type::Class(_) | Type::Resource(_))
        }
        (Type::Class(own), Type::Class(other)) => own.is_none() || own == other,
        (Type::Resource(None), Type::Resource(_)) => true,
        (Type::Resource(Some(own)), Type::Resource(Some(other))) => {
            own.name.eq_ignore_ascii_case(&other.name) && (own.title.is_none() || own.title == other.title)
        }
        (Type::SemVer(own), Type::SemVer(other)) => {
            own.is_empty()
                || !other.is_empty()
                    && other.iter().all(|range| own.iter().any(|covering| range.is_covered_by(covering)))
        }
        (Type::Timespan(own), Type::Timespan(other)) => own.covers(**other),
        (Type::Timestamp(own), Type::Timestamp(other)) => own.covers(**other),
        (Type::Uri(own), Type::Uri(other)) => object::parameters_match(own.as_deref(), other.as_deref()),
        (Type::Runtime(own), Type::Runtime(other)) => own.as_ref().is_none_or(|own| {
            let Some(other) = other else { return false };
            own.runtime == other.runtime && (own.name.is_none() || own.name == other.name)
        }),
        (Type::Reference(_) | Type::Undef | Type::Default | Type::Binary | Type::SemVerRange, other) => {
            own == other
        }
        _ => false,
    }
}

/// What is a class below Puppet's `PScalarType`.
pub(super) fn is_scalar(found: &Type) -> bool {
    let more = matches!(
        found,
        Type::Scalar | Type::Regexp(_) | Type::SemVer(_) | Type::Timespan(_) | Type::Timestamp(_)
    );
    more || is_scalar_data(found)
}

fn is_scalar_data(found: &Type) -> bool {
    matches!(
        found,
        Type::ScalarData
            | Type::Numeric
            | Type::Integer(_)
            | Type::Float(_)
            | Type::Boolean(_)
            | Type::String(_)
            | Type::ExactString(_)
            | Type::Enum(_)
            | Type::Pattern(_)
    )
}

fn takes_inner(own: Option<&Type>, other: Option<&Type>, guard: MaybeGuard<'_>) -> bool {
    match (own, other) {
        (None, _) => true,
        (Some(Type::Any), None) => true,
        (Some(_), None) => false,
        (Some(own), Some(other)) => assignable(own, other, guard),
    }
}

fn takes_string(size: Size, other: &Type) -> bool {
    match other {
        Type::String(_) | Type::Pattern(_) | Type::Enum(_) if size.is_open() => true,
        Type::ExactString(text) => size.is_open() || size.takes(text.chars().count()),
        Type::String(other) => size.covers_size(*other),
        Type::Pattern(_) => size.covers_size(Range::Any),
        Type::Enum(other) if other.values.is_empty() => size.covers_size(Range::Any),
        Type::Enum(other) => other.values.iter().all(|value| size.takes(value.chars().count())),
        _ => false,
    }
}

impl Choices {
    /// Whether a text is one of them.
    pub fn takes(&self, text: &str) -> bool {
        if self.ignores_case {
            self.values.iter().any(|value| value.eq_ignore_ascii_case(text))
        } else {
            self.values.iter().any(|value| value == text)
        }
    }
}

fn takes_enum(own: &Choices, other: &Type) -> bool {
    match other {
        Type::String(_) | Type::ExactString(_) | Type::Enum(_) | Type::Pattern(_)
            if own.values.is_empty() =>
        {
            true
        }
        Type::ExactString(text) => own.takes(text),
        Type::Enum(other) => {
            own == other.as_ref()
                || !other.values.is_empty()
                    && (own.ignores_case || !other.ignores_case)
                    && other.values.iter().all(|value| own.takes(value))
        }
        _ => false,
    }
}

/// Whether one of the patterns matches. A match that could not be done is none.
pub(super) fn matches_any(patterns: &[Arc<regexp::Regexp>], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(text).unwrap_or(false))
}

fn takes_pattern(own: &[Arc<regexp::Regexp>], other: &Type) -> bool {
    match other {
        Type::String(_) => own.is_empty(),
        Type::ExactString(text) => own.is_empty() || matches_any(own, text),
        Type::Enum(other) if other.values.is_empty() => own.is_empty(),
        Type::Enum(other) => own.is_empty() || other.values.iter().all(|value| matches_any(own, value)),
        Type::Pattern(other) => {
            own.is_empty() || own.len() == other.len() && own.iter().all(|pattern| other.contains(pattern))
        }
        _ => false,
    }
}
