//! The simplest form of a type: Variants merged, and what says the same thing twice said once.

use std::sync::Arc;

use ecow::EcoString;

use super::{Callable, InitType, Range, StructElement, TupleType, Type};
use crate::version::VersionRange;

impl Type {
    /// The simplest form of a type that takes the same values.
    pub fn normalize(&self) -> Self {
        match self {
            Self::Collection(_) => Self::Collection(Range::Any),
            Self::Array(array) if matches!(array.element, Self::Any) => Self::any_array(),
            Self::Array(array) => Self::array(array.element.normalize(), array.size),
            Self::Hash(_) if *self == Self::empty_hash() => self.clone(),
            Self::Hash(hash) => Self::hash(hash.key.normalize(), hash.value.normalize(), hash.size),
            Self::Tuple(tuple) => Self::Tuple(Arc::new(normal_tuple(tuple))),
            Self::Struct(elements) => Self::structure(elements.iter().map(normal_element).collect()),
            Self::Variant(types) => normal_variant(self, types),
            Self::Optional(Some(inner)) => normal_optional(&inner.normalize()),
            Self::NotUndef(Some(inner)) => normal_not_undef(&inner.normalize()),
            Self::Type(Some(inner)) => Self::type_of(inner.normalize()),
            Self::Iterable(Some(inner)) => Self::iterable(inner.normalize()),
            Self::Iterator(Some(inner)) => Self::iterator(inner.normalize()),
            Self::Sensitive(Some(inner)) => Self::sensitive(&inner.normalize()),
            Self::Init(Some(init)) => Self::Init(Some(Arc::new(InitType {
                made: init.made.normalize(),
                arguments: init.arguments.clone(),
            }))),
            Self::Callable(Some(callable)) => Self::Callable(Some(Arc::new(Callable {
                parameters: callable.parameters.as_ref().map(normal_tuple),
                block: callable.block.as_ref().map(Self::normalize),
                returns: callable.returns.as_ref().map(Self::normalize),
            }))),
            other => other.clone(),
        }
    }
}

fn normal_tuple(tuple: &TupleType) -> TupleType {
    TupleType { types: tuple.types.iter().map(Type::normalize).collect(), size: tuple.size }
}

fn normal_element(element: &StructElement) -> StructElement {
    StructElement { value: element.value.normalize(), ..element.clone() }
}

fn normal_optional(inner: &Type) -> Type {
    match inner {
        Type::NotUndef(None) => Type::Optional(None),
        Type::NotUndef(Some(inner)) => Type::optional((**inner).clone()).normalize(),
        inner if inner.takes_undef() => inner.clone(),
        inner => Type::optional(inner.clone()),
    }
}

fn normal_not_undef(inner: &Type) -> Type {
    match inner {
        Type::Optional(None) => Type::NotUndef(None),
        Type::Optional(Some(inner)) => Type::not_undef((**inner).clone()).normalize(),
        inner if !inner.takes_undef() => inner.clone(),
        inner => Type::not_undef(inner.clone()),
    }
}

fn normal_variant(own: &Type, types: &[Type]) -> Type {
    if types.is_empty() {
        return own.clone();
    }
    let normal: Vec<Type> = types.iter().map(Type::normalize).collect();
    if let [only] = normal.as_slice() {
        return only.clone();
    }
    if normal.iter().any(|found| matches!(found, Type::Undef | Type::Optional(_))) {
        let present = normal.iter().filter(|found| !matches!(found, Type::Undef)).map(|found| match found {
            Type::Optional(Some(inner)) => (**inner).clone(),
            // Puppet has a nil here, which nothing comes after.
            Type::Optional(None) => Type::Any,
            other => other.clone(),
        });
        return Type::optional(Type::variant(present)).normalize();
    }
    let mut flat: Vec<Type> = Vec::new();
    for found in normal {
        match found {
            Type::Variant(inner) => flat.extend(inner.iter().cloned()),
            other => flat.push(other),
        }
    }
    let (count, changed) = (flat.len(), flat != types);
    let merged = merged(flat);
    match merged.as_slice() {
        [only] => only.clone(),
        // Merging changes the order even where it merges nothing; the order as written is kept then.
        merged if merged.len() == count && !changed => own.clone(),
        _ => Type::variant(merged),
    }
}

fn merged(types: Vec<Type>) -> Vec<Type> {
    let types = merge_not_undefs(types);
    let types = merge_enums(types);
    let types = merge_patterns(types);
    let types = merge_versions(types);
    let types = merge_ranges(types, &integers_together);
    let types = merge_ranges(types, &floats_together);
    let types = merge_ranges(types, &|left, right| match (left, right) {
        (Type::Timespan(left), Type::Timespan(right)) => {
            Some(left.intersects(**right).then(|| Type::timespan(left.hull(**right))))
        }
        _ => None,
    });
    merge_ranges(types, &|left, right| match (left, right) {
        (Type::Timestamp(left), Type::Timestamp(right)) => {
            Some(left.intersects(**right).then(|| Type::timestamp(left.hull(**right))))
        }
        _ => None,
    })
}

