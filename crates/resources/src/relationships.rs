//! What comes before what in a catalog, for those who plan rather than apply.

use std::borrow::Cow;

use catalog::Catalog;

use crate::build::{Roster, Vertex};
use crate::error::Error;
use crate::graph::Graph;
use crate::native::{is_container, is_native};
use crate::resource::{Declaration, Relation, Resource};
use crate::types;

/// Everything that orders a catalog: relationships, containment, and what types require by themselves. What
/// resources generate when they are applied is not in it, nor what types that only Ruby knows require.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relationships {
    /// What each vertex stands for, as a position in [`Catalog::resources`]; nothing for the beginnings and
    /// ends of containers. A resource has one vertex that stands for it, and containers none.
    pub vertices: Vec<Option<usize>>,
    /// Edges between vertices. There are no cycles.
    pub edges: Vec<Relationship>,
    /// All vertices in the order in which Puppet takes them: dependencies first, then the order of the
    /// catalog.
    pub order: Vec<usize>,
}

/// One vertex comes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// The earlier vertex.
    pub from: usize,
    /// The later vertex.
    pub to: usize,
    /// Whether the later one is refreshed when the earlier one changes or is refreshed.
    pub refreshes: bool,
}

/// Orders a catalog without applying it; resources need not be native. Errors: a resource that its type
/// refuses, a relationship that leads nowhere, a cycle.
pub fn relationships(catalog: &Catalog) -> Result<Relationships, Error> {
    let catalog = &without_what_is_refused(catalog);
    let roster = Roster::new(catalog)?;
    let (mut graph, vertices, _) = roster.graph();
    refuse_cycles(&roster, &graph, &vertices)?;
    // A type that only Ruby knows is a container without contents to the roster.
    let is_unknown = |index: usize| {
        let declared = &catalog.resources[index];
        roster.resources[index].kind.is_none()
            && !declared.defined
            && !is_container(&declared.reference.declared_type())
            && roster.children[index].is_empty()
    };
    let stands_for = |vertex: &Vertex| match vertex {
        Vertex::Resource(index) if roster.resources[*index].kind.is_some_and(|kind| kind.name != "stage") => {
            Some(*index)
        }
        Vertex::Before(index) if is_unknown(*index) => Some(*index),
        _ => None,
    };
    let hears = |vertex: usize| match vertices[vertex] {
        Vertex::Resource(index) => roster.resources[index].kind.is_some_and(|kind| kind.refreshes),
        _ => true,
    };
    let mut edges = Vec::new();
    for from in 0..vertices.len() {
        for edge in graph.edges(from) {
            // What an unknown resource does is told at its end.
            let through = matches!((vertices[from], vertices[edge.to]),
                (Vertex::Before(one), Vertex::Behind(other)) if one == other && is_unknown(one));
            let refreshes = through || (edge.refreshes && hears(edge.to));
            edges.push(Relationship { from, to: edge.to, refreshes });
        }
    }
    let mut order = Vec::with_capacity(vertices.len());
    graph.start();
    while let Some(vertex) = graph.next() {
        order.push(vertex);
        graph.finish(vertex);
    }
    Ok(Relationships { vertices: vertices.iter().map(stands_for).collect(), edges, order })
}

/// Real Puppet's types take more than ours. Of a resource that is its to apply and that our type refuses,
/// only the relationships are left.
fn without_what_is_refused(catalog: &Catalog) -> Cow<'_, Catalog> {
    let is_refused = |resource: &catalog::Resource| {
        let Some(kind) = types::find(&resource.reference.declared_type()) else { return false };
        let (reference, parameters) = (resource.reference.clone(), resource.parameters.clone());
        let declaration = Declaration { reference, parameters, ..Declaration::default() };
        is_native(resource).is_err() && Resource::new(kind, declaration).is_err()
    };
    let refused: Vec<usize> =
        (0..catalog.resources.len()).filter(|index| is_refused(&catalog.resources[*index])).collect();
    if refused.is_empty() {
        return Cow::Borrowed(catalog);
    }
    let mut catalog = catalog.clone();
    for index in refused {
        let is_relation = |name: &str| Relation::ALL.iter().any(|(known, _)| *known == name);
        catalog.resources[index].parameters.retain(|(name, _)| is_relation(name) || name == "alias");
    }
    Cow::Owned(catalog)
}

fn refuse_cycles(roster: &Roster, graph: &Graph, vertices: &[Vertex]) -> Result<(), Error> {
    let name = |vertex: &usize| {
        let (Vertex::Resource(index)
        | Vertex::Before(index)
        | Vertex::Behind(index)
        | Vertex::Sentinel(index)) = vertices[*vertex];
        roster.resources[index].reference.to_string()
    };
    let mut cycles = graph.cycles();
    if cycles.is_empty() {
        return Ok(());
    }
    let way = |cycle: &mut Vec<usize>| {
        cycle.sort_by_key(|vertex| (name(vertex), *vertex));
        let mut names: Vec<String> = graph.path_round(cycle).iter().map(name).collect();
        // A container's beginning and end have one name.
        names.dedup();
        format!("({})", names.join(" => "))
    };
    let mut paths: Vec<String> = cycles.iter_mut().map(way).collect();
    paths.sort();
    Err(Error::Cycle { paths })
}
