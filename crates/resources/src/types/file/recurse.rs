//! `recurse`: a directory's files as resources of their own.

use catalog::{Reference, Value};

use super::source::{self, Walk};
use crate::engine::Context;
use crate::error::Failure;
use crate::report::Level;
use crate::resource::{Declaration, Resource};

/// So many entries without `max_files` are worth a warning.
const SOFT_LIMIT: usize = 1000;

/// What a child does not take over from the directory.
const OWN: [&str; 9] =
    ["parent", "ensure", "recurse", "recurselimit", "max_files", "target", "alias", "source", "path"];

/// Children of a directory, sorted by path.
pub(super) fn children(resource: &Resource, context: &mut Context<'_>) -> Result<Vec<Declaration>, Failure> {
    let remote_only = resource.should("recurse").is_some_and(|recurse| recurse.is("remote"));
    let ignore: Vec<String> =
        resource.should("ignore").into_iter().flat_map(Value::elements).map(Value::ruby_text).collect();
    let walk = Walk {
        follow: resource.text("links") == Some("follow"),
        limit: resource.should("recurselimit").and_then(|limit| limit.ruby_text().parse().ok()),
        ignore: &ignore,
    };
    let mut children: Vec<(String, Declaration)> = Vec::new();
    if !remote_only {
        for name in source::list_path(resource.name(), &walk, context.system).unwrap_or_default() {
            children.push((name.clone(), child(resource, &name)));
        }
        check_count(resource, resource.name(), children.len(), context)?;
    }
    if let Some(target) = resource.text("target").map(str::to_owned) {
        add_links(resource, &target, &walk, context, &mut children)?;
    } else if resource.should("source").is_some() {
        add_sources(resource, &walk, context, &mut children)?;
    }
    if resource.truth("purge") {
        for (_, child) in &mut children {
            if !child.parameters.iter().any(|(name, _)| name == "source") {
                child.parameters.push(("ensure".into(), Value::text("absent")));
            }
        }
    }
    children.sort_by(|one, other| one.1.reference.title.cmp(&other.1.reference.title));
    let children = children.into_iter().map(|(_, child)| child);
    Ok(children.filter(|child| !is_managed(resource, &child.reference.title, context)).collect())
}

/// Whether the catalog has a resource for the path or something above it, below the directory.
fn is_managed(resource: &Resource, path: &str, context: &Context<'_>) -> bool {
    let below = |path: &str, above: &str| {
        path == above || path.starts_with(&format!("{}/", above.trim_end_matches('/')))
    };
    let files = context.peers.iter().filter(|peer| peer.kind.is_some_and(|kind| kind.name == "file"));
    files
        .map(Resource::name)
        .any(|other| other != resource.name() && below(other, resource.name()) && below(path, other))
}

fn child(resource: &Resource, name: &str) -> Declaration {
    let path = system::join(resource.name(), name);
    let mut parameters: Vec<(String, Value)> = resource
        .original
        .iter()
        .filter(|(name, value)| !OWN.contains(&name.as_str()) && *value != Value::Undef)
        .cloned()
        .collect();
    parameters.push(("path".into(), Value::text(path.as_str())));
    Declaration { reference: Reference::new("File", path), parameters, ..Declaration::default() }
}

fn find_or_add<'a>(
    children: &'a mut Vec<(String, Declaration)>,
    resource: &Resource,
    name: &str,
) -> &'a mut Declaration {
    let place = children.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
        children.push((name.to_owned(), child(resource, name)));
        children.len() - 1
    });
    &mut children[place].1
}

fn add_links(
    resource: &Resource,
    target: &str,
    walk: &Walk<'_>,
    context: &Context<'_>,
    children: &mut Vec<(String, Declaration)>,
) -> Result<(), Failure> {
    for name in source::list_path(target, walk, context.system).unwrap_or_default() {
        let full = system::join(target, &name);
        let directory =
            context.system.metadata(&full, walk.follow).is_ok_and(|it| it.kind == system::Kind::Directory);
        let child = find_or_add(children, resource, &name);
        if directory {
            child.parameters.push(("ensure".into(), Value::text("directory")));
        } else {
            child.parameters.push(("ensure".into(), Value::text("link")));
            child.parameters.push(("target".into(), Value::text(full)));
        }
    }
    Ok(())
}

fn add_sources(
    resource: &Resource,
    walk: &Walk<'_>,
    context: &mut Context<'_>,
    children: &mut Vec<(String, Declaration)>,
) -> Result<(), Failure> {
    let all = resource.text("sourceselect") == Some("all");
    let sources: Vec<String> =
        resource.should("source").into_iter().flat_map(Value::elements).map(Value::ruby_text).collect();
    let mut seen = Vec::new();
    for uri in sources {
        let Some(found) = source::find(&uri, walk.follow, context)? else { continue };
        if found.kind != system::Kind::Directory {
            return Ok(());
        }
        let names = source::list(&uri, walk, context)?.unwrap_or_default();
        check_count(resource, &uri, names.len(), context)?;
        for name in names {
            if seen.contains(&name) {
                continue;
            }
            let child = find_or_add(children, resource, &name);
            child.parameters.push(("source".into(), Value::text(format!("{uri}/{name}"))));
            seen.push(name);
        }
        if !all {
            break;
        }
    }
    Ok(())
}

fn check_count(
    resource: &Resource,
    path: &str,
    count: usize,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let limit: i64 =
        resource.should("max_files").and_then(|it| it.ruby_text().parse().ok()).unwrap_or_default();
    let advice = "The limit may be increased, but be aware that large number of file resources can result in \
                  excessive resource consumption and degraded performance. Consider using an alternate method to \
                  manage large directory trees";
    if limit > 0 && count as i64 > limit {
        return Err(Failure::new(format!(
            "The directory '{path}' contains {count} entries, which exceeds the limit of {limit} specified by the \
             max_files parameter for this resource. {advice}"
        )));
    }
    if limit == 0 && count > SOFT_LIMIT {
        context.tell_all(
            Level::Warning,
            format!(
                "The directory '{path}' contains {count} entries, which exceeds the default soft limit \
                 {SOFT_LIMIT} and may cause excessive resource consumption and degraded performance. To remove \
                 this warning set a value for `max_files` parameter or consider using an alternate method to \
                 manage large directory trees"
            ),
        );
    }
    Ok(())
}
