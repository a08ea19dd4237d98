//! What an Object type is, read from its init hash and checked as Puppet does.

use ecow::EcoString;
use indexmap::IndexMap;

use super::assertion;
use super::member::{Attribute, AttributeKind, Function};
use super::{ObjectError, ObjectType};
use crate::types::{Type, infer};
use crate::value::{Map, Text, Value};

/// What an Object type is.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Definition {
    /// Its name, where the init hash gives it.
    pub name: Option<EcoString>,
    /// What it inherits from.
    pub parent: Option<Type>,
    /// What may stand between brackets after its name.
    pub type_parameters: IndexMap<EcoString, Attribute>,
    /// What instances have, constants among it.
    pub attributes: IndexMap<EcoString, Attribute>,
    /// What can be asked of instances.
    pub functions: IndexMap<EcoString, Function>,
    /// The attributes that decide whether two are equal; absent for all.
    pub equality: Option<Vec<EcoString>>,
    /// Whether equal instances are of one type.
    pub equality_include_type: bool,
    /// Puppet keeps it and does nothing with it.
    pub checks: Option<Value>,
    /// What is noted about it.
    pub annotations: Option<Value>,
}

/// A member of a parent, which one of the same name overrides.
enum Member<'a> {
    Attribute(&'a Attribute),
    Function(&'a Function),
}

impl Definition {
    /// Reads an init hash.
    pub(super) fn read(object: &ObjectType, init_hash: &Value) -> Result<Self, ObjectError> {
        assertion::instance_of("object initializer", &assertion::OBJECT, init_hash)?;
        let empty = Map::default();
        let entries = init_hash.as_hash().unwrap_or(&empty);
        let text = |name: &str| entries.get(&Text(name)).and_then(Value::as_str).map(EcoString::from);
        let label = object.name.clone().or_else(|| text("name")).unwrap_or_else(|| "Object".into());
        let mut definition = Self {
            name: text("name"),
            parent: entries.get(&Text("parent")).and_then(Value::as_type).cloned(),
            equality_include_type: entries.get(&Text("equality_include_type"))
                != Some(&Value::Boolean(false)),
            checks: entries.get(&Text("checks")).cloned(),
            annotations: entries.get(&Text("annotations")).filter(|found| !found.is_undef()).cloned(),
            ..Self::default()
        };
        let reader = Reader { label, parent: parent_object(object, definition.parent.as_ref())? };
        definition.type_parameters = reader.type_parameters(hash_entry(entries, "type_parameters"))?;
        definition.attributes =
            reader.attributes(hash_entry(entries, "attributes"), hash_entry(entries, "constants"))?;
        definition.functions = reader.functions(hash_entry(entries, "functions"), &definition.attributes)?;
        definition.equality = reader.equality(entries.get(&Text("equality")), &definition)?;
        Ok(definition)
    }
}

fn hash_entry<'a>(entries: &'a Map, name: &str) -> impl Iterator<Item = (EcoString, &'a Value)> + use<'a> {
    let found = entries.get(&Text(name)).and_then(Value::as_hash);
    found.into_iter().flatten().map(|(key, value)| (key.as_str().unwrap_or_default().into(), value))
}

fn parent_object<'a>(
    object: &ObjectType,
    parent: Option<&'a Type>,
) -> Result<Option<&'a ObjectType>, ObjectError> {
    match parent.map(Type::resolved) {
        Some(Type::Reference(name)) => Err(ObjectError::UnresolvedParent(name.clone())),
        Some(Type::Object(Some(parent))) => {
            if parent.lineage().iter().any(|above| std::ptr::eq(*above, object)) {
                return Err(ObjectError::InheritsItself(object.label().into()));
            }
            Ok(Some(parent))
        }
        Some(Type::Parameterized(found)) => Ok(Some(&found.base)),
        _ => Ok(None),
    }
}

/// What is known while an init hash is read.
struct Reader<'a> {
    label: EcoString,
    parent: Option<&'a ObjectType>,
}

