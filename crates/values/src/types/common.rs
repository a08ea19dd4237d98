//! One type for what two types take.

use std::sync::Arc;

use super::{Choices, ResourceType, Type, data, rich_data};

impl Type {
    /// A type that takes what either takes, as narrow as Puppet makes it.
    pub fn common_with(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Undef | Self::Unit, found) | (found, Self::Undef | Self::Unit) => return found.clone(),
            _ => {}
        }
        if self.is_assignable(other) {
            return self.clone();
        }
        if other.is_assignable(self) {
            return other.clone();
        }
        common_kind(self, other).unwrap_or_else(|| common_ancestor(self, other))
    }
}

/// Where both are of one kind.
fn common_kind(left: &Type, right: &Type) -> Option<Type> {
    Some(match (left, right) {
        (Type::Array(left), Type::Array(right)) => {
            Type::array(left.element.common_with(&right.element), super::Range::Any)
        }
        (Type::Hash(left), Type::Hash(right)) => {
            let key = left.key.common_with(&right.key);
            Type::hash(key, left.value.common_with(&right.value), super::Range::Any)
        }
        (Type::Class(_), Type::Class(_)) => Type::Class(None),
        (Type::Resource(Some(left)), Type::Resource(Some(right))) if left.name == right.name => {
            Type::Resource(Some(Arc::new(ResourceType { name: left.name.clone(), title: None })))
        }
        (Type::Resource(_), Type::Resource(_)) => Type::Resource(None),
        (Type::Integer(left), Type::Integer(right)) => Type::Integer(left.hull(*right)),
        (Type::Float(left), Type::Float(right)) => Type::Float(left.hull(*right)),
        (Type::ExactString(left), Type::ExactString(right)) => {
            Type::choices([left.clone(), right.clone()], false)
        }
        (Type::ExactString(text), Type::Enum(choices)) | (Type::Enum(choices), Type::ExactString(text)) => {
            with_choices(choices, [text.clone()])
        }
        (Type::String(_), Type::Enum(_)) | (Type::Enum(_), Type::String(_)) => Type::choices([], false),
        (Type::String(left), Type::String(right)) if !left.is_open() && !right.is_open() => {
            Type::String(left.written_out().hull(right.written_out()))
        }
        (Type::String(_) | Type::ExactString(_), Type::String(_) | Type::ExactString(_)) => {
            Type::String(super::Range::Any)
        }
        (Type::Enum(left), Type::Enum(right)) => with_choices(left, right.values.iter().cloned()),
        (Type::Pattern(left), Type::Pattern(right)) => {
            let mut patterns = left.to_vec();
            let more = right.iter().filter(|pattern| !left.contains(pattern)).cloned();
            patterns.extend(more);
            Type::Pattern(patterns.into())
        }
        (Type::Variant(left), Type::Variant(right)) => {
            Type::variant(left.iter().chain(right.iter()).cloned())
        }
        (Type::Regexp(_), Type::Regexp(_)) => Type::Regexp(None),
        (Type::Callable(_), Type::Callable(_)) => Type::Callable(None),
        _ => return None,
    })
}

/// What they have in common does not say whether case counts.
fn with_choices(choices: &Choices, more: impl IntoIterator<Item = ecow::EcoString>) -> Type {
    Type::choices(choices.values.iter().cloned().chain(more), false)
}

fn common_ancestor(left: &Type, right: &Type) -> Type {
    let takes_both = |found: &Type| found.is_assignable(left) && found.is_assignable(right);
    for found in [Type::Numeric, Type::ScalarData, Type::Scalar] {
        if takes_both(&found) {
            return found;
        }
    }
    if takes_both(&data()) {
        return data();
    }
    if let (Type::Type(left), Type::Type(right)) = (left, right) {
        return match (left, right) {
            (Some(left), Some(right)) => Type::type_of(left.common_with(right)),
            (found, None) | (None, found) => Type::Type(found.clone()),
        };
    }
    if takes_both(&rich_data()) {
        return rich_data();
    }
    Type::Any
}
