//! From a catalog to checked resources and the graph of their relationships.

use std::collections::{BTreeMap, HashMap};

use catalog::{Catalog, Reference};

use crate::engine::{Context, Settings, Shared, Surroundings};
use crate::error::Error;
use crate::graph::Graph;
use crate::native::is_container;
use crate::report::Level;
use crate::resource::{Declaration, Relation, Resource};
use crate::types;

/// What a vertex of the graph stands for, by position among the resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vertex {
    /// A resource.
    Resource(usize),
    /// The beginning of a container.
    Before(usize),
    /// The end of a container.
    Behind(usize),
    /// The end of what a resource has made when it was its turn.
    Sentinel(usize),
}

/// Resources, their containers, and the ways to find them.
#[derive(Default)]
pub(crate) struct Roster {
    pub resources: Vec<Resource>,
    /// Positions in the order of the catalog; what is generated has its place in it.
    pub order: Vec<usize>,
    pub parents: Vec<Option<usize>>,
    pub children: Vec<Vec<usize>>,
    index: HashMap<(String, String), usize>,
}

impl Roster {
    /// Checks everything in a catalog.
    pub(crate) fn new(catalog: &Catalog) -> Result<Self, Error> {
        let mut roster = Self::default();
        for declared in &catalog.resources {
            let resource = convert(declared).map_err(Error::Invalid)?;
            let place = roster.order.len();
            roster.add(resource, place, None).map_err(Error::Invalid)?;
        }
        for edge in &catalog.edges {
            roster.parents[edge.target].get_or_insert(edge.source);
            roster.children[edge.source].push(edge.target);
        }
        for index in 0..roster.resources.len() {
            roster.resources[index].path = roster.path(index);
        }
        for index in 0..roster.resources.len() {
            roster.check_relations(index).map_err(Error::Invalid)?;
        }
        Ok(roster)
    }

    /// The resource of this type and name, title or alias.
    pub(crate) fn find(&self, type_name: &str, name: &str) -> Option<usize> {
        let known = |name: &str| self.index.get(&(type_name.to_owned(), name.to_owned())).copied();
        known(name).or_else(|| {
            // A reference may write the same path in another way.
            let kind = types::find(type_name)?;
            let (_, value) =
                (kind.title)(name)?.into_iter().find(|(attribute, _)| *attribute == kind.namevar)?;
            known(&value)
        })
    }

    fn find_reference(&self, reference: &Reference) -> Option<usize> {
        self.find(&reference.declared_type(), &reference.title)
    }

    /// Adds a resource at a place in the order.
    pub(crate) fn add(
        &mut self,
        mut resource: Resource,
        place: usize,
        parent: Option<usize>,
    ) -> Result<usize, String> {
        let index = self.resources.len();
        let type_name = resource.type_name();
        let key = (type_name.clone(), resource.reference.title.clone());
        if let Some(other) = self.index.get(&key) {
            let at = self.resources[*other].located();
            let at = at.trim().trim_matches(['(', ')']);
            let at = if at.is_empty() { String::new() } else { format!(" at ({at})") };
            let (reference, located) = (&resource.reference, resource.located());
            return Err(format!(
                "Duplicate declaration: {reference} is already declared{at}; cannot redeclare{located}"
            ));
        }
        self.index.insert(key, index);
        for name in std::mem::take(&mut resource.aliases) {
            let shown = format!("{name:?}");
            self.alias(&resource, &type_name, &name, index, (&shown, &shown))?;
        }
        if resource.kind.is_some_and(|kind| kind.isomorphic) && resource.name() != resource.reference.title {
            let name = resource.name().to_owned();
            let shown = format!("{name:?}");
            self.alias(&resource, &type_name, &name, index, (&format!("[{shown}]"), &shown))?;
        }
        if type_name == "package" {
            let provider = resource.text("provider").unwrap_or("apt").to_owned();
            let (name, shown) = (resource.name(), format!("nil, {:?}, :{provider}", resource.name()));
            let key = format!("{name}\0{provider}");
            self.alias(&resource, "package", &key, index, (&format!("[{shown}]"), &shown))?;
        }
        if let Some(parent) = parent {
            resource.path = format!("{}/{}", self.resources[parent].path, resource.reference);
        }
        self.resources.push(resource);
        self.order.insert(place, index);
        self.parents.push(parent);
        self.children.push(Vec::new());
        if let Some(parent) = parent {
            self.children[parent].push(index);
        }
        Ok(index)
    }

