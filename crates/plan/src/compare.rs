//! Why a layer is not the one that is known: two plans side by side, and the first field that differs.

use serde::Serialize;
use serde_json::Value as Json;

use crate::key::{KeyedResource, LayerKey};
use crate::layer::Origin;
use crate::{Layer, Plan};

/// What became of a layer between two plans.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is the same.
    Same,
    /// Nothing in it differs, but it stands on a layer that does.
    Below(String),
    /// This differs, before anything else.
    Differs(Box<Difference>),
    /// There was no such layer.
    New,
    /// There is no such layer any more.
    Gone,
}

/// The first field that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The field of the key, as a path: `settings.network`, `resources[File[/x]].parameters.mode`.
    pub field: String,
    /// The resource that it is about.
    pub resource: Option<String>,
    /// The parameter, or the name from outside.
    pub parameter: Option<String>,
    /// The old value; nothing if there was none.
    pub before: Option<Json>,
    /// The new one; nothing if there is none.
    pub now: Option<Json>,
    /// Where the resource is declared now. Which line of Hiera's data gave the value is not known here;
    /// whoever knows puts that in its place.
    pub origin: Option<Origin>,
}

/// For every layer of `now`, and then for those that only `before` had: its name and what became of it.
/// Layers are the same if they have the same name.
pub fn compare(before: &Plan, now: &Plan) -> Vec<(String, Change)> {
    let mut changes = Vec::new();
    let mut first_changed = (before.base != now.base).then(|| "base".to_owned());
    for layer in &now.layers {
        let change = match before.layers.iter().find(|known| known.name == layer.name) {
            None => Change::New,
            Some(known) if known.digest == layer.digest => Change::Same,
            Some(known) => match difference(&known.key, layer) {
                Some(difference) => Change::Differs(Box::new(difference)),
                None => Change::Below(first_changed.clone().unwrap_or_else(|| "base".to_owned())),
            },
        };
        if change != Change::Same && first_changed.is_none() {
            first_changed = Some(layer.name.clone());
        }
        changes.push((layer.name.clone(), change));
    }
    let gone = before.layers.iter().filter(|known| now.layers.iter().all(|layer| layer.name != known.name));
    changes.extend(gone.map(|layer| (layer.name.clone(), Change::Gone)));
    changes
}

/// The first field that differs, the parent aside.
fn difference(before: &LayerKey, now: &Layer) -> Option<Difference> {
    let key = &now.key;
    let plain = |field: &str, before: Json, now: Json| {
        let (deeper, before, now) = deepest(before, now)?;
        Some(field_differs(&format!("{field}{deeper}"), before, now))
    };
    plain("version", json(&before.version), json(&key.version))
        .or_else(|| plain("applier", json(&before.applier), json(&key.applier)))
        .or_else(|| plain("settings", json(&before.settings), json(&key.settings)))
        .or_else(|| plain("archive", json(&before.archive), json(&key.archive)))
        .or_else(|| of_resources(&before.resources, now))
        .or_else(|| plain("events_in", json(&before.events_in), json(&key.events_in)))
}

fn of_resources(before: &[KeyedResource], now: &Layer) -> Option<Difference> {
    let resources = &now.key.resources;
    let about = |resource: &str, difference: Difference| Difference {
        resource: Some(resource.to_owned()),
        origin: now.origins.get(resource).cloned(),
        ..difference
    };
    for keyed in resources {
        let place = format!("resources[{}]", keyed.resource);
        match before.iter().find(|known| known.resource == keyed.resource) {
            None => return Some(about(&keyed.resource, field_differs(&place, None, Some(json(&"here"))))),
            Some(known) if known == keyed => {}
            Some(known) => {
                let (deeper, old, new) = deepest(json(known), json(keyed))?;
                let mut difference =
                    about(&keyed.resource, field_differs(&format!("{place}{deeper}"), old, new));
                difference.parameter = deeper.splitn(3, '.').nth(2).map(str::to_owned);
                return Some(difference);
            }
        }
    }
    let is_gone = |known: &&KeyedResource| resources.iter().all(|keyed| keyed.resource != known.resource);
    if let Some(known) = before.iter().find(is_gone) {
        let place = format!("resources[{}]", known.resource);
        return Some(about(&known.resource, field_differs(&place, Some(json(&"here")), None)));
    }
    let (old, new) = before.iter().zip(resources).find(|(old, new)| old.resource != new.resource)?;
    let field = "resources, their order";
    Some(about(&new.resource, field_differs(field, Some(json(&old.resource)), Some(json(&new.resource)))))
}

fn field_differs(field: &str, before: Option<Json>, now: Option<Json>) -> Difference {
    Difference { field: field.to_owned(), resource: None, parameter: None, before, now, origin: None }
}

/// The path of maps' keys to the first value that differs, one level below a map of maps at most: a value
/// that is itself a map is a value. Lists differ as a whole.
fn deepest(before: Json, now: Json) -> Option<(String, Option<Json>, Option<Json>)> {
    descend(before, now, 2)
}

fn descend(before: Json, now: Json, levels: u32) -> Option<(String, Option<Json>, Option<Json>)> {
    if before == now {
        return None;
    }
    let (Json::Object(old), Json::Object(new), true) = (&before, &now, levels > 0) else {
        return Some((String::new(), present(before), present(now)));
    };
    let names = new.keys().chain(old.keys().filter(|name| !new.contains_key(*name)));
    for name in names {
        let (old, new) = (old.get(name).cloned(), new.get(name).cloned());
        let found = match (old, new) {
            (Some(old), Some(new)) => descend(old, new, levels - 1),
            // One side has none of these at all: which is the first?
            (None, Some(Json::Object(new))) if levels > 1 => {
                descend(Json::Object(Default::default()), Json::Object(new), 1)
            }
            (Some(Json::Object(old)), None) if levels > 1 => {
                descend(Json::Object(old), Json::Object(Default::default()), 1)
            }
            (old, new) => Some((String::new(), old, new)),
        };
        if let Some((deeper, old, new)) = found {
            return Some((format!(".{name}{deeper}"), old, new));
        }
    }
    None
}

fn present(value: Json) -> Option<Json> {
    (!value.is_null()).then_some(value)
}

fn json(value: &impl Serialize) -> Json {
    serde_json::to_value(value).expect("a key is plain data")
}
