//! Layers: a file tree, or what an overlay's upper directory changes, as a tar that depends on nothing else.
//!
//! - Entries come sorted, component by component as bytes, a directory before its content.
//! - Times are whole seconds and never later than `source_date_epoch`; owners are numbers.
//! - Of a file with several names the first is the file, the others are links to it.
//! - Sockets are left out; the overlay's whiteouts become `.wh.NAME`, its opaque directories `.wh..wh..opq`.
//! - The root itself is told of only if it is not what everybody makes: root's, mode 0755, no attributes.
//!
//! Files must not be written to meanwhile. Ids and attributes are told as this process sees them: a tree of
//! a user namespace is to be read inside it.

mod attributes;
mod compare;
mod links;
mod lower;
#[cfg(test)]
mod overlay_tests;
mod scan;
#[cfg(test)]
mod tests;
mod write;

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::Error;

use compare::Comparison;
use links::Links;
use scan::{Found, Node, Present, Scan};
use write::LayerTar;

/// What a layer is made with.
pub struct LayerOptions<'a> {
    /// Seconds since 1970 that no time in the layer is later than.
    pub source_date_epoch: u64,
    /// Whether a path, e.g. `var/log/apt`, is to be left out, with all below it. Never asked for the root.
    pub exclude: &'a dyn Fn(&Path) -> bool,
    /// The directories below an upper one, the topmost first. Given: what they say already is left out.
    pub lower: Option<&'a [PathBuf]>,
}

/// What is in a layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entries of the tar.
    pub entries: u64,
    /// Bytes of the tar.
    pub bytes: u64,
    /// The paths that it makes or changes, in its order. Directories that are only told of because of
    /// something in them are not among them.
    pub paths: Vec<PathBuf>,
    /// The paths that it removes.
    pub removed: Vec<PathBuf>,
}

/// Writes all of a tree as a layer; `options.lower` is not looked at. Marks of an overlay mean nothing here,
/// and a character device 0:0 is one.
pub fn write_tree(root: &Path, options: &LayerOptions<'_>, out: &mut dyn Write) -> Result<Summary, Error> {
    write_layer(&Scan { root, exclude: options.exclude, is_upper: false }, options, None, out)
}

/// Writes what an overlay's upper directory changes as a layer.
///
/// Together with a changed path its parent directories are told of too: some tools make those that they do
/// not find in a layer with rights of their own choice.
pub fn write_changes(
    upper: &Path,
    options: &LayerOptions<'_>,
    out: &mut dyn Write,
) -> Result<Summary, Error> {
    write_layer(&Scan { root: upper, exclude: options.exclude, is_upper: true }, options, options.lower, out)
}

fn write_layer(
    scan: &Scan<'_>,
    options: &LayerOptions<'_>,
    lower: Option<&[PathBuf]>,
    out: &mut dyn Write,
) -> Result<Summary, Error> {
    let nodes = scan.run(lower)?;
    let links = Links::of(&nodes);
    let comparison = Comparison { root: scan.root, nodes: &nodes, links: &links };
    let mut layer = LayerTar::new(scan.root, options.source_date_epoch, out);
    // Directories on the way to where we are, that have no reason yet to be in the layer.
    let mut waiting: Vec<(&Node, &Present)> = Vec::new();
    for node in &nodes {
        waiting.retain(|(directory, _)| node.path.starts_with(&directory.path));
        if let Found::Present(present) = &node.found
            && is_left_out(&comparison, node, present)?
        {
            if present.attributes.kind == attributes::Kind::Directory && !is_root(node) {
                waiting.push((node, present));
            }
            continue;
        }
        for (directory, present) in waiting.drain(..) {
            layer.parent(&directory.path, present)?;
        }
        match &node.found {
            Found::Removed => layer.removed(&node.path)?,
            Found::Present(present) => {
                layer.present(&node.path, present, links.names(&present.attributes))?
            }
        }
    }
    layer.finish()
}

fn is_left_out(comparison: &Comparison<'_>, node: &Node, present: &Present) -> Result<bool, Error> {
    let attributes = &present.attributes;
    let is_usual =
        (attributes.mode, attributes.uid, attributes.gid) == (0o755, 0, 0) && attributes.extended.is_empty();
    if is_root(node) && present.lower.is_none() {
        return Ok(is_usual && !present.hides_lower);
    }
    comparison.is_unchanged(node, present)
}

fn is_root(node: &Node) -> bool {
    node.path.as_os_str().is_empty()
}