    fn alias(
        &mut self,
        resource: &Resource,
        type_name: &str,
        name: &str,
        index: usize,
        (shown, key_shown): (&str, &str),
    ) -> Result<(), String> {
        let key = (type_name.to_owned(), name.to_owned());
        match self.index.get(&key) {
            Some(other) if *other != index => {
                let other = &self.resources[*other];
                let at = resource.located();
                let at = if at.is_empty() { at } else { format!(" at{at}") };
                let (reference, type_name) = (&resource.reference, &resource.reference.type_name);
                Err(format!(
                    "Cannot alias {reference} to {shown}{at}; resource [\"{type_name}\", {key_shown}] \
                     already declared{}",
                    other.located()
                ))
            }
            _ => {
                self.index.insert(key, index);
                Ok(())
            }
        }
    }

    fn path(&self, index: usize) -> String {
        let resource = &self.resources[index];
        let own = if resource.reference.type_name == "Class" {
            resource.reference.title.clone()
        } else {
            resource.reference.to_string()
        };
        match self.parents[index] {
            Some(parent) => format!("{}/{own}", self.path(parent)),
            None => format!("/{own}"),
        }
    }

    pub(crate) fn check_relations(&self, index: usize) -> Result<(), String> {
        let resource = &self.resources[index];
        for (relation, references) in &resource.relations {
            for reference in references {
                if self.find_reference(reference).is_none() {
                    let incoming = matches!(relation, Relation::Require | Relation::Subscribe);
                    let what = if incoming { "dependency" } else { "dependent" };
                    let (own, located) = (&resource.reference, resource.located());
                    return Err(format!("Could not find {what} {reference} for {own}{located}"));
                }
            }
        }
        Ok(())
    }

    /// Lets every resource make further ones, before anything is applied.
    pub(crate) fn generate(
        &mut self,
        surroundings: &mut Surroundings<'_>,
        settings: &Settings,
        shared: &mut Shared,
    ) -> Result<(), Error> {
        for index in 0..self.resources.len() {
            self.generate_one(index, surroundings, settings, shared)?;
        }
        Ok(())
    }

    fn generate_one(
        &mut self,
        index: usize,
        surroundings: &mut Surroundings<'_>,
        settings: &Settings,
        shared: &mut Shared,
    ) -> Result<(), Error> {
        let resource = self.resources[index].clone();
        let Some(generate) = resource.kind.and_then(|kind| kind.generate) else { return Ok(()) };
        let mut context = Context {
            system: surroundings.system,
            sources: surroundings.sources,
            services: surroundings.services,
            observer: surroundings.observer,
            settings,
            peers: &self.resources,
            shared,
        };
        let made = match generate(&resource, &mut context) {
            Ok(made) => made,
            Err(failure) => {
                let text = "Failed to generate additional resources using 'generate'";
                context.tell(Level::Err, &resource, format!("{text}: {}", failure.text));
                return Ok(());
            }
        };
        let first = resource.kind.is_some_and(|kind| kind.name == "tidy");
        let mut place = self.order.iter().position(|known| *known == index).unwrap_or_default();
        for declaration in made {
            if self.find_reference(&declaration.reference).is_some() {
                continue;
            }
            if !first {
                place += 1;
            }
            let child = self.add_generated(index, declaration, place)?;
            if first {
                place += 1;
            }
            let (source, target) = if first { (child, index) } else { (index, child) };
            let reference = self.resources[target].reference.clone();
            self.resources[source].relations.push((Relation::Before, vec![reference]));
            self.generate_one(child, surroundings, settings, shared)?;
        }
        Ok(())
    }

    /// Adds a generated resource behind its maker's container.
    pub(crate) fn add_generated(
        &mut self,
        maker: usize,
        mut declaration: Declaration,
        place: usize,
    ) -> Result<usize, Error> {
        let name = declaration.reference.declared_type();
        let kind =
            types::find(&name).ok_or_else(|| Error::Invalid(format!("Unknown resource type {name}")))?;
        declaration.tags.extend(self.resources[maker].tags.iter().cloned());
        let mut resource = Resource::new(kind, declaration).map_err(Error::Invalid)?;
        resource.generated_by = Some(maker);
        let parent = self.parents[maker];
        self.add(resource, place, parent).map_err(Error::Invalid)
    }

