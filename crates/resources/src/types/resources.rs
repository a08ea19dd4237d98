//! `resources`: removes what the catalog does not name, of types that can list what there is.

use catalog::{Reference, Value};

use super::openstack;
use crate::engine::Context;
use crate::error::Failure;
use crate::resource::{Declaration, Resource};
use crate::schema::{Attribute, ResourceType};

/// The type.
pub static RESOURCES: ResourceType = ResourceType {
    foreign: |resource| {
        let purges = resource
            .parameter("purge")
            .is_some_and(|purge| ["true", "yes"].contains(&purge.ruby_text().as_str()));
        let name = resource.parameter("name").map(Value::ruby_text);
        let name = name.unwrap_or_else(|| resource.reference.title.clone());
        (purges && openstack::find(&name).is_none())
            .then(|| format!("what there is of `{name}` is not listed"))
    },
    generate: Some(purge),
    ..ResourceType::new(
        "resources",
        "Removes what the catalog does not name.",
        &[
            Attribute::parameter("name", "a type's name"),
            Attribute::boolean("purge", false, "whether anything is removed"),
            Attribute::parameter("unless_system_user", "for users"),
            Attribute::parameter("unless_uid", "for users"),
        ],
    )
};

fn purge(resource: &Resource, context: &mut Context<'_>) -> Result<Vec<Declaration>, Failure> {
    if !resource.truth("purge") {
        return Ok(Vec::new());
    }
    let name = resource.name().to_owned();
    let titles = openstack::instances(&name, context).unwrap_or_else(|| Ok(Vec::new()))?;
    let named = |title: &String| {
        context
            .peers
            .iter()
            .any(|peer| peer.type_name() == name && (peer.reference.title == *title || peer.name() == title))
    };
    let unnamed = titles.into_iter().filter(|title| !named(title));
    Ok(unnamed
        .map(|title| {
            let mut parameters = vec![("ensure".to_owned(), Value::text("absent"))];
            parameters.extend(resource.noop.map(|noop| ("noop".to_owned(), Value::Boolean(noop))));
            let level = resource.level.map(|level| ("loglevel".to_owned(), Value::text(level.to_string())));
            parameters.extend(level);
            Declaration { reference: Reference::new(&name, title), parameters, ..Declaration::default() }
        })
        .collect())
}
