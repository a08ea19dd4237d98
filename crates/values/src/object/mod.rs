//! Types that manifests define: Object types with attributes and functions, their instances, sets of types.
//!
//! What an Object type's functions do is not known here, only that they are there.

mod assertion;
mod definition;
mod description;
mod error;
pub(crate) mod init;
mod instance;
mod member;
mod parameterized;
mod type_set;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use ecow::EcoString;
use indexmap::IndexMap;

pub use definition::Definition;
pub use error::ObjectError;
pub use instance::Instance;
pub use member::{Attribute, AttributeKind, Function};
pub use parameterized::Parameterized;
pub(crate) use parameterized::{parameters_match, uri_matches};
pub use type_set::{TypeSet, TypeSetReference};

use crate::types::Type;
use crate::value::Value;

/// An Object type: what its instances have, and what can be asked of them.
///
/// Made by name first and defined later, so that it can hold itself.
pub struct ObjectType {
    name: Option<EcoString>,
    definition: OnceLock<Definition>,
}

impl ObjectType {
    /// A type of this name, of which nothing is known yet.
    pub fn new(name: Option<EcoString>) -> Arc<Self> {
        Arc::new(Self { name, definition: OnceLock::new() })
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<&EcoString> {
        self.name.as_ref().or_else(|| self.definition.get()?.name.as_ref())
    }

    /// Its name for messages.
    pub fn label(&self) -> &str {
        self.name().map_or("Object", EcoString::as_str)
    }

    /// Says what it is, by an init hash as in `Object[{attributes => {...}}]`. The first time counts.
    pub fn define(self: &Arc<Self>, init_hash: &Value) -> Result<(), ObjectError> {
        let definition = Definition::read(self, init_hash)?;
        let _ = self.definition.set(definition);
        Ok(())
    }

    /// What it is; absent while that is being found out.
    pub fn definition(&self) -> Option<&Definition> {
        self.definition.get()
    }

    /// The type it inherits from, through aliases.
    pub fn parent(&self) -> Option<&Type> {
        self.definition()?.parent.as_ref().map(Type::resolved)
    }

    /// The Object type it inherits from.
    pub fn parent_object(&self) -> Option<&Arc<Self>> {
        match self.parent()? {
            Type::Object(Some(object)) => Some(object),
            Type::Parameterized(found) => Some(&found.base),
            _ => None,
        }
    }

    /// Itself, its parent, and so on; the furthest first.
    fn lineage(&self) -> Vec<&Self> {
        let mut line = vec![self];
        let mut current = self;
        while let Some(parent) = current.parent_object() {
            if line.iter().any(|seen| std::ptr::eq(*seen, &raw const **parent)) {
                break;
            }
            current = parent;
            line.push(current);
        }
        line.reverse();
        line
    }

    fn collected<'a, T: 'a>(
        &'a self,
        members: impl Fn(&'a Definition) -> &'a IndexMap<EcoString, T>,
    ) -> IndexMap<&'a str, &'a T> {
        let mut all = IndexMap::new();
        for object in self.lineage() {
            let Some(definition) = object.definition() else { continue };
            all.extend(members(definition).iter().map(|(name, member)| (name.as_str(), member)));
        }
        all
    }

    /// All attributes, those of its parents first.
    pub fn attributes(&self) -> IndexMap<&str, &Attribute> {
        self.collected(|definition| &definition.attributes)
    }

    /// All functions, those of its parents first.
    pub fn functions(&self) -> IndexMap<&str, &Function> {
        self.collected(|definition| &definition.functions)
    }

    /// All type parameters, those of its parents first.
    pub fn type_parameters(&self) -> IndexMap<&str, &Attribute> {
        self.collected(|definition| &definition.type_parameters)
    }

    /// An attribute, its own or inherited.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes().get(name).copied()
    }

    /// A function, its own or inherited.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions().get(name).copied()
    }

    /// The names of the attributes that decide whether two instances are equal.
    pub fn equality(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for definition in self.lineage().into_iter().filter_map(Self::definition) {
            match &definition.equality {
                Some(equality) => names.extend(equality.iter().map(EcoString::as_str)),
                None => {
                    let changing = |attribute: &&Attribute| attribute.kind != AttributeKind::Constant;
                    names.extend(
                        definition.attributes.values().filter(changing).map(|found| found.name.as_str()),
                    );
                }
            }
        }
        names
    }

    /// The types it holds, for those who look for one among them.
    pub(crate) fn held_types(&self) -> Vec<Type> {
        let Some(definition) = self.definition() else { return Vec::new() };
        let attributes = definition.attributes.values().map(|attribute| attribute.value_type.clone());
        let functions = definition.functions.values().map(|function| function.callable.clone());
        definition.parent.iter().cloned().chain(attributes).chain(functions).collect()
    }

    /// Whether it is another, or inherits from it.
    pub fn is_a(&self, other: &Self) -> bool {
        self.lineage().into_iter().any(|object| object == other)
    }
}

/// Its name: what it holds may hold it.
impl fmt::Debug for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// Two are one where they are defined alike.
impl PartialEq for ObjectType {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.name() == other.name() && self.definition() == other.definition()
    }
}

impl Eq for ObjectType {}

impl Hash for ObjectType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// Whether an Object type, one with parameters, or a set of types takes another type.
pub(crate) fn takes(own: &Type, other: &Type) -> bool {
    match (own, other) {
        (Type::Object(None), Type::Object(_) | Type::Parameterized(_)) => true,
        (Type::Object(Some(own)), Type::Object(Some(other))) => inherits(other, own),
        (Type::Object(Some(own)), Type::Parameterized(other)) => inherits(&other.base, own),
        (Type::Parameterized(own), Type::Parameterized(other)) => {
            inherits(&other.base, &own.base) && own.takes_parameters(Some(other))
        }
        (Type::TypeSet(None), Type::TypeSet(_)) => true,
        (Type::TypeSet(Some(own)), Type::TypeSet(Some(other))) => own == other,
        _ => false,
    }
}

/// Whether the one is the other or below it. What inherits from another kind of type is taken by that kind.
fn inherits(own: &ObjectType, other: &ObjectType) -> bool {
    own.is_a(other)
}

/// Whether a value is an instance of an Object type, of one with parameters, or is a set of types.
pub(crate) fn is_instance(found: &Type, value: &Value) -> bool {
    match (found, value) {
        (Type::Object(None), Value::Object(_) | Value::Type(_)) => true,
        (Type::Object(Some(object)), Value::Object(instance)) => inherits(&instance.object, object),
        (Type::Parameterized(found), Value::Object(instance)) => {
            inherits(&instance.object, &found.base) && found.matches(instance)
        }
        (Type::TypeSet(_), Value::Type(Type::TypeSet(_))) => true,
        _ => false,
    }
}
