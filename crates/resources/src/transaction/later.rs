//! What comes after a service: only that can tell whether the service has to run while the catalog is applied.

use std::collections::{BTreeSet, HashSet};

use super::Transaction;
use crate::build::Vertex;

impl Transaction<'_> {
    /// Notes the types of all resources that wait for a service, straight or by way of others.
    pub(super) fn look_ahead(&mut self, index: usize) {
        self.shared.later.clear();
        if self.roster.resources[index].kind.is_none_or(|kind| kind.name != "service") {
            return;
        }
        let (mut types, mut seen) = (BTreeSet::new(), HashSet::new());
        let mut next = vec![self.places[&index]];
        while let Some(vertex) = next.pop() {
            for edge in self.graph.edges(vertex) {
                if !seen.insert(edge.to) {
                    continue;
                }
                next.push(edge.to);
                if let Vertex::Resource(later) = self.vertices[edge.to] {
                    types.extend(self.roster.resources[later].kind.map(|kind| kind.name));
                }
            }
        }
        self.shared.later = types;
    }
}
