//! What is left out: resources by tag and by schedule, and whatever waits for something that failed.

use std::collections::BTreeSet;

use super::Transaction;
use crate::build::Vertex;
use crate::report::Level;
use crate::resource::Resource;

impl Transaction<'_> {
    pub(super) fn note_failures_before(&mut self, vertex: usize) {
        let mut failed = BTreeSet::new();
        for before in self.graph.dependencies(vertex) {
            if let Some(earlier) = self.failed_before.get(before) {
                failed.extend(earlier.iter().copied());
            }
            if let Vertex::Resource(index) = self.vertices[*before]
                && (self.statuses[index].failed || self.statuses[index].failed_to_restart)
            {
                failed.insert(index);
            }
        }
        if let Vertex::Resource(index) = self.vertices[vertex] {
            let name = |failed: &usize| self.roster.resources[*failed].reference.to_string();
            self.statuses[index].failed_dependencies = failed.iter().map(name).collect();
        }
        if !failed.is_empty() {
            self.failed_before.insert(vertex, failed);
        }
    }

    /// Whether a vertex is left out; tells why.
    pub(super) fn is_skipped(&mut self, vertex: usize) -> bool {
        let (Vertex::Resource(index)
        | Vertex::Before(index)
        | Vertex::Behind(index)
        | Vertex::Sentinel(index)) = self.vertices[vertex];
        let resource = &self.roster.resources[index];
        let tagged = |tags: &[String]| tags.iter().any(|tag| resource.tags.contains(tag));
        if tagged(&self.settings.skip_tags)
            || (!self.settings.tags.is_empty() && !tagged(&self.settings.tags))
        {
            return true;
        }
        let is_resource = matches!(self.vertices[vertex], Vertex::Resource(_));
        if is_resource && self.is_out_of_schedule(index) {
            return true;
        }
        let Some(failed) = self.failed_before.get(&vertex) else { return false };
        if is_resource {
            let failed: Vec<usize> = failed.iter().copied().collect();
            for before in failed {
                if self.told_failures.insert(before) {
                    let name = self.roster.resources[before].reference.to_string();
                    let failed = self.statuses[before].failed;
                    self.tell(Level::Notice, index, format!("Dependency {name} has failures: {failed}"));
                }
            }
            self.tell(Level::Warning, index, "Skipping because of failed dependencies".to_owned());
        }
        true
    }

    /// A build has no earlier runs and no time of day: of a schedule only `never` counts.
    fn is_out_of_schedule(&self, index: usize) -> bool {
        let Some(name) = &self.roster.resources[index].schedule else { return false };
        let period = match self.roster.find("schedule", name) {
            Some(schedule) => self.roster.resources[schedule].text("period").map(str::to_owned),
            None => (name == "never").then(|| name.clone()),
        };
        period.as_deref() == Some("never")
    }

    /// Whether the run's tags leave a resource out.
    pub(super) fn is_tagged_away(&self, resource: &Resource) -> bool {
        let tagged = |tags: &[String]| tags.iter().any(|tag| resource.tags.contains(tag));
        tagged(&self.settings.skip_tags) || (!self.settings.tags.is_empty() && !tagged(&self.settings.tags))
    }
}
