//! Puppet's catalog as a type: what a compiler hands to whoever applies it, in Puppet's own JSON.
//!
//! Knows the form and nothing of meaning: not which types there are, what their parameters say, or in which
//! order resources are applied.

mod error;
mod json;
mod reference;
mod value;

pub use error::Error;
pub use reference::Reference;
pub use value::Value;

/// A compiled catalog.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    /// The node's name.
    pub name: String,
    /// The environment's name.
    pub environment: String,
    /// Resources in the order of their declaration.
    pub resources: Vec<Resource>,
    /// What contains what, by position in `resources`.
    pub edges: Vec<Edge>,
    /// Names of the classes.
    pub classes: Vec<String>,
}

/// A container and one thing in it, as positions in [`Catalog::resources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The container.
    pub source: usize,
    /// What it contains.
    pub target: usize,
}

/// A declared resource, class or instance of a defined type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// Type and title.
    pub reference: Reference,
    /// Tags, those that Puppet gives by itself included.
    pub tags: Vec<String>,
    /// The manifest that declares it.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// Whether it is there for other nodes; such a resource is not applied here.
    pub exported: bool,
    /// Whether it is an instance of a defined type.
    pub defined: bool,
    /// Parameters in the order of the catalog. Values of sensitive ones are in the clear.
    pub parameters: Vec<(String, Value)>,
    /// Names of the parameters whose values must not be shown.
    pub sensitive: Vec<String>,
}

impl Catalog {
    /// Reads Puppet's JSON.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        json::parse(bytes)
    }

    /// Takes an already read JSON value.
    pub fn from_json(value: &serde_json::Value) -> Result<Self, Error> {
        json::catalog(value)
    }
}

impl Resource {
    /// A parameter's value.
    pub fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
