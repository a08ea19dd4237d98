//! Applies resources one by one in the order of the graph, and carries what changed to those that want to
//! know.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog::Catalog;

use crate::build::{Roster, Vertex};
use crate::engine::{Context, Settings, Shared, Surroundings};
use crate::error::{Error, Failure};
use crate::graph::Graph;
use crate::harness;
use crate::provider::Provider;
use crate::report::{Event, Level, Log, Outcome, Report, Status};
use crate::resource::{Declaration, Resource};

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

    fn refuse_cycles(&mut self) -> Result<(), Error> {
        let mut cycles = self.graph.cycles();
        if cycles.is_empty() {
            return Ok(());
        }
        for cycle in &mut cycles {
            cycle.sort_by_key(|vertex| self.sort_name(*vertex));
        }
        cycles.sort_by_key(|cycle| cycle.iter().map(|vertex| self.sort_name(*vertex)).collect::<Vec<_>>());
        let way = |cycle: &Vec<usize>| {
            let names: Vec<String> =
                self.graph.path_round(cycle).iter().map(|vertex| self.name(*vertex)).collect();
            format!("({})", names.join(" => "))
        };
        let paths: Vec<String> = cycles.iter().map(way).collect();
        let many = if paths.len() == 1 { "" } else { "s" };
        let mut text = format!("Found {} dependency cycle{many}:\n", paths.len());
        paths.iter().for_each(|path| text.push_str(&format!("{path}\\n")));
        text.push_str(
            "Try the '--graph' option and opening the resulting '.dot' file in OmniGraffle or GraphViz",
        );
        let log = Log { level: Level::Err, source: "Puppet".into(), message: text };
        self.surroundings.observer.log(&log);
        Err(Error::Cycle { paths })
    }

    fn name(&self, vertex: usize) -> String {
        let index = match self.vertices[vertex] {
            Vertex::Resource(index) | Vertex::Before(index) | Vertex::Behind(index) => index,
            Vertex::Sentinel(index) => return self.roster.resources[index].reference.title.clone(),
        };
        self.roster.resources[index].reference.to_string()
    }

    /// Puppet's name for a vertex among others: the ends of containers are resources of a type `whit` to it.
    fn sort_name(&self, vertex: usize) -> String {
        let name = self.name(vertex);
        match self.vertices[vertex] {
            Vertex::Resource(_) => name,
            Vertex::Before(_) => format!("Whit[admissible_{name}]"),
            Vertex::Behind(_) | Vertex::Sentinel(_) => format!("Whit[completed_{name}]"),
        }
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

    fn note_failures_before(&mut self, vertex: usize) {
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

    fn is_skipped(&mut self, vertex: usize) -> bool {
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

    /// Hands events to whoever subscribes to the vertex.
    fn carry(&mut self, vertex: usize, events: &[Event]) {
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
    fn answer(&mut self, vertex: usize) {
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

    /// Lets a resource make further ones when it is its turn.
    fn expand(&mut self, index: usize) -> Result<(), Error> {
        let mut provider = self.provider(index);
        let made = self.with(index, |resource, context| {
            provider.expand(resource, context).unwrap_or_else(|failure| {
                let text = "Failed to generate additional resources using 'eval_generate'";
                context.tell(Level::Err, resource, format!("{text}: {}", failure.text));
                Vec::new()
            })
        });
        if made.is_empty() {
            return Ok(());
        }
        let vertex = self.places[&index];
        let mut children = Vec::new();
        for declaration in made {
            children.push(self.child(index, declaration)?);
        }
        let priority = self.priority_below(vertex);
        let sentinel = self.graph.add_vertex(priority);
        self.vertices.push(Vertex::Sentinel(index));
        for edge in self.graph.edges(vertex).to_vec() {
            if !children.contains(&edge.to) {
                self.graph.add_edge(sentinel, edge.to, edge.refreshes);
                self.graph.remove_edges(vertex, edge.to);
            }
        }
        for child in &children {
            self.add_edge_unless_reversed(*child, sentinel, true);
        }
        self.add_edge_unless_reversed(vertex, sentinel, true);
        for child in &children {
            let above = self.nearest_made(*child, &children).unwrap_or(vertex);
            self.add_edge_unless_reversed(above, *child, false);
        }
        Ok(())
    }

    fn child(&mut self, maker: usize, declaration: Declaration) -> Result<usize, Error> {
        let vertex = self.places[&maker];
        let priority = self.priority_below(vertex);
        let reference = &declaration.reference;
        if let Some(known) = self.roster.find(&reference.declared_type(), &reference.title) {
            let place = self.places[&known];
            self.graph.move_vertex(place, priority);
            return Ok(place);
        }
        let place = self.roster.order.len();
        let index = self.roster.add_generated(maker, declaration, place)?;
        self.statuses.push(status_of(&self.roster.resources[index]));
        let place = self.graph.add_vertex(priority);
        self.vertices.push(Vertex::Resource(index));
        self.places.insert(index, place);
        Ok(place)
    }

    fn priority_below(&mut self, vertex: usize) -> Vec<usize> {
        let count = self.places_below.entry(vertex).or_default();
        *count += 1;
        [self.graph.priority(vertex).as_slice(), &[*count]].concat()
    }

    fn add_edge_unless_reversed(&mut self, from: usize, to: usize, refreshes: bool) {
        if !self.graph.has_edge(to, from) {
            self.graph.add_edge(from, to, refreshes);
        }
    }

    /// Of files made together, the one that lies nearest above.
    fn nearest_made(&self, child: usize, made: &[usize]) -> Option<usize> {
        let name = |vertex: usize| match self.vertices[vertex] {
            Vertex::Resource(index) => Some(self.roster.resources[index].name()),
            _ => None,
        };
        let own = name(child)?;
        let above = |other: &&usize| {
            name(**other).is_some_and(|other| own.starts_with(&format!("{}/", other.trim_end_matches('/'))))
        };
        made.iter().filter(above).max_by_key(|other| name(**other).map(str::len)).copied()
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

    /// Before the first package is installed: which others wait for nothing but packages?
    fn prepare_batch(&mut self, index: usize) {
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

    fn is_tagged_away(&self, resource: &Resource) -> bool {
        let tagged = |tags: &[String]| tags.iter().any(|tag| resource.tags.contains(tag));
        tagged(&self.settings.skip_tags) || (!self.settings.tags.is_empty() && !tagged(&self.settings.tags))
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
