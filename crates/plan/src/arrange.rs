//! The order of what is applied: Puppet's, in which packages may have moved ahead.
//!
//! Packages change rarest and cost most, so they come first where nothing speaks against it. What speaks
//! against it: a path from a resource of another kind, and one that prepares the package manager earlier in
//! Puppet's order. All other resources keep their order among themselves, and so do packages that move to the
//! same place.

use std::collections::BTreeMap;

use catalog::{Resource, Value};

use crate::Freedom;
use crate::survey::Survey;

/// Below these, the package manager is told what to do.
const PREPARED: [&str; 4] = ["/etc/apt/", "/etc/dpkg/", "/usr/share/keyrings/", "/etc/apt"];

/// Commands that tell it, too.
const PREPARING: [&str; 6] =
    ["apt", "apt-get", "apt-key", "add-apt-repository", "debconf-set-selections", "dpkg"];

/// Positions in the catalog, in the order of applying.
pub(crate) fn arrange(survey: &Survey<'_>, freedom: Freedom) -> Vec<usize> {
    if freedom == Freedom::Strict {
        return survey.order.clone();
    }
    let moves = |position: &usize| may_move(survey.resource(*position));
    let standing: Vec<usize> = survey.order.iter().copied().filter(|position| !moves(position)).collect();
    let rank: BTreeMap<usize, usize> = standing.iter().enumerate().map(|(rank, at)| (*at, rank)).collect();
    let slots = survey.ranks_before(&rank);
    let mut moved: Vec<Vec<usize>> = vec![Vec::new(); standing.len() + 1];
    let mut prepared = 0;
    for position in &survey.order {
        match rank.get(position) {
            Some(rank) if prepares(survey.resource(*position)) => prepared = rank + 1,
            Some(_) => {}
            None => moved[slots[position].max(prepared)].push(*position),
        }
    }
    let mut order = std::mem::take(&mut moved[0]);
    for (rank, position) in standing.into_iter().enumerate() {
        order.push(position);
        order.append(&mut moved[rank + 1]);
    }
    order
}

/// A package of the system's own package manager, from its own archive.
fn may_move(resource: &Resource) -> bool {
    let text = |name: &str| resource.parameter(name).map(Value::ruby_text).unwrap_or_default();
    resource.reference.type_name == "Package"
        && matches!(text("provider").as_str(), "" | "apt" | "dpkg" | "aptitude")
        && text("source").is_empty()
}

/// Whether it tells the package manager what to do, so that packages which come later in Puppet's order rely
/// on it even if they do not say so.
pub(crate) fn prepares(resource: &Resource) -> bool {
    let text = |name: &str| resource.parameter(name).and_then(Value::as_text);
    let title = resource.reference.title.as_str();
    match resource.reference.declared_type().as_str() {
        "apt_key" | "debconf" => true,
        "exec" => {
            let command = text("command").unwrap_or(title);
            let program = |word: &str| word.rsplit('/').next().is_some_and(|name| PREPARING.contains(&name));
            command.split(|it: char| it.is_whitespace() || ";|&()'\"".contains(it)).any(program)
        }
        "package" => false,
        _ => {
            let path = text("path").or_else(|| text("target")).unwrap_or(title);
            PREPARED
                .iter()
                .any(|known| if known.ends_with('/') { path.starts_with(known) } else { path == *known })
        }
    }
}