/// Those that pass a test, and the others; absent where fewer than two pass.
fn parted(types: &[Type], test: impl Fn(&Type) -> bool) -> Option<(Vec<Type>, Vec<Type>)> {
    let (some, others): (Vec<Type>, Vec<Type>) = types.iter().cloned().partition(test);
    (some.len() > 1).then_some((some, others))
}

fn merge_not_undefs(types: Vec<Type>) -> Vec<Type> {
    let Some((some, mut others)) = parted(&types, |found| matches!(found, Type::NotUndef(_))) else {
        return types;
    };
    let inner = some.iter().map(|found| match found {
        Type::NotUndef(Some(inner)) => (**inner).clone(),
        _ => Type::Any,
    });
    others.push(Type::not_undef(Type::variant(inner).normalize()));
    others
}

fn merge_enums(types: Vec<Type>) -> Vec<Type> {
    let exact = |found: &Type| match found {
        Type::ExactString(_) => true,
        Type::Enum(choices) => !choices.values.is_empty() && !choices.ignores_case,
        _ => false,
    };
    let types = match parted(&types, exact) {
        None => types,
        Some((some, mut others)) => {
            others.push(Type::choices(some.iter().flat_map(texts), false));
            others
        }
    };
    let ignoring = |found: &Type| matches!(found, Type::Enum(choices) if !choices.values.is_empty() && choices.ignores_case);
    match parted(&types, ignoring) {
        None => types,
        Some((some, mut others)) => {
            let lower = some.iter().flat_map(texts).map(|text| text.to_lowercase());
            others.push(Type::choices(lower, true));
            others
        }
    }
}

fn texts(found: &Type) -> Vec<EcoString> {
    match found {
        Type::ExactString(text) => vec![text.clone()],
        Type::Enum(choices) => choices.values.clone(),
        _ => Vec::new(),
    }
}

fn merge_patterns(types: Vec<Type>) -> Vec<Type> {
    let Some((some, mut others)) = parted(&types, |found| matches!(found, Type::Pattern(_))) else {
        return types;
    };
    let mut patterns: Vec<Arc<regexp::Regexp>> = Vec::new();
    for found in &some {
        let Type::Pattern(more) = found else { continue };
        let new: Vec<_> = more.iter().filter(|pattern| !patterns.contains(pattern)).cloned().collect();
        patterns.extend(new);
    }
    others.push(Type::Pattern(patterns.into()));
    others
}

fn merge_versions(types: Vec<Type>) -> Vec<Type> {
    let Some((some, others)) = parted(&types, |found| matches!(found, Type::SemVer(_))) else { return types };
    let mut ranges = Vec::new();
    for found in &some {
        if let Type::SemVer(more) = found {
            ranges.extend(more.iter().cloned());
        }
    }
    let mut result = vec![Type::SemVer(merged_versions(ranges).into())];
    result.extend(others);
    result
}

/// Ranges of versions, those that touch made one.
pub(super) fn merged_versions(ranges: Vec<Arc<VersionRange>>) -> Vec<Arc<VersionRange>> {
    if ranges.len() < 2 {
        return ranges;
    }
    let mut result = folded(ranges, &|left, right| left.merge(right).map(Arc::new));
    result.reverse();
    result
}

/// Both as one, where they are of a kind (the outer option) and touch (the inner one).
type Merge = dyn Fn(&Type, &Type) -> Option<Option<Type>>;

fn merge_ranges(types: Vec<Type>, merge: &Merge) -> Vec<Type> {
    let of_kind = |found: &Type| merge(found, found).is_some();
    let Some((some, others)) = parted(&types, of_kind) else { return types };
    let mut result = folded(some, &|left, right| merge(left, right).flatten());
    result.extend(others);
    result
}

/// Takes the last one, merges all others into it that can be, and so on with those that cannot.
fn folded<T>(mut rest: Vec<T>, merge: &dyn Fn(&T, &T) -> Option<T>) -> Vec<T> {
    let mut result = Vec::new();
    while let Some(mut whole) = rest.pop() {
        let mut unmerged = Vec::new();
        for other in rest {
            match merge(&whole, &other) {
                Some(merged) => whole = merged,
                None => unmerged.push(other),
            }
        }
        result.push(whole);
        rest = unmerged;
    }
    result
}

fn integers_together(left: &Type, right: &Type) -> Option<Option<Type>> {
    let (Type::Integer(left), Type::Integer(right)) = (left, right) else { return None };
    let follows = |one: &Range<i64>, two: &Range<i64>| {
        one.to().zip(two.from()).is_some_and(|(to, from)| to.checked_add(1) == Some(from))
    };
    let touches = left.intersects(*right) || follows(left, right) || follows(right, left);
    Some(touches.then(|| Type::Integer(left.hull(*right))))
}

fn floats_together(left: &Type, right: &Type) -> Option<Option<Type>> {
    let (Type::Float(left), Type::Float(right)) = (left, right) else { return None };
    Some(left.intersects(*right).then(|| Type::Float(left.hull(*right))))
}
