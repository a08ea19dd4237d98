//! Attributes and functions of Object types.

use ecow::EcoString;

use super::ObjectError;
use crate::types::Type;
use crate::value::{Map, Text, Value};

/// What an instance has.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: EcoString,
    /// What its values are.
    pub value_type: Type,
    /// How it comes by its value.
    pub kind: AttributeKind,
    /// The value where none is given; absent for what must be given.
    pub value: Option<Value>,
    /// Whether types below may not have one of this name.
    pub is_final: bool,
    /// Whether a type above has one of this name.
    pub overrides: bool,
    /// What is noted about it.
    pub annotations: Option<Value>,
}

/// How an attribute comes by its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeKind {
    /// It is given.
    Given,
    /// It is the same for all instances.
    Constant,
    /// It is computed.
    Derived,
    /// It is given, or computed.
    GivenOrDerived,
    /// It is given, and no part of the instance.
    Reference,
}

impl AttributeKind {
    /// Its name in init hashes; absent for the common one.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Given => None,
            Self::Constant => Some("constant"),
            Self::Derived => Some("derived"),
            Self::GivenOrDerived => Some("given_or_derived"),
            Self::Reference => Some("reference"),
        }
    }

    fn of(name: Option<&str>) -> Self {
        match name {
            Some("constant") => Self::Constant,
            Some("derived") => Self::Derived,
            Some("given_or_derived") => Self::GivenOrDerived,
            Some("reference") => Self::Reference,
            _ => Self::Given,
        }
    }
}

/// What can be asked of an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: EcoString,
    /// A Callable.
    pub callable: Type,
    /// Whether types below may not have one of this name.
    pub is_final: bool,
    /// Whether a type above has one of this name.
    pub overrides: bool,
    /// What is noted about it.
    pub annotations: Option<Value>,
}

impl Attribute {
    /// Reads `{type => ..., value => ...}`, which was checked before. `label` is how messages name it.
    pub(super) fn read(name: &EcoString, entries: &Map, label: &str) -> Result<Self, ObjectError> {
        if name == "__ptype" || name == "__pvalue" {
            return Err(ObjectError::Reserved(name.clone()));
        }
        let kind = AttributeKind::of(entries.get(&Text("kind")).and_then(Value::as_str));
        let mut is_final = flag(entries, "final");
        if kind == AttributeKind::Constant {
            if entries.contains_key(&Text("final")) && !is_final {
                return Err(ObjectError::ConstantNotFinal(label.into()));
            }
            is_final = true;
        }
        let value_type = type_entry(entries);
        let value = entries.get(&Text("value")).cloned();
        match (&value, kind) {
            (Some(_), AttributeKind::Derived | AttributeKind::GivenOrDerived) => {
                let kind = kind.name().unwrap_or_default().into();
                return Err(ObjectError::DerivedWithValue { label: label.into(), kind });
            }
            (None, AttributeKind::Constant) => return Err(ObjectError::ConstantWithoutValue(label.into())),
            (Some(value), _) if !matches!(value, Value::Default) => {
                super::assertion::instance_of(&format!("{label} value"), &value_type, value)?;
            }
            _ => {}
        }
        let annotations = entries.get(&Text("annotations")).cloned();
        let overrides = flag(entries, "override");
        Ok(Self { name: name.clone(), value_type, kind, value, is_final, overrides, annotations })
    }

    /// Whether instances are given it.
    pub fn is_given(&self) -> bool {
        !matches!(self.kind, AttributeKind::Constant | AttributeKind::Derived)
    }
}

impl Function {
    /// Reads `{type => Callable[...]}`, which was checked before.
    pub(super) fn read(name: &EcoString, entries: &Map) -> Self {
        Self {
            name: name.clone(),
            callable: type_entry(entries),
            is_final: flag(entries, "final"),
            overrides: flag(entries, "override"),
            annotations: entries.get(&Text("annotations")).cloned(),
        }
    }
}

fn flag(entries: &Map, name: &str) -> bool {
    matches!(entries.get(&Text(name)), Some(Value::Boolean(true)))
}

fn type_entry(entries: &Map) -> Type {
    entries.get(&Text("type")).and_then(Value::as_type).cloned().unwrap_or(Type::Any)
}
