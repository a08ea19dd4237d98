//! What an Object type was made of: its init hash, as short as it can be written.

use super::{Attribute, AttributeKind, Function, ObjectType};
use crate::types::{Type, infer};
use crate::value::{Map, Value};

impl ObjectType {
    /// The init hash, with or without the name.
    pub fn init_hash(&self, with_name: bool) -> Map {
        let mut result = Map::default();
        let mut add = |name: &str, value: Value| result.insert(name.into(), value);
        let Some(definition) = self.definition() else { return result };
        if let Some(annotations) = &definition.annotations {
            add("annotations", annotations.clone());
        }
        if let Some(name) = self.name().filter(|_| with_name) {
            add("name", name.clone().into());
        }
        if let Some(parent) = &definition.parent {
            add("parent", parent.clone().into());
        }
        if !definition.type_parameters.is_empty() {
            add("type_parameters", described(definition.type_parameters.values().map(type_parameter)));
        }
        let is_plain_constant = |attribute: &&Attribute| {
            let value = attribute.value.as_ref();
            attribute.kind == AttributeKind::Constant
                && value.is_some_and(|value| attribute.value_type == infer(value).generalize())
        };
        let (constants, others): (Vec<_>, Vec<_>) =
            definition.attributes.values().partition(is_plain_constant);
        if !others.is_empty() {
            add("attributes", described(others.into_iter().map(attribute_entry)));
        }
        if !constants.is_empty() {
            let value = |attribute: &Attribute| attribute.value.clone().unwrap_or(Value::Undef);
            let entries = constants.into_iter().map(|found| (Value::from(found.name.clone()), value(found)));
            add("constants", Value::hash(entries));
        }
        if !definition.functions.is_empty() {
            add("functions", described(definition.functions.values().map(function_entry)));
        }
        if let Some(equality) = &definition.equality {
            add("equality", Value::array(equality.iter().cloned().map(Value::String)));
        }
        if let Some(checks) = &definition.checks {
            add("checks", checks.clone());
        }
        result
    }
}

fn described(entries: impl Iterator<Item = (Value, Map)>) -> Value {
    let compressed = entries.map(|(name, entries)| {
        let only_type = entries.first().filter(|(key, _)| entries.len() == 1 && key.as_str() == Some("type"));
        let value = only_type.map(|(_, value)| value.clone());
        (name, value.unwrap_or_else(|| Value::Hash(std::sync::Arc::new(entries))))
    });
    Value::hash(compressed)
}

fn member(value_type: Type, is_final: bool, overrides: bool, annotations: Option<&Value>) -> Map {
    let mut entries = Map::default();
    entries.insert("type".into(), value_type.into());
    if is_final {
        entries.insert("final".into(), true.into());
    }
    if overrides {
        entries.insert("override".into(), true.into());
    }
    if let Some(annotations) = annotations {
        entries.insert("annotations".into(), annotations.clone());
    }
    entries
}

fn attribute_entry(attribute: &Attribute) -> (Value, Map) {
    let is_final = attribute.is_final && attribute.kind != AttributeKind::Constant;
    let annotations = attribute.annotations.as_ref();
    let mut entries = member(attribute.value_type.clone(), is_final, attribute.overrides, annotations);
    if let Some(kind) = attribute.kind.name() {
        entries.insert("kind".into(), kind.into());
    }
    if let Some(value) = &attribute.value {
        entries.insert("value".into(), value.clone());
    }
    (attribute.name.clone().into(), entries)
}

fn type_parameter(attribute: &Attribute) -> (Value, Map) {
    let (name, mut entries) = attribute_entry(attribute);
    if let Type::Optional(Some(inner)) = &attribute.value_type {
        entries.insert("type".into(), Value::Type((**inner).clone()));
    }
    if attribute.value.as_ref().is_some_and(Value::is_undef) {
        entries.shift_remove(&Value::from("value"));
    }
    (name, entries)
}

fn function_entry(function: &Function) -> (Value, Map) {
    let annotations = function.annotations.as_ref();
    let entries = member(function.callable.clone(), function.is_final, function.overrides, annotations);
    (function.name.clone().into(), entries)
}
