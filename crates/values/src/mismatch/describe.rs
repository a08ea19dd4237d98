//! Finding what does not fit.

use std::sync::Arc;

use super::kinds::{Mismatch, PathElement, Reason};
use crate::types::{
    ArrayType, Callable, HashType, Range, Size, StructElement, TupleType, Type, find_reference,
};

type Path<'a> = &'a [PathElement];

/// All that does not fit; nothing where it fits.
pub(super) fn describe(expected: &Type, actual: &Type, path: Path<'_>) -> Vec<Mismatch> {
    if let Some(name) = find_reference(expected) {
        return vec![Mismatch::new(path, Reason::Unresolved(name))];
    }
    within(&expected.normalize(), expected, actual, path)
}

/// The path with one step more.
fn step(path: Path<'_>, element: PathElement) -> Vec<PathElement> {
    let mut longer = path.to_vec();
    longer.push(element);
    longer
}

fn within(expected: &Type, original: &Type, actual: &Type, path: Path<'_>) -> Vec<Mismatch> {
    let of_types = || vec![Mismatch::of_types(path, original, actual)];
    match expected {
        Type::Variant(types) => variant(types, original, actual, path),
        Type::Struct(elements) => structure(elements, original, actual, path),
        Type::Hash(hash) => hash_type(hash, original, actual, path),
        Type::Tuple(tuple) => tuple_type(tuple, original, actual, path, false),
        Type::Array(array) => array_type(array, original, actual, path),
        Type::Callable(callable) => callable_type(callable.as_deref(), original, actual, path),
        Type::Optional(None) => Vec::new(),
        Type::Optional(Some(_)) if matches!(actual, Type::Undef) => Vec::new(),
        Type::Optional(Some(inner)) => {
            let original = if matches!(original, Type::Alias(_)) { original } else { expected };
            within(inner, original, actual, path)
        }
        Type::Pattern(_) | Type::Enum(_) => {
            let (expected, actual) = (original.normalize(), actual.normalize());
            vec![Mismatch::new(path, Reason::Pattern { expected, actual })]
        }
        Type::Alias(alias) => match alias.resolved() {
            Some(resolved) => within(&resolved.normalize(), expected, actual, path),
            None => of_types(),
        },
        other if other.is_assignable(actual) => Vec::new(),
        _ => of_types(),
    }
}

fn variant(types: &[Type], original: &Type, actual: &Type, path: Path<'_>) -> Vec<Mismatch> {
    let undef = matches!(original, Type::Optional(_)).then_some(&Type::Undef);
    let mut choices = Vec::new();
    for (index, choice) in undef.into_iter().chain(types).enumerate() {
        let found = describe(choice, actual, &step(path, PathElement::Variant(index)));
        if found.is_empty() {
            return Vec::new();
        }
        choices.push(found);
    }
    let merged = merge(path.len(), false, choices);
    if matches!(original, Type::Alias(_)) && merged.len() == 1 {
        return vec![Mismatch::of_types(path, original, actual)];
    }
    merged
}

/// What several choices have in common told as one, where each has it; `counts` says that sizes are of
/// arguments.
pub(super) fn merge(varying: usize, counts: bool, choices: Vec<Vec<Mismatch>>) -> Vec<Mismatch> {
    let count = choices.len();
    let mut all: Vec<Mismatch> = choices.into_iter().flatten().collect();
    let is_size = |found: &Mismatch| match found.reason {
        Reason::Count { .. } => true,
        Reason::Size { .. } => !counts,
        _ => false,
    };
    let tests: [&dyn Fn(&Mismatch) -> bool; 4] = [
        &is_size,
        &|found| matches!(found.reason, Reason::MissingBlock),
        &|found| matches!(found.reason, Reason::UnexpectedBlock),
        &|found| matches!(found.reason, Reason::Type { .. } | Reason::Pattern { .. }),
    ];
    for test in tests {
        let some: Vec<&Mismatch> = all.iter().filter(|found| test(found)).collect();
        if some.len() != count {
            continue;
        }
        if let Some(merged) = merged(&some) {
            all = vec![merged];
            break;
        }
    }
    let mut unique: Vec<Mismatch> = Vec::new();
    for found in all {
        // Puppet's comparison of all others is wrong, so that no two are ever alike.
        let comparable = matches!(found.reason, Reason::MissingBlock | Reason::UnexpectedBlock);
        if !comparable || !unique.contains(&found) {
            unique.push(found);
        }
    }
    if unique.len() == 1 {
        return unique.into_iter().map(|found| found.without_step(varying)).collect();
    }
    unique
}