impl<'a> Reader<'a> {
    fn member_label(&self, kind: &str, name: &str) -> EcoString {
        ecow::eco_format!("{kind} {}[{name}]", self.label)
    }

    fn inherited(&self, name: &str) -> Option<Member<'a>> {
        let parent = self.parent?;
        parent.function(name).map(Member::Function).or_else(|| parent.attribute(name).map(Member::Attribute))
    }

    fn type_parameters(
        &self,
        entries: impl Iterator<Item = (EcoString, &'a Value)>,
    ) -> Result<IndexMap<EcoString, Attribute>, ObjectError> {
        entries
            .map(|(name, value)| {
                let label = self.member_label("type_parameter", &name);
                let mut specification = match value {
                    Value::Hash(entries) => (**entries).clone(),
                    other => specification(assertion::type_of(&label, other)?),
                };
                if let Some(Value::Type(found)) = specification.get_mut(&Text("type"))
                    && !matches!(found, Type::Optional(_))
                {
                    *found = Type::optional(found.clone());
                }
                Ok((name.clone(), Attribute::read(&name, &specification, &label)?))
            })
            .collect()
    }

    fn attributes(
        &self,
        attributes: impl Iterator<Item = (EcoString, &'a Value)>,
        constants: impl Iterator<Item = (EcoString, &'a Value)>,
    ) -> Result<IndexMap<EcoString, Attribute>, ObjectError> {
        let mut specifications: IndexMap<EcoString, Value> =
            attributes.map(|(name, value)| (name, value.clone())).collect();
        for (name, value) in constants {
            if specifications.contains_key(&name) {
                return Err(ObjectError::ConstantAndAttribute { label: self.label.clone(), name });
            }
            let overrides = self.inherited(&name).is_some();
            let specification = Value::hash([
                ("type", Value::Type(infer(value).generalize())),
                ("value", value.clone()),
                ("kind", "constant".into()),
                ("override", overrides.into()),
            ]);
            specifications.insert(name, specification);
        }
        specifications.into_iter().map(|(name, found)| self.attribute(name, &found)).collect()
    }

    fn attribute(&self, name: EcoString, found: &Value) -> Result<(EcoString, Attribute), ObjectError> {
        let label = self.member_label("attribute", &name);
        let entries = match found {
            Value::Hash(_) => found.clone(),
            other => Value::Hash(std::sync::Arc::new(specification(assertion::type_of(&label, other)?))),
        };
        assertion::instance_of(&format!("initializer for {label}"), &assertion::ATTRIBUTE, &entries)?;
        let empty = Map::default();
        let attribute = Attribute::read(&name, entries.as_hash().unwrap_or(&empty), &label)?;
        let constant = attribute.kind == AttributeKind::Constant;
        match self.inherited(&name) {
            None if attribute.overrides => {
                return Err(ObjectError::NothingToOverride { label, kind: "attribute" });
            }
            None => {}
            Some(Member::Function(_)) => {
                return Err(ObjectError::OtherKind {
                    member: label,
                    label: self.parent_label("function", &name),
                });
            }
            Some(Member::Attribute(above)) => {
                let is_final = above.is_final && !(above.kind == AttributeKind::Constant && constant);
                let types = (&above.value_type, &attribute.value_type);
                self.check_override(label, "attribute", &name, (is_final, attribute.overrides), types)?;
            }
        }
        Ok((name, attribute))
    }

    fn functions(
        &self,
        functions: impl Iterator<Item = (EcoString, &'a Value)>,
        attributes: &IndexMap<EcoString, Attribute>,
    ) -> Result<IndexMap<EcoString, Function>, ObjectError> {
        functions
            .map(|(name, found)| {
                let label = self.member_label("function", &name);
                let entries = match found {
                    Value::Hash(_) => found.clone(),
                    other => {
                        assertion::instance_of(&label, &Type::type_of(Type::Callable(None)), other)?;
                        Value::hash([("type", other.clone())])
                    }
                };
                assertion::instance_of(
                    &format!("initializer for function '{name}'"),
                    &assertion::FUNCTION,
                    &entries,
                )?;
                let empty = Map::default();
                let function = Function::read(&name, entries.as_hash().unwrap_or(&empty));
                if attributes.contains_key(&name) {
                    return Err(ObjectError::FunctionAndAttribute(label));
                }
                match self.inherited(&name) {
                    None if function.overrides => {
                        return Err(ObjectError::NothingToOverride { label, kind: "function" });
                    }
                    None => {}
                    Some(Member::Attribute(_)) => {
                        let above = self.parent_label("attribute", &name);
                        return Err(ObjectError::OtherKind { member: label, label: above });
                    }
                    Some(Member::Function(above)) => {
                        let flags = (above.is_final, function.overrides);
                        let types = (&above.callable, &function.callable);
                        self.check_override(label, "function", &name, flags, types)?;
                    }
                }
                Ok((name, function))
            })
            .collect()
    }

    /// The label of an inherited member, by the type that defines it.
    fn parent_label(&self, kind: &str, name: &str) -> EcoString {
        let defines = |object: &&ObjectType| {
            object.definition().is_some_and(|found| {
                found.attributes.contains_key(name) || found.functions.contains_key(name)
            })
        };
        let lineage = self.parent.map(ObjectType::lineage).unwrap_or_default();
        let container = lineage.into_iter().rev().find(defines).map_or("Object", ObjectType::label);
        ecow::eco_format!("{kind} {container}[{name}]")
    }

    fn check_override(
        &self,
        member: EcoString,
        kind: &str,
        name: &str,
        (is_final, said): (bool, bool),
        (above, below): (&Type, &Type),
    ) -> Result<(), ObjectError> {
        let label = self.parent_label(kind, name);
        if is_final {
            return Err(ObjectError::OverridesFinal { member, label });
        }
        if !said {
            return Err(ObjectError::OverridesUnsaid { member, label });
        }
        if !above.is_assignable(below) {
            return Err(ObjectError::OverridesType { member, label });
        }
        Ok(())
    }

    fn equality(
        &self,
        found: Option<&Value>,
        definition: &Definition,
    ) -> Result<Option<Vec<EcoString>>, ObjectError> {
        let names: Vec<EcoString> = match found {
            Some(Value::String(name)) => vec![name.clone()],
            Some(Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).map(EcoString::from).collect()
            }
            _ => return Ok(None),
        };
        if !names.is_empty() && !definition.equality_include_type {
            return Err(ObjectError::EqualityWithoutType);
        }
        names.iter().try_for_each(|name| self.check_equality(name, definition))?;
        Ok(Some(names))
    }

    fn check_equality(&self, name: &EcoString, definition: &Definition) -> Result<(), ObjectError> {
        let label = self.label.clone();
        let inherited = self.inherited(name);
        if let (Some(Member::Attribute(_)), Some(parent)) = (&inherited, self.parent)
            && parent.equality().contains(&name.as_str())
        {
            let attribute = self.parent_label("attribute", name);
            return Err(ObjectError::EqualityOfParent { label, attribute, parent: parent.label().into() });
        }
        let own = definition.attributes.get(name).map(Member::Attribute);
        let own = own.or_else(|| definition.functions.get(name).map(Member::Function));
        match inherited.or(own) {
            None => Err(ObjectError::EqualityUnknown { label, attribute: name.clone() }),
            Some(Member::Function(_)) => {
                Err(ObjectError::EqualityOfFunction { label, member: self.member_label("function", name) })
            }
            Some(Member::Attribute(attribute)) if attribute.kind == AttributeKind::Constant => {
                Err(ObjectError::EqualityOfConstant { label, member: self.member_label("attribute", name) })
            }
            Some(Member::Attribute(_)) => Ok(()),
        }
    }
}

/// `{type => found}`; what is optional may be left out.
fn specification(found: &Type) -> Map {
    let mut entries: Map = [(Value::from("type"), Value::Type(found.clone()))].into_iter().collect();
    if matches!(found, Type::Optional(_)) {
        entries.insert("value".into(), Value::Undef);
    }
    entries
}
