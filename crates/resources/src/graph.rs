//! What comes before what: resources, and two anchors for every container, one before its contents and one
//! behind. A traversal takes, of everything that waits for nothing, what stands first in the catalog.

use std::collections::{BTreeMap, HashSet};

/// A place in the order of the catalog. What a resource generates late gets places below its own.
pub type Priority = Vec<usize>;

/// An edge and whether changes go along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The vertex at the other end.
    pub to: usize,
    /// Whether the vertex at the end is refreshed by what changes at its beginning.
    pub refreshes: bool,
}

/// Vertices by number; who makes them knows what they stand for.
#[derive(Default)]
pub struct Graph {
    outgoing: Vec<Vec<Edge>>,
    incoming: Vec<Vec<usize>>,
    pairs: HashSet<(usize, usize)>,
    priorities: Vec<Priority>,
    removed: HashSet<usize>,
    ready: BTreeMap<(Priority, usize), usize>,
    done: HashSet<usize>,
    started: bool,
}

impl Graph {
    /// Adds a vertex.
    pub fn add_vertex(&mut self, priority: Priority) -> usize {
        self.outgoing.push(Vec::new());
        self.incoming.push(Vec::new());
        self.priorities.push(priority);
        let vertex = self.outgoing.len() - 1;
        if self.started {
            self.offer(vertex);
        }
        vertex
    }

    /// Where a vertex stands.
    pub fn priority(&self, vertex: usize) -> &Priority {
        &self.priorities[vertex]
    }

    /// Gives a vertex that is not yet due another place.
    pub fn move_vertex(&mut self, vertex: usize, priority: Priority) {
        let waiting = self.ready.remove(&(self.priorities[vertex].clone(), vertex)).is_some();
        self.priorities[vertex] = priority;
        if waiting {
            self.offer(vertex);
        }
    }

    /// Adds an edge; equal ones count once.
    pub fn add_edge(&mut self, from: usize, to: usize, refreshes: bool) {
        let edge = Edge { to, refreshes };
        self.ready.remove(&(self.priorities[to].clone(), to));
        if self.pairs.insert((from, to)) {
            self.incoming[to].push(from);
            self.outgoing[from].push(edge);
        } else if !self.outgoing[from].contains(&edge) {
            // Puppet keeps edges of a pair together, at the place of the first.
            let last = self.outgoing[from].iter().rposition(|known| known.to == to).unwrap_or_default();
            self.outgoing[from].insert(last + 1, edge);
        }
    }

    /// Whether there is an edge.
    pub fn has_edge(&self, from: usize, to: usize) -> bool {
        self.pairs.contains(&(from, to))
    }

    /// Edges that begin at a vertex.
    pub fn edges(&self, from: usize) -> &[Edge] {
        &self.outgoing[from]
    }

    /// Vertices with an edge to this one.
    pub fn dependencies(&self, vertex: usize) -> &[usize] {
        &self.incoming[vertex]
    }

    /// Takes a vertex out with all its edges.
    pub fn remove_vertex(&mut self, vertex: usize) {
        for edge in std::mem::take(&mut self.outgoing[vertex]) {
            self.pairs.remove(&(vertex, edge.to));
            self.incoming[edge.to].retain(|from| *from != vertex);
        }
        for from in std::mem::take(&mut self.incoming[vertex]) {
            self.pairs.remove(&(from, vertex));
            self.outgoing[from].retain(|edge| edge.to != vertex);
        }
        self.removed.insert(vertex);
    }

    /// Takes away what leads from one vertex to another.
    pub fn remove_edges(&mut self, from: usize, to: usize) {
        if self.pairs.remove(&(from, to)) {
            self.outgoing[from].retain(|edge| edge.to != to);
            self.incoming[to].retain(|known| *known != from);
        }
    }

    /// Begins a traversal.
    pub fn start(&mut self) {
        self.started = true;
        for vertex in 0..self.outgoing.len() {
            self.offer(vertex);
        }
    }

    /// The next vertex that waits for nothing.
    pub fn next(&mut self) -> Option<usize> {
        self.ready.pop_first().map(|(_, vertex)| vertex)
    }

    /// A vertex is through: what waited for it alone is next.
    pub fn finish(&mut self, vertex: usize) {
        self.done.insert(vertex);
        let after: Vec<usize> = self.outgoing[vertex].iter().map(|edge| edge.to).collect();
        for vertex in after {
            self.offer(vertex);
        }
    }

    fn offer(&mut self, vertex: usize) {
        let waits = self.incoming[vertex].iter().any(|before| !self.done.contains(before));
        if !waits && !self.done.contains(&vertex) && !self.removed.contains(&vertex) {
            self.ready.insert((self.priorities[vertex].clone(), vertex), vertex);
        }
    }

