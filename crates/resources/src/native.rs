//! What is applied natively, and what is left to real Puppet.

use catalog::{Catalog, Resource, Value};

use crate::types;

/// Whether this engine can apply a resource as Puppet would; else why not.
pub fn is_native(resource: &Resource) -> Result<(), String> {
    let name = resource.reference.declared_type();
    if is_container(&name) {
        return Ok(());
    }
    if let Some((parameter, _)) = resource.parameters.iter().find(|(_, value)| is_deferred(value)) {
        return Err(format!("`{parameter}` is computed by Ruby when it is applied"));
    }
    let Some(kind) = types::find(&name) else {
        return Err(format!("there is no native type `{name}`"));
    };
    (kind.foreign)(resource).map_or(Ok(()), Err)
}

/// The first resource of a catalog that is not native, with the reason. Instances of defined types are told
/// from types that are not known by what the catalog says they contain.
pub(crate) fn first_foreign(catalog: &Catalog) -> Option<(String, String)> {
    foreign(catalog).into_iter().next()
}

/// Every resource of a catalog that is not native, with the reason.
pub fn foreign(catalog: &Catalog) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for resource in &catalog.resources {
        let name = resource.reference.declared_type();
        if resource.defined && types::find(&name).is_none() {
            continue;
        }
        if let Err(reason) = is_native(resource) {
            found.push((resource.reference.to_string(), reason));
        }
    }
    found
}

/// Whether resources of this type only contain others.
pub(crate) fn is_container(name: &str) -> bool {
    name == "class"
}

fn is_deferred(value: &Value) -> bool {
    match value {
        Value::Rich { kind, .. } => kind == "Deferred" || kind == "DeferredValue",
        Value::List(elements) => elements.iter().any(is_deferred),
        Value::Hash(entries) => entries.iter().any(|(key, value)| is_deferred(key) || is_deferred(value)),
        _ => false,
    }
}