/// Several of one kind as one, if they are at one place.
fn merged(some: &[&Mismatch]) -> Option<Mismatch> {
    let (first, rest) = some.split_first()?;
    rest.iter().try_fold((*first).clone(), |merged, next| {
        merged.place().eq(next.place()).then(|| both(merged.clone(), next))
    })
}

fn both(mut first: Mismatch, second: &Mismatch) -> Mismatch {
    first.reason = match (first.reason, &second.reason) {
        (
            Reason::Type { expected, actual },
            Reason::Type { expected: other, .. } | Reason::Pattern { expected: other, .. },
        ) => Reason::Type { expected: either(&expected, other), actual },
        (
            Reason::Pattern { expected, actual },
            Reason::Type { expected: other, .. } | Reason::Pattern { expected: other, .. },
        ) => Reason::Pattern { expected: either(&expected, other), actual },
        (Reason::Size { expected, actual }, Reason::Size { expected: other, .. }) => {
            Reason::Size { expected: hull(expected, *other), actual }
        }
        (Reason::Count { expected, actual }, Reason::Count { expected: other, .. }) => {
            Reason::Count { expected: hull(expected, *other), actual }
        }
        (reason, _) => reason,
    };
    first
}

fn either(first: &Type, second: &Type) -> Type {
    Type::variant([first.clone(), second.clone()]).normalize()
}

fn hull(first: Size, second: Size) -> Size {
    first.written_out().hull(second.written_out())
}

fn array_type(expected: &ArrayType, original: &Type, actual: &Type, path: Path<'_>) -> Vec<Mismatch> {
    match actual {
        Type::Tuple(tuple) => {
            let size = if tuple.size.is_open() { Size::exactly(tuple.types.len()) } else { tuple.size };
            if !expected.size.covers_size(size) {
                return vec![of_size(path, expected.size, size, false)];
            }
            let misfits =
                tuple.types.iter().enumerate().filter(|(_, found)| !expected.element.is_assignable(found));
            let describe =
                |(index, found)| describe(&expected.element, found, &step(path, PathElement::Index(index)));
            misfits.flat_map(describe).collect()
        }
        Type::Array(array) if expected.size.covers_size(array.size) => {
            let general = Type::array(array.element.clone(), Range::Any);
            vec![Mismatch::of_types(path, original, &general)]
        }
        Type::Array(array) => vec![of_size(path, expected.size, array.size, false)],
        other => vec![Mismatch::of_types(path, original, other)],
    }
}

fn of_size(path: Path<'_>, expected: Size, actual: Size, counts: bool) -> Mismatch {
    let reason = if counts { Reason::Count { expected, actual } } else { Reason::Size { expected, actual } };
    Mismatch::new(path, reason)
}

/// How many entries a Struct has.
fn struct_size(elements: &[StructElement]) -> Size {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let required = elements.iter().filter(|element| !element.optional).count();
    Range::Between(count(required), count(elements.len()))
}

/// The type of a Struct's key.
fn key_type(element: &StructElement) -> Type {
    let key = Type::ExactString(element.name.clone());
    if element.optional { Type::optional(key) } else { key }
}

fn hash_type(expected: &HashType, original: &Type, actual: &Type, path: Path<'_>) -> Vec<Mismatch> {
    match actual {
        Type::Struct(elements) => {
            let size = struct_size(elements);
            if !expected.size.covers_size(size) {
                return vec![of_size(path, expected.size, size, false)];
            }
            let mut found = Vec::new();
            for element in elements.iter() {
                let key = key_type(element);
                if !expected.key.is_assignable(&key) {
                    let path = step(path, PathElement::EntryKey(element.name.clone()));
                    found.extend(describe(&expected.key, &key, &path));
                }
                if !expected.value.is_assignable(&element.value) {
                    let path = step(path, PathElement::EntryValue(element.name.clone()));
                    found.extend(describe(&expected.value, &element.value, &path));
                }
            }
            found
        }
        Type::Hash(hash) if expected.size.covers_size(hash.size) => {
            let general = Type::hash(hash.key.clone(), hash.value.clone(), Range::Any);
            vec![Mismatch::of_types(path, original, &general)]
        }
        Type::Hash(hash) => vec![of_size(path, expected.size, hash.size, false)],
        other => vec![Mismatch::of_types(path, original, other)],
    }
}