    /// The graph of relationships with containers replaced by anchors; and what its vertices stand for.
    pub(crate) fn graph(&self) -> (Graph, Vec<Vertex>, BTreeMap<usize, usize>) {
        let mut graph = Graph::default();
        let (mut vertices, mut places) = (Vec::new(), BTreeMap::new());
        for (priority, index) in self.order.iter().enumerate() {
            places.insert(*index, graph.add_vertex(vec![priority]));
            vertices.push(Vertex::Resource(*index));
        }
        self.add_relations(&mut graph, &places);
        self.add_automatic(&mut graph, &places);
        self.replace_containers(&mut graph, &mut vertices, &places);
        (graph, vertices, places)
    }

    fn add_relations(&self, graph: &mut Graph, places: &BTreeMap<usize, usize>) {
        for index in &self.order {
            let own = places[index];
            for (_, relation) in Relation::ALL {
                let relations = &self.resources[*index].relations;
                let wanted = relations.iter().filter(|(known, _)| *known == relation);
                for reference in wanted.flat_map(|(_, references)| references) {
                    let Some(other) = self.find_reference(reference).map(|other| places[&other]) else {
                        continue;
                    };
                    match relation {
                        Relation::Require => graph.add_edge(other, own, false),
                        Relation::Subscribe => graph.add_edge(other, own, true),
                        Relation::Before => graph.add_edge(own, other, false),
                        Relation::Notify => graph.add_edge(own, other, true),
                    }
                }
            }
        }
    }

    fn add_automatic(&self, graph: &mut Graph, places: &BTreeMap<usize, usize>) {
        for index in &self.order {
            let resource = &self.resources[*index];
            let Some(kind) = resource.kind else { continue };
            for (type_name, name) in (kind.autorequires)(resource, &self.resources) {
                let Some(other) = self.find(type_name, &name).filter(|other| other != index) else {
                    continue;
                };
                let (own, other) = (places[index], places[&other]);
                if !graph.has_edge(other, own) && !graph.has_edge(own, other) {
                    graph.add_edge(other, own, false);
                }
            }
        }
    }

    fn replace_containers(
        &self,
        graph: &mut Graph,
        vertices: &mut Vec<Vertex>,
        places: &BTreeMap<usize, usize>,
    ) {
        let is_container =
            |index: &usize| self.resources[*index].kind.is_none_or(|kind| kind.name == "stage");
        let containers: Vec<usize> = self.order.iter().copied().filter(|index| is_container(index)).collect();
        let (mut before, mut behind) = (BTreeMap::new(), BTreeMap::new());
        for container in &containers {
            let priority = graph.priority(places[container]).clone();
            before.insert(places[container], graph.add_vertex(priority.clone()));
            vertices.push(Vertex::Before(*container));
            behind.insert(places[container], graph.add_vertex(priority));
            vertices.push(Vertex::Behind(*container));
        }
        let begin = |vertex: usize| before.get(&vertex).copied().unwrap_or(vertex);
        let end = |vertex: usize| behind.get(&vertex).copied().unwrap_or(vertex);
        for container in &containers {
            let own = places[container];
            if self.children[*container].is_empty() {
                graph.add_edge(begin(own), end(own), false);
            }
            for child in &self.children[*container] {
                graph.add_edge(begin(own), begin(places[child]), true);
                graph.add_edge(end(places[child]), end(own), true);
            }
            for from in graph.dependencies(own).to_vec() {
                let edges: Vec<_> = graph.edges(from).iter().filter(|edge| edge.to == own).copied().collect();
                edges.iter().for_each(|edge| graph.add_edge(end(from), begin(own), edge.refreshes));
                graph.remove_edges(from, own);
            }
            for edge in graph.edges(own).to_vec() {
                graph.add_edge(end(own), begin(edge.to), edge.refreshes);
                graph.remove_edges(own, edge.to);
            }
        }
        for container in &containers {
            graph.remove_vertex(places[container]);
        }
    }
}

fn convert(declared: &catalog::Resource) -> Result<Resource, String> {
    let name = declared.reference.declared_type();
    let place = (declared.file.is_some() || declared.line.is_some())
        .then(|| (declared.file.clone().unwrap_or_default(), declared.line));
    let kind = if is_container(&name) { None } else { types::find(&name) };
    if let Some(kind) = kind {
        return Resource::new(
            kind,
            Declaration {
                reference: declared.reference.clone(),
                parameters: declared.parameters.clone(),
                place,
                tags: declared.tags.clone(),
                sensitive: declared.sensitive.clone(),
            },
        );
    }
    let mut container = Resource {
        reference: declared.reference.clone(),
        place,
        tags: declared.tags.iter().cloned().collect(),
        ..Resource::default()
    };
    for (name, value) in &declared.parameters {
        container.set_metaparameter(name, value)?;
    }
    Ok(container)
}
