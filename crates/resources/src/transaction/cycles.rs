//! Refuses graphs that go round, and tells the way.

use super::Transaction;
use crate::build::Vertex;
use crate::error::Error;
use crate::report::{Level, Log};

impl Transaction<'_> {
    pub(super) fn refuse_cycles(&mut self) -> Result<(), Error> {
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

    /// The name of what a vertex stands for.
    pub(super) fn name(&self, vertex: usize) -> String {
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
}
