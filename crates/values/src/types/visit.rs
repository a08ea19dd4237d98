//! Walking over all types that a type holds.

use super::{Callable, TupleType, Type};

/// Whether a type, or one that it holds, passes a test. What aliases and Object types stand for is looked at
/// once; `passed_over` is not looked into.
pub(super) fn holds(found: &Type, passed_over: &Type, test: &mut dyn FnMut(&Type) -> bool) -> bool {
    let mut seen = Vec::new();
    if let Some(identity) = identity(passed_over) {
        seen.push(identity);
    }
    walk(found, &mut seen, test)
}

fn identity(found: &Type) -> Option<usize> {
    match found {
        Type::Alias(alias) => Some(alias.identity()),
        Type::Object(Some(object)) => Some(std::sync::Arc::as_ptr(object) as usize),
        _ => None,
    }
}

fn walk(found: &Type, seen: &mut Vec<usize>, test: &mut dyn FnMut(&Type) -> bool) -> bool {
    if test(found) {
        return true;
    }
    if let Some(identity) = identity(found) {
        if seen.contains(&identity) {
            return false;
        }
        seen.push(identity);
    }
    match found {
        Type::Alias(alias) => alias.resolved().is_some_and(|inner| walk(inner, seen, test)),
        Type::Array(array) => walk(&array.element, seen, test),
        Type::Hash(hash) => walk(&hash.key, seen, test) || walk(&hash.value, seen, test),
        Type::Tuple(tuple) => walk_tuple(tuple, seen, test),
        Type::Struct(elements) => elements.iter().any(|element| walk(&element.value, seen, test)),
        Type::Variant(types) => types.iter().any(|inner| walk(inner, seen, test)),
        Type::Optional(Some(inner))
        | Type::NotUndef(Some(inner))
        | Type::Type(Some(inner))
        | Type::Iterable(Some(inner))
        | Type::Iterator(Some(inner))
        | Type::Sensitive(Some(inner)) => walk(inner, seen, test),
        Type::Init(Some(init)) => walk(&init.made, seen, test),
        Type::Callable(Some(callable)) => walk_callable(callable, seen, test),
        Type::Object(Some(object)) => object.held_types().into_iter().any(|inner| walk(&inner, seen, test)),
        _ => false,
    }
}

fn walk_tuple(tuple: &TupleType, seen: &mut Vec<usize>, test: &mut dyn FnMut(&Type) -> bool) -> bool {
    tuple.types.iter().any(|inner| walk(inner, seen, test))
}

fn walk_callable(callable: &Callable, seen: &mut Vec<usize>, test: &mut dyn FnMut(&Type) -> bool) -> bool {
    let parameters = callable.parameters.as_ref();
    parameters.is_some_and(|tuple| walk_tuple(tuple, seen, test))
        || callable.block.as_ref().is_some_and(|block| walk(block, seen, test))
        || callable.returns.as_ref().is_some_and(|returns| walk(returns, seen, test))
}

/// The first name in a type that stands for nothing known.
pub(crate) fn find_reference(found: &Type) -> Option<ecow::EcoString> {
    let mut name = None;
    walk(found, &mut Vec::new(), &mut |inner| {
        if let Type::Reference(unknown) = inner {
            name = Some(unknown.clone());
        }
        name.is_some()
    });
    name
}
