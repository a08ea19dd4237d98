//! A value of the Puppet language.
//!
//! Values are immutable and cheap to copy: what is large is shared. What a value means to operators, types
//! and texts stands in other modules, each a concern of its own.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ecow::{EcoString, EcoVec};
use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxBuildHasher;

use crate::iterator::Iterator;
use crate::object::Instance;
use crate::time::{Timespan, Timestamp};
use crate::types::Type;
use crate::uri::Uri;
use crate::version::{SemanticVersion, VersionRange};

/// A hash: entries in the order in which they were added. Keys are told apart as Ruby does (`eql?`): `1` and
/// `1.0` are two keys, and so are `a` and `A`. A string finds its entry through [`Text`], without becoming a
/// value.
pub type Map = IndexMap<Value, Value, FxBuildHasher>;

/// A value of the Puppet language. `==` is Ruby's `eql?`, by which hash keys are told apart; Puppet's own
/// `==` is [`crate::compare::equals`].
#[derive(Clone)]
pub enum Value {
    /// `undef`.
    Undef,
    /// `default`.
    Default,
    /// `true`, `false`.
    Boolean(bool),
    /// An integer of 64 bits.
    Integer(i64),
    /// A float of 64 bits.
    Float(f64),
    /// A string.
    String(EcoString),
    /// An array.
    Array(EcoVec<Value>),
    /// A hash.
    Hash(Arc<Map>),
    /// A regular expression.
    Regexp(Arc<regexp::Regexp>),
    /// Bytes.
    Binary(Arc<[u8]>),
    /// A semantic version.
    SemVer(Arc<SemanticVersion>),
    /// A range of semantic versions.
    SemVerRange(Arc<VersionRange>),
    /// A length of time.
    Timespan(Timespan),
    /// A point in time.
    Timestamp(Timestamp),
    /// A URI.
    Uri(Arc<Uri>),
    /// A value that is shown nowhere: `Debug` and all texts redact it.
    Sensitive(Sensitive),
    /// A type, among them references to classes and resources: `Integer[1]`, `File['/a']`.
    Type(Type),
    /// An instance of an Object type, among them `Deferred` and `Error`.
    Object(Arc<Instance>),
    /// Values that are made as they are asked for.
    Iterator(Arc<Iterator>),
}

/// A value that must not be seen.
#[derive(Clone)]
pub struct Sensitive(Arc<Value>);

impl Sensitive {
    /// Hides a value.
    pub fn new(value: Value) -> Self {
        Self(Arc::new(value))
    }

    /// The value itself. Whoever asks sees to it that nobody else sees it.
    pub fn unwrap(&self) -> &Value {
        &self.0
    }
}

/// What everybody sees.
impl fmt::Display for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive [value redacted]")
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#<{self}>")
    }
}

impl Value {
    /// A string.
    pub fn string(text: impl Into<EcoString>) -> Self {
        Self::String(text.into())
    }

    /// An array of these.
    pub fn array(values: impl IntoIterator<Item = Self>) -> Self {
        Self::Array(values.into_iter().collect())
    }

    /// A hash of these; of entries with one key the last wins, at the place of the first.
    pub fn hash<Key: Into<Self>>(entries: impl IntoIterator<Item = (Key, Self)>) -> Self {
        Self::Hash(Arc::new(entries.into_iter().map(|(key, value)| (key.into(), value)).collect()))
    }

    /// A value that is shown nowhere.
    pub fn sensitive(value: Self) -> Self {
        Self::Sensitive(Sensitive::new(value))
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&EcoVec<Self>> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entries of a hash.
    pub fn as_hash(&self) -> Option<&Map> {
        match self {
            Self::Hash(entries) => Some(entries),
            _ => None,
        }
    }

    /// The type that this value is.
    pub fn as_type(&self) -> Option<&Type> {
        match self {
            Self::Type(found) => Some(found),
            _ => None,
        }
    }

    /// What conditions take for true: all but `undef` and `false`.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Self::Undef | Self::Boolean(false))
    }

    /// Whether it is `undef`.
    pub fn is_undef(&self) -> bool {
        matches!(self, Self::Undef)
    }
}

/// For people who write programs: the program text of the value, without what is sensitive.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::program(self))
    }
}

/// As a double quoted string shows it: `"${value}"`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::interpolated(self))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<EcoString> for Value {
    fn from(text: EcoString) -> Self {
        Self::String(text)
    }
}

impl From<Type> for Value {
    fn from(value: Type) -> Self {
        Self::Type(value)
    }
}

/// A text that looks up the entry of a string in a [`Map`]: `map.get(&Text("name"))`.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(pub &'a str);

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        crate::equality::hash_string(self.0, state);
    }
}

impl Equivalent<Value> for Text<'_> {
    fn equivalent(&self, key: &Value) -> bool {
        matches!(key, Value::String(text) if Borrow::<str>::borrow(text) == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_small() {
        assert_eq!(size_of::<Type>(), 32);
        assert_eq!(size_of::<Value>(), 32);
    }

    #[test]
    fn a_text_finds_its_entry() {
        let entries = Value::hash([("a", Value::Integer(1)), ("b", Value::Integer(2))]);
        assert_eq!(entries.as_hash().unwrap().get(&Text("b")).and_then(Value::as_integer), Some(2));
        assert!(entries.as_hash().unwrap().get(&Text("c")).is_none());
    }

    #[test]
    fn what_is_sensitive_is_not_shown() {
        let value = Value::array([Value::sensitive("secret".into())]);
        assert!(!format!("{value:?} {value}").contains("secret"));
    }
}
