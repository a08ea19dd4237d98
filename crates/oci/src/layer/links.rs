//! Files with several names in one tree.

use std::collections::HashMap;

use super::attributes::{Attributes, Kind};
use super::scan::{Found, Node};

/// Which nodes are names of the same file.
pub(super) struct Links {
    groups: HashMap<(u64, u64), Vec<usize>>,
}

impl Links {
    /// Looks through all nodes of a tree.
    pub(super) fn of(nodes: &[Node]) -> Self {
        let mut groups: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, node) in nodes.iter().enumerate() {
            if let Found::Present(present) = &node.found
                && may_be_linked(&present.attributes)
            {
                groups.entry(present.attributes.inode).or_default().push(index);
            }
        }
        Self { groups }
    }

    /// The nodes that are names of this file, in their order; none if it has one name.
    pub(super) fn names(&self, attributes: &Attributes) -> &[usize] {
        match may_be_linked(attributes) {
            true => self.groups.get(&attributes.inode).map_or(&[], Vec::as_slice),
            false => &[],
        }
    }
}

fn may_be_linked(attributes: &Attributes) -> bool {
    matches!(attributes.kind, Kind::File { .. }) && attributes.link_count > 1
}
