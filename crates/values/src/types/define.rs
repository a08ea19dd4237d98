//! Type definitions of manifests: aliases, Object types and sets of types.
//!
//! A definition is first declared, so that it can be found by its name, and then defined, when what it holds
//! is looked up. So definitions may hold themselves and each other.

use std::collections::HashMap;
use std::sync::Arc;

use ecow::EcoString;
use syntax::ast::{Expression, ExpressionKind, HashEntry, TypeAlias};

use super::parse::{TypeError, TypeLoader, read_alias, read_literal, resolve};
use super::{Alias, Type};
use crate::object::{ObjectType, TypeSet};
use crate::value::{Map, Value};

/// What a definition makes, before it is known what that is; absent for sets of types, which nothing in them
/// names.
pub fn declare(definition: &TypeAlias) -> Option<Type> {
    declare_named(&definition.name, &definition.type_expression)
}

/// Says what a declared type is, and gives it; a set of types is made here. `loader` finds what was declared.
pub fn define(
    declared: Option<&Type>,
    definition: &TypeAlias,
    source: &str,
    loader: &dyn TypeLoader,
) -> Result<Type, TypeError> {
    match declared {
        Some(found @ Type::Alias(alias)) => {
            alias.resolve(&read_alias(definition, source, loader)?)?;
            Ok(found.clone())
        }
        Some(found) => define_named(found, &definition.type_expression, source, loader),
        None => read_set(&definition.name, &definition.type_expression, source, loader),
    }
}

/// The part between brackets of `Object[{...}]` or `TypeSet[{...}]`, or the braces alone, and which of them
/// it is.
fn init_hash(expression: &Expression) -> Option<(&'static str, &Expression)> {
    match &expression.kind {
        ExpressionKind::Hash(_) => Some(("object", expression)),
        ExpressionKind::Access(access) => match (&access.left.kind, access.keys.as_slice()) {
            (ExpressionKind::QualifiedReference(name), [only]) if name.eq_ignore_ascii_case("object") => {
                Some(("object", only))
            }
            (ExpressionKind::QualifiedReference(name), [only]) if name.eq_ignore_ascii_case("typeset") => {
                Some(("typeset", only))
            }
            _ => None,
        },
        _ => None,
    }
}

fn declare_named(name: &EcoString, expression: &Expression) -> Option<Type> {
    match init_hash(expression) {
        Some(("typeset", _)) => None,
        Some(_) => Some(Type::Object(Some(ObjectType::new(Some(name.clone()))))),
        None => Some(Type::Alias(Alias::new(name.clone()))),
    }
}

fn define_named(
    declared: &Type,
    expression: &Expression,
    source: &str,
    loader: &dyn TypeLoader,
) -> Result<Type, TypeError> {
    match (declared, init_hash(expression)) {
        (Type::Object(Some(object)), Some((_, init_hash))) => {
            object.define(&read_literal(init_hash, source, loader)?)?;
        }
        (Type::Alias(alias), _) => alias.resolve(&resolve(expression, source, loader)?)?,
        _ => {}
    }
    Ok(declared.clone())
}

/// Finds the types of a set by their names within it.
struct Within<'a> {
    types: HashMap<String, Type>,
    outer: &'a dyn TypeLoader,
}

impl TypeLoader for Within<'_> {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        match self.types.get(name) {
            Some(found) => Ok(Some(found.clone())),
            None => self.outer.load(name),
        }
    }
}

fn read_set(
    name: &EcoString,
    expression: &Expression,
    source: &str,
    loader: &dyn TypeLoader,
) -> Result<Type, TypeError> {
    let Some((_, braces)) = init_hash(expression) else { return resolve(expression, source, loader) };
    let ExpressionKind::Hash(entries) = &braces.kind else { return resolve(expression, source, loader) };
    let mut parts = Map::default();
    for entry in entries {
        let key = read_literal(&entry.key, source, loader)?;
        let value = match (&key, &entry.value.kind) {
            (Value::String(key), ExpressionKind::Hash(types)) if key == "types" => {
                read_types(name, types, source, loader)?
            }
            (Value::String(key), ExpressionKind::Hash(references)) if key == "references" => {
                let entries = references.iter().map(|entry| {
                    Ok((Value::from(key_name(entry)), read_literal(&entry.value, source, loader)?))
                });
                Value::Hash(Arc::new(entries.collect::<Result<Map, TypeError>>()?))
            }
            _ => read_literal(&entry.value, source, loader)?,
        };
        parts.insert(key, value);
    }
    let set = TypeSet::read(Some(name.clone()), &Value::Hash(Arc::new(parts)))?;
    Ok(Type::TypeSet(Some(Arc::new(set))))
}

/// The name that an entry defines, which is written as a type.
fn key_name(entry: &HashEntry) -> EcoString {
    match &entry.key.kind {
        ExpressionKind::QualifiedReference(name)
        | ExpressionKind::String(name)
        | ExpressionKind::QualifiedName(name) => name.clone(),
        _ => EcoString::new(),
    }
}

fn read_types(
    set: &EcoString,
    entries: &[HashEntry],
    source: &str,
    loader: &dyn TypeLoader,
) -> Result<Value, TypeError> {
    let mut declared = Vec::new();
    for entry in entries {
        let name = key_name(entry);
        if let Some(found) = declare_named(&ecow::eco_format!("{set}::{name}"), &entry.value) {
            declared.push((name, found, &entry.value));
        }
    }
    let types =
        declared.iter().map(|(name, found, _)| (name.to_lowercase().to_string(), found.clone())).collect();
    let within = Within { types, outer: loader };
    let mut result = Map::default();
    for (name, found, expression) in declared {
        result.insert(name.into(), Value::Type(define_named(&found, expression, source, &within)?));
    }
    Ok(Value::Hash(Arc::new(result)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::builtin;

    fn defined(source: &str) -> Result<Type, TypeError> {
        let parse = syntax::parse(source, &syntax::Options::default());
        let Some(ExpressionKind::TypeAlias(alias)) =
            parse.program.statements.first().map(|first| &first.kind)
        else {
            unreachable!("{source}")
        };
        let declared = declare(alias);
        define(declared.as_ref(), alias, source, builtin())
    }

    #[test]
    fn a_set_holds_types_that_know_each_other() {
        let source = "type Shop = TypeSet[{
            pcore_version => '1.0.0', version => '0.1.0',
            types => { Price => Integer[0], Item => { attributes => { name => String, price => Price } } } }]";
        let Ok(Type::TypeSet(Some(set))) = defined(source) else { unreachable!() };
        let Some(Type::Object(Some(item))) = set.get("item") else { unreachable!() };
        assert_eq!(item.label(), "Shop::Item");
        let price = &item.attribute("price").unwrap().value_type;
        assert!(price.is_instance(&Value::Integer(1)) && !price.is_instance(&Value::Integer(-1)));
    }

    #[test]
    fn what_a_set_must_have() {
        let error = defined("type Shop = TypeSet[{version => '0.1.0'}]").unwrap_err().to_string();
        assert_eq!(error, "TypeSet initializer has wrong type, expects a value for key 'pcore_version'");
    }
}
