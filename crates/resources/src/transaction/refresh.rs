//! Carries what changed along the edges to those that want to know, and refreshes them.

use super::{Transaction, event, restarted};
use crate::build::Vertex;
use crate::error::Failure;
use crate::report::{Event, Level, Log, Outcome};

impl Transaction<'_> {
    /// Hands events to whoever subscribes to the vertex.
    pub(super) fn carry(&mut self, vertex: usize, events: &[Event]) {
        let mut names: Vec<&str> = Vec::new();
        for event in events {
            if !names.contains(&event.name.as_str()) {
                names.push(&event.name);
            }
        }
        let edges = self.graph.edges(vertex).to_vec();
        for name in names {
            let noops: Vec<bool> = events
                .iter()
                .filter(|event| event.name == name)
                .map(|event| event.outcome == Outcome::Noop)
                .collect();
            for edge in edges.iter().filter(|edge| edge.refreshes) {
                if self.hears(edge.to) {
                    self.waiting.entry(edge.to).or_default().extend(&noops);
                }
            }
            if let Vertex::Resource(index) = self.vertices[vertex]
                && self.refreshes_itself(index)
            {
                self.waiting.entry(vertex).or_default().push(noops[0]);
            }
        }
        if events.iter().any(|event| event.invalidates_refreshes) {
            self.waiting.remove(&vertex);
        }
    }

    fn hears(&self, vertex: usize) -> bool {
        match self.vertices[vertex] {
            Vertex::Resource(index) => self.roster.resources[index].kind.is_some_and(|kind| kind.refreshes),
            _ => true,
        }
    }

    fn refreshes_itself(&self, index: usize) -> bool {
        let resource = &self.roster.resources[index];
        resource.kind.is_some_and(|kind| kind.name == "mount")
            && !resource.should("ensure").is_some_and(|ensure| ensure.is("absent"))
    }

    /// Refreshes a vertex if changes wait for it.
    pub(super) fn answer(&mut self, vertex: usize) {
        let Some(waiting) = self.waiting.remove(&vertex).filter(|waiting| !waiting.is_empty()) else {
            return;
        };
        let Vertex::Resource(index) = self.vertices[vertex] else {
            let only_told = waiting.iter().all(|noop| *noop) || self.settings.noop;
            if only_told {
                let (count, source) = (waiting.len(), self.name(vertex));
                let many = if count == 1 { "" } else { "s" };
                let message = format!("Would have triggered 'refresh' from {count} event{many}");
                self.surroundings.observer.log(&Log { level: Level::Notice, source, message });
            }
            self.carry(vertex, &[restarted(only_told)]);
            return;
        };
        let count = waiting.len();
        let many = if count == 1 { "" } else { "s" };
        let noop = self.roster.resources[index].noop.unwrap_or(self.settings.noop);
        if noop || waiting.iter().all(|noop| *noop) {
            let text = format!("Would have triggered 'refresh' from {count} event{many}");
            let level = self.roster.resources[index].level();
            self.tell(level, index, text);
            self.carry(vertex, &[restarted(true)]);
            return;
        }
        let mut provider = self.provider(index);
        let done = self.with(index, |resource, context| provider.refresh(resource, context));
        match done {
            Ok(()) => {
                let text = format!("Triggered 'refresh' from {count} event{many}");
                self.tell(Level::Notice, index, text.clone());
                self.statuses[index].add(event("refresh", Outcome::Success, text));
                self.carry(vertex, &[restarted(false)]);
                self.statuses[index].restarted = true;
            }
            Err(Failure { text: detail, .. }) => {
                let text = format!("Failed to call refresh: {detail}");
                self.tell(Level::Err, index, text.clone());
                self.statuses[index].failed_to_restart = true;
                self.statuses[index].add(event("resource_error", Outcome::Failure, text));
                self.tell(Level::Err, index, detail);
            }
        }
    }
}
