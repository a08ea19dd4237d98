//! Resources that are made by another when it is its turn, and their places in the graph.

use super::{Transaction, status_of};
use crate::build::Vertex;
use crate::error::Error;
use crate::report::Level;
use crate::resource::Declaration;

impl Transaction<'_> {
    /// Lets a resource make further ones when it is its turn.
    pub(super) fn expand(&mut self, index: usize) -> Result<(), Error> {
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
}