    /// Whether a vertex is through.
    pub fn is_done(&self, vertex: usize) -> bool {
        self.done.contains(&vertex)
    }

    /// Sets of vertices that wait for each other, each in no particular order.
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        let mut search = Search::new(self.outgoing.len());
        for vertex in 0..self.outgoing.len() {
            if search.index[vertex].is_none() && !self.removed.contains(&vertex) {
                search.visit(self, vertex);
            }
        }
        let loops = |found: &Vec<usize>| found.len() > 1 || self.has_edge(found[0], found[0]);
        search.components.into_iter().filter(loops).collect()
    }

    /// One way round a cycle, from its first vertex (`cycle` in the order of the caller) or the first that
    /// closes.
    pub fn path_round(&self, cycle: &[usize]) -> Vec<usize> {
        let members: HashSet<usize> = cycle.iter().copied().collect();
        let mut paths = std::collections::VecDeque::from([vec![cycle[0]]]);
        while let Some(path) = paths.pop_front() {
            let last = path[path.len() - 1];
            if path[..path.len() - 1].contains(&last) {
                return path;
            }
            let mut seen = HashSet::new();
            for edge in &self.outgoing[last] {
                if members.contains(&edge.to) && seen.insert(edge.to) {
                    paths.push_back([path.as_slice(), &[edge.to]].concat());
                }
            }
        }
        Vec::new()
    }
}

/// Tarjan's search, without recursion.
struct Search {
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    components: Vec<Vec<usize>>,
    count: usize,
}

impl Search {
    fn new(size: usize) -> Self {
        Self {
            index: vec![None; size],
            low: vec![0; size],
            on_stack: vec![false; size],
            stack: Vec::new(),
            components: Vec::new(),
            count: 0,
        }
    }

    fn visit(&mut self, graph: &Graph, root: usize) {
        let mut frames = vec![(root, 0)];
        self.enter(root);
        while let Some((vertex, child)) = frames.last().copied() {
            if let Some(edge) = graph.outgoing[vertex].get(child) {
                frames.last_mut().expect("seen above").1 += 1;
                match self.index[edge.to] {
                    None => {
                        self.enter(edge.to);
                        frames.push((edge.to, 0));
                    }
                    Some(index) if self.on_stack[edge.to] => {
                        self.low[vertex] = self.low[vertex].min(index);
                    }
                    Some(_) => {}
                }
                continue;
            }
            frames.pop();
            if let Some((above, _)) = frames.last() {
                self.low[*above] = self.low[*above].min(self.low[vertex]);
            }
            if Some(self.low[vertex]) == self.index[vertex] {
                self.close(vertex);
            }
        }
    }

    fn enter(&mut self, vertex: usize) {
        self.index[vertex] = Some(self.count);
        self.low[vertex] = self.count;
        self.count += 1;
        self.stack.push(vertex);
        self.on_stack[vertex] = true;
    }

    fn close(&mut self, vertex: usize) {
        let mut component = Vec::new();
        while let Some(top) = self.stack.pop() {
            self.on_stack[top] = false;
            component.push(top);
            if top == vertex {
                break;
            }
        }
        self.components.push(component);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(size: usize, edges: &[(usize, usize)]) -> Graph {
        let mut graph = Graph::default();
        for place in 0..size {
            graph.add_vertex(vec![place]);
        }
        for (from, to) in edges {
            graph.add_edge(*from, *to, false);
        }
        graph
    }

    fn order(mut graph: Graph) -> Vec<usize> {
        graph.start();
        let mut order = Vec::new();
        while let Some(vertex) = graph.next() {
            order.push(vertex);
            graph.finish(vertex);
        }
        order
    }

    #[test]
    fn dependencies_first_then_the_order_of_the_catalog() {
        assert_eq!(order(graph(4, &[])), [0, 1, 2, 3]);
        assert_eq!(order(graph(4, &[(3, 0)])), [1, 2, 3, 0]);
        assert_eq!(order(graph(4, &[(3, 0), (2, 3), (2, 3)])), [1, 2, 3, 0]);
    }

    #[test]
    fn cycles_are_found_with_a_way_round() {
        let graph = graph(5, &[(0, 1), (1, 2), (2, 1), (3, 3), (2, 4)]);
        let mut cycles = graph.cycles();
        cycles.iter_mut().for_each(|cycle| cycle.sort_unstable());
        cycles.sort();
        assert_eq!(cycles, [vec![1, 2], vec![3]]);
        assert_eq!(graph.path_round(&[1, 2]), [1, 2, 1]);
    }
}
