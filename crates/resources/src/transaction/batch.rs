//! Packages that wait for nothing but each other, to be installed by one run of the package manager.

use std::collections::HashMap;

use super::Transaction;
use crate::build::Vertex;
use crate::resource::Resource;

impl Transaction<'_> {
    /// Before the first package is installed: which others wait for nothing but packages?
    pub(super) fn prepare_batch(&mut self, index: usize) {
        self.shared.batch.clear();
        let is_package = |resource: &Resource| resource.kind.is_some_and(|kind| kind.name == "package");
        if !self.settings.batch_packages || !is_package(&self.roster.resources[index]) {
            return;
        }
        let mut free: HashMap<usize, bool> = HashMap::new();
        for (other, place) in &self.places {
            let resource = &self.roster.resources[*other];
            let batchable = is_package(resource) && crate::types::package::may_be_batched(resource);
            let allowed = resource.noop.unwrap_or(self.settings.noop) == self.settings.noop
                && resource.schedule.is_none();
            if *other != index
                && batchable
                && allowed
                && !self.graph.is_done(*place)
                && !self.is_tagged_away(resource)
                && self.waits_for_packages_only(*place, self.places[&index], &mut free)
            {
                self.shared.batch.push(resource.name().to_owned());
            }
        }
    }

    fn waits_for_packages_only(
        &self,
        vertex: usize,
        at_work: usize,
        free: &mut HashMap<usize, bool>,
    ) -> bool {
        if let Some(known) = free.get(&vertex) {
            return *known;
        }
        // The graph has no cycles, so this ends; the entry keeps equal ways from being walked twice.
        let passes = |before: &usize| {
            *before == at_work
                || self.graph.is_done(*before)
                || match self.vertices[*before] {
                    Vertex::Resource(index) => {
                        let resource = &self.roster.resources[index];
                        resource.kind.is_some_and(|kind| kind.name == "package" || kind.name == "anchor")
                    }
                    _ => true,
                }
        };
        let dependencies = self.graph.dependencies(vertex).to_vec();
        let is_free = dependencies.iter().all(passes)
            && dependencies.iter().all(|before| {
                *before == at_work
                    || self.graph.is_done(*before)
                    || self.waits_for_packages_only(*before, at_work, free)
            });
        free.insert(vertex, is_free);
        is_free
    }
}
