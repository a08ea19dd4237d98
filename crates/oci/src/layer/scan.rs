//! The walk over a tree: everything in it in the order in which a layer lists it, with what lies below.
//!
//! Reads no contents, and decides nothing but what is no part of any layer.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

use super::attributes::{Attributes, Kind};
use super::lower::{LowerDirectory, LowerEntry};

/// Something found in the tree.
pub(super) struct Node {
    /// Seen from the root; the root's own is empty.
    pub(super) path: PathBuf,
    pub(super) found: Found,
}

pub(super) enum Found {
    /// It is there.
    Present(Box<Present>),
    /// It was there, and was removed.
    Removed,
}

pub(super) struct Present {
    pub(super) attributes: Attributes,
    /// What the lower directories have under this path, if they are known and have something.
    pub(super) lower: Option<LowerEntry>,
    /// A directory that hides what the lower ones have in it.
    pub(super) hides_lower: bool,
}

/// How to walk.
pub(super) struct Scan<'a> {
    pub(super) root: &'a Path,
    /// Paths that are not part of the layer, with all below them.
    pub(super) exclude: &'a dyn Fn(&Path) -> bool,
    /// Whether whiteouts and opaque directories are the overlay's marks.
    pub(super) is_upper: bool,
}

impl Scan<'_> {
    /// All nodes: a directory before its content, siblings by their names as bytes, a removed name as the
    /// `.wh.NAME` that stands for it. `layers` are the lower directories, the topmost first, if known.
    pub(super) fn run(&self, layers: Option<&[PathBuf]>) -> Result<Vec<Node>, Error> {
        let attributes = Attributes::read(self.root)?;
        let lower = layers.map(LowerDirectory::root).transpose()?;
        let mut nodes = Vec::new();
        self.add(PathBuf::new(), attributes, lower, &mut nodes)?;
        Ok(nodes)
    }

    /// `lower`: outer None if the lower directories are not known, inner None if they have nothing here.
    fn add(
        &self,
        path: PathBuf,
        attributes: Attributes,
        lower: Option<Option<LowerEntry>>,
        nodes: &mut Vec<Node>,
    ) -> Result<(), Error> {
        let known = lower.is_some();
        let lower = lower.flatten();
        let is_removed = self.is_upper && attributes.is_whiteout;
        if is_removed || attributes.kind == Kind::Socket {
            // A socket is no part of a layer, and must not let through what it replaced.
            if lower.is_some() || (is_removed && !known) {
                nodes.push(Node { path, found: Found::Removed });
            }
            return Ok(());
        }
        let is_directory = attributes.kind == Kind::Directory;
        let below = lower.as_ref().map(|entry| entry.directory.clone()).unwrap_or_default();
        let is_opaque = self.is_upper && attributes.is_opaque;
        let hides_lower = is_opaque && (!known || !below.is_empty());
        let present = Present { attributes, lower, hides_lower };
        nodes.push(Node { path: path.clone(), found: Found::Present(Box::new(present)) });
        if is_directory {
            let below = if is_opaque { LowerDirectory::default() } else { below };
            self.add_content(&path, known.then_some(&below), nodes)?;
        }
        Ok(())
    }

    fn add_content(
        &self,
        directory: &Path,
        lower: Option<&LowerDirectory>,
        nodes: &mut Vec<Node>,
    ) -> Result<(), Error> {
        let mut content = Vec::new();
        let full = self.root.join(directory);
        for entry in fs::read_dir(&full).map_err(Error::read(&full))? {
            let name = entry.map_err(Error::read(&full))?.file_name();
            let path = directory.join(&name);
            if (self.exclude)(&path) {
                continue;
            }
            if name.as_encoded_bytes().starts_with(b".wh.") {
                return Err(Error::WhiteoutName { path: full.join(name) });
            }
            let attributes = Attributes::read(&full.join(&name))?;
            content.push((listed_name(&name, self.is_upper && attributes.is_whiteout), path, attributes));
        }
        content.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, path, attributes) in content {
            let name = path.file_name().unwrap_or_default();
            let lower = lower.map(|lower| lower.find(name)).transpose()?;
            self.add(path, attributes, lower, nodes)?;
        }
        Ok(())
    }
}

fn listed_name(name: &OsStr, is_removed: bool) -> OsString {
    let mut listed = OsString::from(if is_removed { ".wh." } else { "" });
    listed.push(name);
    listed
}
