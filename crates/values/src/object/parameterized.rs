//! Object types with values for their type parameters: `Error['kind']`.

use std::sync::Arc;

use ecow::EcoString;
use indexmap::IndexMap;

use super::{Instance, ObjectError, ObjectType, assertion};
use crate::compare;
use crate::uri::Uri;
use crate::value::{Map, Text, Value};

/// An Object type and values for its type parameters.
#[derive(Debug, PartialEq)]
pub struct Parameterized {
    /// The type.
    pub base: Arc<ObjectType>,
    /// The values, by the parameters' names.
    pub parameters: IndexMap<EcoString, Value>,
}

impl Parameterized {
    /// Of values in order, or of one hash of values by name.
    pub fn new(base: &Arc<ObjectType>, given: &[Value]) -> Result<Self, ObjectError> {
        let known = base.type_parameters();
        let Some((_, first)) = known.first() else {
            return Err(ObjectError::NotParameterized(base.label().into()));
        };
        let mut parameters = IndexMap::new();
        let mut add = |name: &str, value: &Value| {
            let parameter = known.get(name).ok_or_else(|| ObjectError::UnknownTypeParameter {
                label: base.label().into(),
                name: name.into(),
            })?;
            if !matches!(value, Value::Default) {
                let subject = format!("type_parameter {}[{name}]", base.label());
                assertion::instance_of(&subject, &parameter.value_type, value)?;
                parameters.insert(name.into(), value.clone());
            }
            Ok(())
        };
        match given {
            [Value::Hash(entries)] if !first.value_type.is_instance(&given[0]) => {
                entries.iter().try_for_each(|(name, value)| add(name.as_str().unwrap_or_default(), value))?;
            }
            values => known.keys().zip(values).try_for_each(|(name, value)| add(name, value))?,
        }
        if parameters.is_empty() {
            return Err(ObjectError::NoTypeParameters(base.label().into()));
        }
        Ok(Self { base: base.clone(), parameters })
    }

    /// The values as they are written between brackets.
    pub fn written(&self) -> Vec<Value> {
        let known = self.base.type_parameters();
        if known.len() > 2 {
            return vec![Value::hash(
                self.parameters.iter().map(|(name, value)| (name.clone(), value.clone())),
            )];
        }
        let value = |name: &&str| self.parameters.get(*name).cloned().unwrap_or(Value::Default);
        let mut values: Vec<Value> = known.keys().map(value).collect();
        while matches!(values.last(), Some(Value::Default)) {
            values.pop();
        }
        values
    }

    /// Whether another's values fit these.
    pub(super) fn takes_parameters(&self, other: Option<&Self>) -> bool {
        self.parameters.iter().all(|(name, own)| {
            other.and_then(|other| other.parameters.get(name)).is_some_and(|value| fits(value, own))
        })
    }

    /// Whether an instance's attributes match the values.
    pub(super) fn matches(&self, instance: &Instance) -> bool {
        self.parameters
            .iter()
            .all(|(name, own)| instance.get(name).is_some_and(|value| compare::matches(value, own)))
    }
}

fn fits(value: &Value, own: &Value) -> bool {
    compare::matches(value, own)
        || matches!((value, own), (Value::Type(value), Value::Type(own)) if own.is_assignable(value))
}

/// Whether the parts that a URI type names are found in another that fits.
pub(crate) fn parameters_match(own: Option<&Map>, other: Option<&Map>) -> bool {
    let Some(own) = own else { return true };
    own.iter()
        .all(|(name, own)| other.and_then(|other| other.get(name)).is_some_and(|value| fits(value, own)))
}

/// Whether the parts that a URI type names match a URI's.
pub(crate) fn uri_matches(uri: &Uri, own: &Map) -> bool {
    let parts = uri.members();
    own.iter().all(|(name, own)| {
        let value = name.as_str().and_then(|name| parts.get(&Text(name))).unwrap_or(&Value::Undef);
        compare::matches(value, own)
    })
}
