//! Instances of Object types, `Deferred` and `Error` among them.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use ecow::EcoString;
use indexmap::IndexMap;

use super::{Attribute, ObjectError, ObjectType, Parameterized, assertion};
use crate::types::{Size, StructElement, Type};
use crate::value::{Map, Text, Value};

/// An instance: its type, and what it was given.
#[derive(Debug)]
pub struct Instance {
    /// Its type.
    pub object: Arc<ObjectType>,
    values: IndexMap<EcoString, Value>,
}

impl ObjectType {
    /// The attributes that instances are given: those that must be first.
    pub fn parameters(&self) -> Vec<&Attribute> {
        let given = self.attributes().into_values().filter(|attribute| attribute.is_given());
        let (optional, required): (Vec<_>, Vec<_>) = given.partition(|attribute| attribute.value.is_some());
        required.into_iter().chain(optional).collect()
    }

    /// A Struct of what instances are made of.
    pub fn init_struct(&self) -> Type {
        let element = |attribute: &Attribute| StructElement {
            name: attribute.name.clone(),
            optional: attribute.value.is_some() || attribute.value_type.takes_undef(),
            value: attribute.value_type.clone(),
        };
        let given = self.attributes().into_values().filter(|attribute| attribute.is_given());
        Type::structure(given.map(element).collect())
    }

    /// How many arguments make an instance.
    pub fn arity(&self) -> Size {
        let parameters = self.parameters();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let required = parameters.iter().filter(|attribute| attribute.value.is_none()).count();
        Size::Between(count(required), count(parameters.len()))
    }
}

impl Instance {
    /// Of values by name, which must fit the type; what is missing takes its default.
    pub fn from_hash(object: &Arc<ObjectType>, entries: &Map) -> Result<Arc<Self>, ObjectError> {
        let subject = format!("{} initializer", object.label());
        assertion::instance_of(&subject, &object.init_struct(), &Value::Hash(Arc::new(entries.clone())))?;
        Ok(Self::of(object, |attribute| entries.get(&Text(&attribute.name)).cloned()))
    }

    /// Of arguments that are known to fit the type, those that must be given first.
    pub fn from_arguments(object: &Arc<ObjectType>, arguments: &[Value]) -> Arc<Self> {
        let names: Vec<EcoString> = object.parameters().into_iter().map(|found| found.name.clone()).collect();
        let place = |name: &EcoString| names.iter().position(|found| found == name);
        Self::of(object, |attribute| arguments.get(place(&attribute.name)?).cloned())
    }

    fn of(object: &Arc<ObjectType>, given: impl Fn(&Attribute) -> Option<Value>) -> Arc<Self> {
        let value = |attribute: &Attribute| {
            let value = given(attribute).or_else(|| attribute.value.clone()).unwrap_or(Value::Undef);
            (attribute.name.clone(), value)
        };
        let values = object.parameters().into_iter().map(value).collect();
        Arc::new(Self { object: object.clone(), values })
    }

    /// The value of an attribute, constants among them; absent for what is computed.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).or_else(|| self.object.attribute(name)?.value.as_ref())
    }

    /// What it was given, defaults among it, in the order of the arguments.
    pub fn values(&self) -> impl Iterator<Item = (&EcoString, &Value)> {
        self.values.iter()
    }

    /// What makes the same instance again: all that is not a default.
    pub fn init_hash(&self) -> Map {
        let is_default = |name: &str, value: &Value| {
            self.object.attribute(name).is_some_and(|attribute| attribute.value.as_ref() == Some(value))
        };
        let entries =
            self.object.attributes().into_keys().filter_map(|name| Some((name, self.values.get(name)?)));
        let told = entries.filter(|(name, value)| !is_default(name, value));
        told.map(|(name, value)| (Value::from(name), value.clone())).collect()
    }

    /// Its type, with type parameters where its attributes give them.
    pub(crate) fn inferred_type(&self) -> Type {
        let names = self.object.type_parameters();
        if names.is_empty() {
            return Type::Object(Some(self.object.clone()));
        }
        let parameter = |name: &&str| self.get(name).map(|value| (EcoString::from(*name), value.clone()));
        let parameters = names.keys().filter_map(parameter).collect();
        Type::Parameterized(Arc::new(Parameterized { base: self.object.clone(), parameters }))
    }
}

/// Of one type, where that counts, and the same in all that counts.
impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        let counts = self.object.definition().is_none_or(|definition| definition.equality_include_type);
        let same_type = !counts || self.object == other.object;
        same_type && self.object.equality().iter().all(|name| self.get(name) == other.get(name))
    }
}

impl Eq for Instance {}

impl Hash for Instance {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.object.equality().iter().for_each(|name| self.get(name).hash(state));
    }
}
