//! Applies resources one by one in the order of the graph, and carries what changed to those that want to
//! know.

mod batch;
mod cycles;
mod expand;
mod failures;
mod later;
mod refresh;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog::Catalog;

use crate::build::{Roster, Vertex};
use crate::engine::{Context, Settings, Shared, Surroundings};
use crate::error::Error;
use crate::graph::Graph;
use crate::harness;
use crate::provider::Provider;
use crate::report::{Event, Level, Log, Outcome, Report, Status};
use crate::resource::Resource;

/// A run over a catalog.
pub(crate) struct Transaction<'a> {
    surroundings: Surroundings<'a>,
    settings: &'a Settings,
    shared: Shared,
    roster: Roster,
    graph: Graph,
    vertices: Vec<Vertex>,
    /// The vertex of every resource.
    places: BTreeMap<usize, usize>,
    statuses: Vec<Status>,
    /// By vertex: resources that failed before it.
    failed_before: HashMap<usize, BTreeSet<usize>>,
    /// By vertex: changes that wait for it, each with whether it was only told.
    waiting: HashMap<usize, Vec<bool>>,
    /// How many places below a resource's own are taken.
    places_below: HashMap<usize, usize>,
    told_failures: BTreeSet<usize>,
}

impl<'a> Transaction<'a> {
    /// Checks the catalog; nothing is changed.
    pub(crate) fn new(
        catalog: &Catalog,
        mut surroundings: Surroundings<'a>,
        settings: &'a Settings,
    ) -> Result<Self, Error> {
        let mut shared = Shared::default();
        let mut roster = Roster::new(catalog)?;
        for resource in &roster.resources {
            for text in &resource.warnings {
                let (level, source) = (Level::Warning, format!("/{}", resource.reference));
                surroundings.observer.log(&Log { level, source, message: text.clone() });
            }
        }
        roster.generate(&mut surroundings, settings, &mut shared)?;
        let (graph, vertices, places) = roster.graph();
        let mut transaction = Self {
            surroundings,
            settings,
            shared,
            statuses: roster.resources.iter().map(status_of).collect(),
            roster,
            graph,
            vertices,
            places,
            failed_before: HashMap::new(),
            waiting: HashMap::new(),
            places_below: HashMap::new(),
            told_failures: BTreeSet::new(),
        };
        transaction.refuse_cycles()?;
        Ok(transaction)
    }

    /// Applies everything.
    pub(crate) fn run(mut self) -> Result<Report, Error> {
        let total = self.roster.resources.iter().filter(|resource| resource.kind.is_some()).count();
        let mut place = 0;
        self.graph.start();
        while let Some(vertex) = self.graph.next() {
            if let Vertex::Resource(index) = self.vertices[vertex] {
                place += 1;
                let reference = self.roster.resources[index].reference.to_string();
                self.surroundings.observer.begin(&reference, place, total);
                self.surroundings.system.acting(&reference);
                self.expand(index)?;
            }
            self.take_turn(vertex);
            self.graph.finish(vertex);
        }
        Ok(Report { statuses: self.statuses, services: self.shared.services })
    }

    /// One vertex: skipped, or applied and then refreshed.
    fn take_turn(&mut self, vertex: usize) {
        self.note_failures_before(vertex);
        if self.is_skipped(vertex) {
            if let Vertex::Resource(index) = self.vertices[vertex] {
                self.statuses[index].skipped = true;
            }
            self.waiting.remove(&vertex);
            return;
        }
        if let Vertex::Resource(index) = self.vertices[vertex] {
            self.evaluate(index);
        }
        self.answer(vertex);
    }

    fn tell(&mut self, level: Level, index: usize, message: String) {
        let source = self.roster.resources[index].path.clone();
        self.surroundings.observer.log(&Log { level, source, message });
    }

    /// Lends a resource and its surroundings to `work`.
    fn with<T>(&mut self, index: usize, work: impl FnOnce(&mut Resource, &mut Context<'_>) -> T) -> T {
        let mut resource = std::mem::take(&mut self.roster.resources[index]);
        let mut context = Context {
            system: self.surroundings.system,
            sources: self.surroundings.sources,
            services: self.surroundings.services,
            observer: self.surroundings.observer,
            settings: self.settings,
            peers: &self.roster.resources,
            shared: &mut self.shared,
        };
        let done = work(&mut resource, &mut context);
        self.roster.resources[index] = resource;
        done
    }

    fn evaluate(&mut self, index: usize) {
        self.prepare_batch(index);
        self.look_ahead(index);
        self.take_what_was_handed_on(index);
        let mut provider = self.provider(index);
        let mut status = std::mem::take(&mut self.statuses[index]);
        let before = status.events.len();
        self.with(index, |resource, context| {
            harness::evaluate(provider.as_mut(), resource, context, &mut status);
        });
        let failed = status.failed || status.failed_to_restart;
        let events = status.events[before..].to_vec();
        self.statuses[index] = status;
        if !failed {
            self.carry(self.places[&index], &events);
        }
    }

    fn provider(&self, index: usize) -> Box<dyn Provider> {
        let kind = self.roster.resources[index].kind;
        kind.map_or_else(|| Box::new(crate::provider::Nothing) as Box<dyn Provider>, |kind| (kind.provider)())
    }

    fn take_what_was_handed_on(&mut self, index: usize) {
        let resource = &mut self.roster.resources[index];
        let reference = resource.reference.to_string();
        let mine: Vec<(String, &'static str)> =
            self.shared.handed_on.keys().filter(|(known, _)| *known == reference).cloned().collect();
        for key in mine {
            if let Some(value) = self.shared.handed_on.remove(&key) {
                // What was checked where it comes from is right here too.
                if let Err(text) = resource.set(key.1, value) {
                    resource.warnings.push(text);
                }
            }
        }
    }
}

fn status_of(resource: &Resource) -> Status {
    let place = resource.place.clone().map(|(file, line)| (file, line.unwrap_or_default()));
    Status { resource: resource.reference.to_string(), place, ..Status::default() }
}

fn event(name: &str, outcome: Outcome, message: String) -> Event {
    Event { property: None, name: name.to_owned(), outcome, message, invalidates_refreshes: false }
}

fn restarted(noop: bool) -> Event {
    let outcome = if noop { Outcome::Noop } else { Outcome::Success };
    event("restarted", outcome, String::new())
}
