//! When two types are one: Ruby's `eql?` of Puppet's type classes, and a hash that agrees with it.

use std::hash::{Hash, Hasher};
use std::mem::discriminant;
use std::sync::Arc;

use super::{Range, ResourceType, Type};
use crate::equality::{same_float, same_map};

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => same_floats(*left, *right),
            (Self::Boolean(left), Self::Boolean(right)) => left == right,
            (Self::String(left), Self::String(right)) | (Self::Collection(left), Self::Collection(right)) => {
                left == right
            }
            (Self::ExactString(left), Self::ExactString(right))
            | (Self::Reference(left), Self::Reference(right)) => left == right,
            (Self::Enum(left), Self::Enum(right)) => left == right,
            (Self::Pattern(left), Self::Pattern(right)) => same_members(left, right),
            (Self::Regexp(left), Self::Regexp(right)) => left == right,
            (Self::Array(left), Self::Array(right)) => Arc::ptr_eq(left, right) || left == right,
            (Self::Hash(left), Self::Hash(right)) => Arc::ptr_eq(left, right) || left == right,
            (Self::Tuple(left), Self::Tuple(right)) => left == right,
            (Self::Struct(left), Self::Struct(right)) => left == right,
            (Self::Variant(left), Self::Variant(right)) => same_members(left, right),
            (Self::Optional(left), Self::Optional(right))
            | (Self::NotUndef(left), Self::NotUndef(right))
            | (Self::Type(left), Self::Type(right))
            | (Self::Iterable(left), Self::Iterable(right))
            | (Self::Iterator(left), Self::Iterator(right))
            | (Self::Sensitive(left), Self::Sensitive(right)) => left == right,
            (Self::Callable(left), Self::Callable(right)) => left == right,
            (Self::Class(left), Self::Class(right)) => left == right,
            (Self::Resource(left), Self::Resource(right)) => left == right,
            (Self::SemVer(left), Self::SemVer(right)) => left == right,
            (Self::Timespan(left), Self::Timespan(right)) => left == right,
            (Self::Timestamp(left), Self::Timestamp(right)) => left == right,
            (Self::Uri(left), Self::Uri(right)) => match (left, right) {
                (Some(left), Some(right)) => same_map(left, right),
                (left, right) => left.is_none() && right.is_none(),
            },
            (Self::Init(left), Self::Init(right)) => left == right,
            (Self::Object(left), Self::Object(right)) => left == right,
            (Self::Parameterized(left), Self::Parameterized(right)) => left == right,
            (Self::TypeSet(left), Self::TypeSet(right)) => left == right,
            (Self::Alias(left), Self::Alias(right)) => left.name == right.name,
            (Self::Runtime(left), Self::Runtime(right)) => left == right,
            (left, right) => discriminant(left) == discriminant(right),
        }
    }
}

impl Eq for Type {}

impl Hash for Type {
    fn hash<H: Hasher>(&self, state: &mut H) {
        discriminant(self).hash(state);
        match self {
            Self::Integer(range) => range.hash(state),
            Self::Boolean(value) => value.hash(state),
            Self::String(size) | Self::Collection(size) => size.hash(state),
            Self::ExactString(text) | Self::Reference(text) => text.hash(state),
            Self::Enum(choices) => choices.hash(state),
            Self::Pattern(patterns) => patterns.len().hash(state),
            Self::Regexp(pattern) => pattern.as_ref().map(|pattern| pattern.source()).hash(state),
            Self::Array(array) => array.hash(state),
            Self::Hash(entries) => entries.hash(state),
            Self::Tuple(tuple) => tuple.hash(state),
            Self::Struct(elements) => elements.hash(state),
            Self::Variant(types) => types.len().hash(state),
            Self::Optional(inner)
            | Self::NotUndef(inner)
            | Self::Type(inner)
            | Self::Iterable(inner)
            | Self::Iterator(inner)
            | Self::Sensitive(inner) => inner.hash(state),
            Self::Callable(callable) => callable.hash(state),
            Self::Class(name) => name.hash(state),
            Self::Resource(resource) => resource.hash(state),
            Self::SemVer(ranges) => ranges.len().hash(state),
            Self::Timespan(range) => range.hash(state),
            Self::Timestamp(range) => range.hash(state),
            Self::Init(init) => init.hash(state),
            Self::Object(object) => object.as_ref().and_then(|object| object.name()).hash(state),
            Self::Parameterized(found) => found.base.name().hash(state),
            Self::Alias(alias) => alias.name.hash(state),
            Self::Runtime(runtime) => runtime.hash(state),
            _ => {}
        }
    }
}

/// The names' case does not count.
impl PartialEq for ResourceType {
    fn eq(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name) && self.title == other.title
    }
}

impl Eq for ResourceType {}

impl Hash for ResourceType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.bytes().for_each(|byte| byte.to_ascii_lowercase().hash(state));
        self.title.hash(state);
    }
}

fn same_floats(left: Range<f64>, right: Range<f64>) -> bool {
    let same = |left: Option<f64>, right: Option<f64>| match (left, right) {
        (Some(left), Some(right)) => same_float(left, right),
        (left, right) => left.is_none() && right.is_none(),
    };
    same(left.from(), right.from()) && same(left.to(), right.to())
}

/// As many, and the same ones, in any order.
fn same_members<T: PartialEq>(left: &[T], right: &[T]) -> bool {
    left.len() == right.len() && left.iter().all(|member| right.contains(member))
}
