//! Where a value came from: the level of the hierarchy, the file and the line.

use std::fmt;
use std::sync::Arc;

use crate::yaml::Place;

/// A place in a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataPlace {
    /// The file.
    pub path: Arc<str>,
    /// From 1; 0 where a file's format keeps no lines.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Where the parts of the value stand, in the value's own order.
    pub parts: Option<Arc<Place>>,
}

impl fmt::Display for DataPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.path),
            line => write!(f, "{}:{line}", self.path),
        }
    }
}

/// One value that a lookup used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The layer, as Puppet names it: `Global`, `Environment` or `Module`.
    pub layer: &'static str,
    /// The name of the hierarchy entry.
    pub level: Arc<str>,
    /// Where the root key stands; absent for what a function gives without a file.
    pub place: Option<DataPlace>,
}