fn structure(expected: &[StructElement], original: &Type, actual: &Type, path: Path<'_>) -> Vec<Mismatch> {
    match actual {
        Type::Struct(elements) => {
            let mut found = Vec::new();
            for own in expected {
                let Some(other) = elements.iter().find(|other| other.name == own.name) else {
                    if !own.optional {
                        found.push(Mismatch::new(path, Reason::MissingKey(own.name.clone())));
                    }
                    continue;
                };
                let (own_key, other_key) = (key_type(own), key_type(other));
                if !own_key.is_assignable(&other_key) {
                    let path = step(path, PathElement::EntryKey(own.name.clone()));
                    found.extend(describe(&own_key, &other_key, &path));
                }
                if !own.value.is_assignable(&other.value) {
                    let path = step(path, PathElement::EntryValue(own.name.clone()));
                    found.extend(describe(&own.value, &other.value, &path));
                }
            }
            let is_extra = |other: &&StructElement| !expected.iter().any(|own| own.name == other.name);
            let extra = elements.iter().filter(is_extra);
            found.extend(extra.map(|other| Mismatch::new(path, Reason::ExtraneousKey(other.name.clone()))));
            found
        }
        Type::Hash(hash) => {
            let size = struct_size(expected);
            if size.covers_size(hash.size) {
                let general = Type::hash(hash.key.clone(), hash.value.clone(), Range::Any);
                return vec![Mismatch::of_types(path, original, &general)];
            }
            vec![of_size(path, size, hash.size.written_out(), false)]
        }
        other => vec![Mismatch::of_types(path, original, other)],
    }
}

fn tuple_type(
    expected: &TupleType,
    original: &Type,
    actual: &Type,
    path: Path<'_>,
    counts: bool,
) -> Vec<Mismatch> {
    let is_same = matches!(actual, Type::Tuple(tuple) if **tuple == *expected);
    if is_same || expected.types.is_empty() && matches!(actual, Type::Array(_)) {
        return Vec::new();
    }
    let size = expected.size_range();
    match actual {
        Type::Tuple(tuple) if !size.covers_size(tuple.size_range()) => {
            vec![of_size(path, size, tuple.size_range(), counts)]
        }
        Type::Tuple(tuple) => {
            let mut found = Vec::new();
            for (index, element) in tuple.types.iter().enumerate() {
                let place = index.min(expected.types.len().saturating_sub(1));
                let Some(own) = expected.types.get(place) else { break };
                found.extend(describe(own, element, &step(path, PathElement::Index(place))));
            }
            found
        }
        Type::Array(array) if !size.covers_size(array.size) => {
            vec![of_size(path, size, array.size.written_out(), counts)]
        }
        Type::Array(array) => {
            let describe =
                |(index, own)| describe(own, &array.element, &step(path, PathElement::Index(index)));
            expected.types.iter().enumerate().flat_map(describe).collect()
        }
        other => vec![Mismatch::of_types(path, original, other)],
    }
}

fn callable_type(
    expected: Option<&Callable>,
    original: &Type,
    actual: &Type,
    path: Path<'_>,
) -> Vec<Mismatch> {
    let Type::Callable(actual) = actual else { return vec![Mismatch::of_types(path, original, actual)] };
    let unknown = Callable::default();
    let (expected, actual) = (expected.unwrap_or(&unknown), actual.as_deref().unwrap_or(&unknown));
    let Some(parameters) = &expected.parameters else { return Vec::new() };
    let others = actual.parameters.clone().unwrap_or_default();
    let others = Type::Tuple(Arc::new(others));
    let errors = tuple_type(parameters, &Type::Tuple(Arc::new(parameters.clone())), &others, path, true);
    if !errors.is_empty() {
        return errors;
    }
    let returns = |callable: &Callable| callable.returns.clone().unwrap_or(Type::Any);
    let (own, other) = (returns(expected), returns(actual));
    if !own.is_assignable(&other) {
        return vec![Mismatch::of_types(&step(path, PathElement::Return), &own, &other)];
    }
    let block = |callable: &Callable| callable.block.clone().unwrap_or(Type::Undef);
    let (own, other) = (block(expected), block(actual));
    if !other.is_assignable(&own) {
        return vec![Mismatch::of_types(&step(path, PathElement::Block), &own, &other)];
    }
    Vec::new()
}
