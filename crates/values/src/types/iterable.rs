//! What can be iterated over, and over what.

use super::{Range, Type};

/// Whether values of a type can be iterated over.
pub(super) fn is_iterable(found: &Type) -> bool {
    element_type(found).is_some()
}

/// The type of what values of a type give when iterated over: absent where they cannot be, `Some(None)` where
/// nothing is known of it.
pub fn element_type(found: &Type) -> Option<Option<Type>> {
    match found {
        Type::String(_) | Type::ExactString(_) | Type::Enum(_) => {
            Some(Some(Type::String(Range::Between(1, 1))))
        }
        Type::Integer(_) => Some(Some(Type::Integer(Range::Any))),
        Type::Collection(_) => Some(None),
        Type::Array(array) => Some(match &array.element {
            Type::Any => None,
            element => Some(element.clone()),
        }),
        Type::Hash(hash) => {
            let undecided = *found == Type::any_hash() || *found == Type::empty_hash();
            let (key, value) =
                if undecided { (Type::Unit, Type::Unit) } else { (hash.key.clone(), hash.value.clone()) };
            Some(Some(pair(key, value)))
        }
        Type::Struct(elements) if elements.is_empty() => Some(Some(pair(Type::Unit, Type::Unit))),
        Type::Struct(elements) => {
            let keys = elements.iter().map(|element| {
                let key = Type::ExactString(element.name.clone());
                if element.optional { Type::optional(key) } else { key }
            });
            let values = elements.iter().map(|element| element.value.clone());
            Some(Some(pair(Type::variant(keys), Type::variant(values))))
        }
        Type::Tuple(tuple) => Some(Some(Type::variant(tuple.types.iter().cloned()))),
        Type::Iterable(inner) | Type::Iterator(inner) => Some(inner.as_deref().cloned()),
        Type::Type(Some(inner)) => match inner.as_ref() {
            Type::Enum(_) | Type::Integer(Range::Between(..)) => Some(Some((**inner).clone())),
            _ => None,
        },
        Type::Alias(alias) if !alias.is_recursive() => element_type(alias.resolved()?),
        Type::Alias(alias) => match alias.resolved()? {
            Type::Alias(_) => None,
            resolved => element_type(resolved),
        },
        _ => None,
    }
}

fn pair(key: Type, value: Type) -> Type {
    Type::tuple(vec![key, value], Range::Between(2, 2))
}
