//! YAML as Puppet 8 reads it: Ruby's Psych in safe loading, aliases allowed, symbols the only extra class.
//!
//! Gives values together with where each stands. Keys that are symbols (`:hierarchy:`) become strings, as
//! they do in everything that Puppet reads through Hiera. Only the first document of a stream is looked at.
//! Knows nothing of which keys mean what, and reads no files.
//!
//! Differs from Psych in what Ruby alone can have: a collection that holds itself is an error, an integer of
//! more than 64 bits is a float, and aliases may not stand for more than a million values.

mod build;
mod scalar;
#[cfg(test)]
mod tests;
mod wording;

use std::sync::Arc;

use values::{Text, Value};

/// What a text says, and where.
#[derive(Clone, Debug)]
pub struct Document {
    /// The value; `undef` for an empty text.
    pub value: Value,
    /// Where the value and its parts stand.
    pub place: Arc<Place>,
    /// Keys that stand twice in one hash. The later one counts.
    pub duplicates: Vec<Duplicate>,
    /// Keys of the outermost hash below which there is a symbol as a value, which no data may have.
    pub symbols: Vec<String>,
}

/// Where a value stands, and its parts: the elements of an array, the entries of a hash (at their keys) in
/// order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// In the order of the value's own parts.
    pub parts: Vec<Arc<Place>>,
}

/// A key that stands twice in one hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// As it is written.
    pub key: String,
    /// Line of the one that counts, from 1.
    pub line: u32,
    /// Line of the first, from 1.
    pub first: u32,
}

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line} column {column}")]
pub struct YamlError {
    /// What is wrong.
    pub message: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Whether the text is no YAML at all, or a class or anchor that it names is refused.
    pub kind: YamlErrorKind,
}

/// What kind of thing is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YamlErrorKind {
    /// Not YAML.
    Syntax,
    /// A class that safe loading does not make, among them the dates and times that plain scalars can be.
    Class,
    /// Anything else that Ruby refuses while it makes values.
    Value,
}

impl YamlError {
    /// The message as Puppet words it for a file.
    pub fn for_file(&self, path: &str) -> String {
        match self.kind {
            YamlErrorKind::Syntax => format!("({path}): {self}"),
            YamlErrorKind::Class => format!("({path}): {}", self.message),
            YamlErrorKind::Value => self.message.clone(),
        }
    }
}

impl diagnostics::Hint for YamlError {
    fn hint(&self) -> Option<String> {
        match self.kind {
            YamlErrorKind::Class if self.message.ends_with("Date") || self.message.ends_with("Time") => {
                Some("put the date in quotes".to_owned())
            }
            _ => None,
        }
    }
}

impl Document {
    /// Where the entry of the outermost hash with this key stands.
    pub fn place_of(&self, key: &str) -> Option<&Arc<Place>> {
        self.place.entry(&self.value, key)
    }
}

impl Place {
    /// Where the entry of `value` with this key stands; `value` is what this is the place of.
    pub fn entry(&self, value: &Value, key: &str) -> Option<&Arc<Self>> {
        let index = value.as_hash()?.get_index_of(&Text(key))?;
        self.parts.get(index)
    }
}

/// Reads the first document of a text.
pub fn parse(text: &str) -> Result<Document, YamlError> {
    build::build(text)
}
