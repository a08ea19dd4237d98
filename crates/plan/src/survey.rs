//! The catalog looked over: which resources do something to a root, in which order, and what reaches them.
//!
//! Containers and resources that do nothing themselves (anchors, pieces of files, schedules) are in no layer;
//! what waits for them waits for what they wait for, and events go through them.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Catalog, Resource};
use resources::Relationships;

/// Types whose resources do nothing to a root.
const INERT: [&str; 6] = ["anchor", "class", "concat_fragment", "filebucket", "schedule", "stage"];

/// What the steps of planning ask.
pub(crate) struct Survey<'a> {
    pub catalog: &'a Catalog,
    /// Positions in the catalog of what does something, in Puppet's order.
    pub order: Vec<usize>,
    relationships: &'a Relationships,
    /// By vertex: vertices before it, and whether changes come along.
    incoming: Vec<Vec<(usize, bool)>>,
    /// By position in the catalog.
    vertices: BTreeMap<usize, usize>,
}

impl<'a> Survey<'a> {
    pub(crate) fn new(catalog: &'a Catalog, relationships: &'a Relationships) -> Self {
        let mut incoming = vec![Vec::new(); relationships.vertices.len()];
        for edge in &relationships.edges {
            incoming[edge.to].push((edge.from, edge.refreshes));
        }
        let mut survey =
            Self { catalog, order: Vec::new(), relationships, incoming, vertices: BTreeMap::new() };
        for vertex in &relationships.order {
            if let Some(position) = survey.effective(*vertex) {
                survey.order.push(position);
                survey.vertices.insert(position, *vertex);
            }
        }
        survey
    }

    /// The resource at a position in the catalog.
    pub(crate) fn resource(&self, position: usize) -> &'a Resource {
        &self.catalog.resources[position]
    }

    /// The resource's type as it is declared.
    pub(crate) fn type_name(&self, position: usize) -> String {
        self.resource(position).reference.declared_type()
    }

    /// The position in the catalog of what a vertex stands for, if that does something.
    fn effective(&self, vertex: usize) -> Option<usize> {
        let position = self.relationships.vertices[vertex]?;
        let resource = self.resource(position);
        let does = !resource.exported && !INERT.contains(&resource.reference.declared_type().as_str());
        does.then_some(position)
    }

    /// For every resource: one more than the highest `rank` of what it waits for, near or far; 0 if it waits
    /// for nothing that has a rank.
    pub(crate) fn ranks_before(&self, rank: &BTreeMap<usize, usize>) -> BTreeMap<usize, usize> {
        let mut slots = vec![0; self.incoming.len()];
        for vertex in &self.relationships.order {
            let slot = |(before, _): &(usize, bool)| {
                let own = self.effective(*before).and_then(|position| rank.get(&position));
                slots[*before].max(own.map_or(0, |rank| rank + 1))
            };
            slots[*vertex] = self.incoming[*vertex].iter().map(slot).max().unwrap_or(0);
        }
        self.vertices.iter().map(|(position, vertex)| (*position, slots[*vertex])).collect()
    }

    /// Everything that one of these waits for, near or far.
    pub(crate) fn before(&self, positions: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut waiting: Vec<usize> =
            positions.into_iter().map(|position| self.vertices[&position]).collect();
        let mut seen = BTreeSet::new();
        while let Some(vertex) = waiting.pop() {
            let before = self.incoming[vertex].iter().map(|(before, _)| *before);
            waiting.extend(before.filter(|before| seen.insert(*before)));
        }
        seen.into_iter().filter_map(|vertex| self.effective(vertex)).collect()
    }

    /// Resources by whose changes this one is refreshed, directly or through containers and anchors.
    pub(crate) fn refreshers(&self, position: usize) -> BTreeSet<usize> {
        let (mut waiting, mut seen) = (vec![self.vertices[&position]], BTreeSet::new());
        let mut found = BTreeSet::new();
        while let Some(vertex) = waiting.pop() {
            for (before, refreshes) in &self.incoming[vertex] {
                if !refreshes || !seen.insert(*before) {
                    continue;
                }
                match self.effective(*before) {
                    Some(position) => drop(found.insert(position)),
                    None => waiting.push(*before),
                }
            }
        }
        found
    }
}
