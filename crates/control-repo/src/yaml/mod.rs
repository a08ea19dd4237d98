//! YAML as a tree of nodes with spans: what effigy's own file and old metadata files are read through.
//!
//! Scalars follow YAML 1.2's core schema and keep their text, so that `1.10` can still be the string it
//! was meant as. Anchors, aliases and merge keys (`<<`) are resolved here; duplicate keys are errors.
//! Knows nothing of which keys mean what. Not for Hiera data, which must be read as Ruby reads it.

mod builder;
mod scalar;

use std::sync::Arc;

use diagnostics::{Diagnostic, SourceFile, Span};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// From the first to the last character; for an alias, of the alias.
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a map. Keys are text, whatever they look like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub key: String,
    pub key_span: Span,
    pub value: Node,
}

/// A scalar's text after escapes, and what the core schema takes it for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scalar {
    pub text: String,
    pub data: Data,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String,
    /// A plain text that YAML 1.1 and 1.2 read differently (`yes`, `0644`); a string by 1.2's rules.
    Ambiguous,
}

impl Node {
    /// Nothing was written: `~`, `null` or an empty value.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(Scalar { data: Data::Null, .. }))
    }

    /// The value of a key of a map; none for what is not a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// What it is, for `found ...` in messages.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
            Value::Scalar(Scalar { text, data }) => match data {
                Data::Null => "nothing".to_owned(),
                Data::Bool(_) => format!("the boolean `{text}`"),
                Data::Integer(_) | Data::Float(_) => format!("the number `{text}`"),
                Data::String | Data::Ambiguous => format!("the string `{text}`"),
            },
        }
    }
}

/// Whether a plain scalar of this text is a string, and no number or boolean to Ruby either.
pub(crate) fn is_ordinary_string(text: &str) -> bool {
    scalar::resolve(text) == Data::String
}

/// The one document of a text; an empty text is null. Everything wrong goes to `diagnostics`; no tree is
/// given when the text is not YAML, while a duplicate key only leaves the later entry out.
pub(crate) fn parse(source: &Arc<SourceFile>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    builder::build(source, diagnostics)
}

#[cfg(test)]
mod tests;
