//! When two values are one hash key: Ruby's `eql?`, and a hash that agrees with it.
//!
//! Deliberately unaware of Puppet's `==`, which does not tell `a` from `A` (see [`crate::compare`]).

use std::hash::{Hash, Hasher};
use std::mem::discriminant;

use crate::value::{Map, Sensitive, Value};

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undef, Self::Undef) | (Self::Default, Self::Default) => true,
            (Self::Boolean(left), Self::Boolean(right)) => left == right,
            (Self::Integer(left), Self::Integer(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => same_float(*left, *right),
            (Self::String(left), Self::String(right)) => left == right,
            (Self::Array(left), Self::Array(right)) => left == right,
            (Self::Hash(left), Self::Hash(right)) => same_map(left, right),
            (Self::Regexp(left), Self::Regexp(right)) => left == right,
            (Self::Binary(left), Self::Binary(right)) => left == right,
            (Self::SemVer(left), Self::SemVer(right)) => left == right,
            (Self::SemVerRange(left), Self::SemVerRange(right)) => left == right,
            (Self::Timespan(left), Self::Timespan(right)) => left == right,
            (Self::Timestamp(left), Self::Timestamp(right)) => left == right,
            (Self::Uri(left), Self::Uri(right)) => left == right,
            (Self::Sensitive(left), Self::Sensitive(right)) => left == right,
            (Self::Type(left), Self::Type(right)) => left == right,
            (Self::Object(left), Self::Object(right)) => left == right,
            (Self::Iterator(left), Self::Iterator(right)) => std::sync::Arc::ptr_eq(left, right),
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Self::String(text) = self {
            return hash_string(text, state);
        }
        discriminant(self).hash(state);
        match self {
            Self::Boolean(value) => value.hash(state),
            Self::Integer(value) => value.hash(state),
            Self::Float(value) => hash_float(*value, state),
            Self::Array(elements) => elements.hash(state),
            Self::Hash(entries) => hash_map(entries, state),
            Self::Regexp(expression) => expression.source().hash(state),
            Self::Binary(bytes) => bytes.hash(state),
            Self::SemVer(version) => version.hash(state),
            Self::Timespan(span) => span.hash(state),
            Self::Timestamp(stamp) => stamp.hash(state),
            Self::Uri(uri) => uri.hash(state),
            Self::Sensitive(secret) => secret.unwrap().hash(state),
            Self::Type(found) => found.hash(state),
            Self::Object(instance) => instance.hash(state),
            // Equal ranges may be written in many ways; iterators are equal to themselves alone.
            Self::SemVerRange(_) | Self::Iterator(_) => {}
            Self::Undef | Self::Default | Self::String(_) => {}
        }
    }
}

impl PartialEq for Sensitive {
    fn eq(&self, other: &Self) -> bool {
        self.unwrap() == other.unwrap()
    }
}

impl Eq for Sensitive {}

/// The hash of a string as a key.
pub(crate) fn hash_string<H: Hasher>(text: &str, state: &mut H) {
    text.hash(state);
}

/// Two floats are one where they are equal, and where neither is a number.
pub(crate) fn same_float(left: f64, right: f64) -> bool {
    left == right || left.is_nan() && right.is_nan()
}

pub(crate) fn hash_float<H: Hasher>(value: f64, state: &mut H) {
    let positive_zero = if value == 0.0 { 0.0 } else { value };
    positive_zero.to_bits().hash(state);
}

/// Order does not count.
pub(crate) fn same_map(left: &Map, right: &Map) -> bool {
    left.len() == right.len() && left.iter().all(|(key, value)| right.get(key) == Some(value))
}

fn hash_map<H: Hasher>(entries: &Map, state: &mut H) {
    entries.len().hash(state);
    let sum = entries.keys().fold(0_u64, |sum, key| {
        let mut hasher = rustc_hash::FxHasher::default();
        key.hash(&mut hasher);
        sum.wrapping_add(hasher.finish())
    });
    sum.hash(state);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_as_ruby_does() {
        let keys = [
            Value::from(1_i64),
            Value::from(1.0),
            "a".into(),
            "A".into(),
            Value::from(0.0),
            Value::from(-0.0),
        ];
        let entries: Map = keys.into_iter().map(|key| (key, Value::Undef)).collect();
        assert_eq!(entries.len(), 5, "the two zeros are one");
    }

    #[test]
    fn the_order_of_entries_does_not_count() {
        let one = Value::hash([("a", Value::Undef), ("b", Value::Undef)]);
        let other = Value::hash([("b", Value::Undef), ("a", Value::Undef)]);
        assert_eq!(one, other);
        let outer: Map = [(one, Value::Undef), (other, Value::Undef)].into_iter().collect();
        assert_eq!(outer.len(), 1);
    }
}
