//! What a resource reads of others without waiting for them, so that it belongs to its key.

use catalog::{Resource, Value};

use crate::survey::Survey;

/// What counts of another resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// All of it.
    Parameters,
    /// That it is there.
    Name,
}

/// The resources that this one reads, by position in the catalog, in its order.
pub(crate) fn peers(survey: &Survey<'_>, resource: &Resource) -> Vec<(usize, Counts)> {
    let mut found = Vec::new();
    for (position, other) in survey.catalog.resources.iter().enumerate() {
        if other.exported || other.reference == resource.reference {
            continue;
        }
        found.extend(counts(resource, other).map(|counts| (position, counts)));
    }
    found
}

fn counts(resource: &Resource, other: &Resource) -> Option<Counts> {
    let scheduled = text(resource, "schedule");
    if other.reference.type_name == "Schedule" && scheduled.is_some_and(|name| name == other.reference.title)
    {
        return Some(Counts::Parameters);
    }
    match (resource.reference.type_name.as_str(), other.reference.type_name.as_str()) {
        ("Concat_file", "Concat_fragment") => is_piece(resource, other).then_some(Counts::Parameters),
        ("Resources", _) => {
            let name = text(resource, "name").unwrap_or_else(|| resource.reference.title.clone());
            (other.reference.declared_type() == name).then_some(Counts::Name)
        }
        ("File", "File" | "Concat_file") if purges(resource) => {
            let folder = format!("{}/", path(resource).trim_end_matches('/'));
            path(other).starts_with(&folder).then_some(Counts::Name)
        }
        _ => None,
    }
}

fn is_piece(whole: &Resource, piece: &Resource) -> bool {
    let target = text(piece, "target");
    let is_target = |name: Option<String>| target.is_some() && target == name;
    let tag = text(piece, "tag");
    is_target(text(whole, "path"))
        || is_target(Some(whole.reference.title.clone()))
        || (tag.is_some() && tag == text(whole, "tag"))
}

/// Whether it removes what the catalog does not name.
fn purges(resource: &Resource) -> bool {
    text(resource, "purge").is_some_and(|purge| matches!(purge.as_str(), "true" | "yes"))
}

fn path(resource: &Resource) -> String {
    text(resource, "path").unwrap_or_else(|| resource.reference.title.clone())
}

fn text(resource: &Resource, name: &str) -> Option<String> {
    resource.parameter(name).filter(|value| **value != Value::Undef).map(Value::ruby_text)
}
