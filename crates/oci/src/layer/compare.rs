//! Whether something in the upper directory says anything that the lower ones do not say already.
//!
//! Tools rewrite files with the content they had, and the overlay copies a file up at the first `chmod`,
//! even to the mode it has. Times are not compared: it was the build that set them.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use crate::Error;

use super::attributes::Kind;
use super::links::Links;
use super::scan::{Found, Node, Present};

const PIECE: usize = 128 * 1024;

/// Compares the nodes of an upper directory with what lies below them.
pub(super) struct Comparison<'a> {
    pub(super) root: &'a Path,
    pub(super) nodes: &'a [Node],
    pub(super) links: &'a Links,
}

impl Comparison<'_> {
    /// Whether a node can be left out of the layer. Of a directory's content nothing is said.
    pub(super) fn is_unchanged(&self, node: &Node, present: &Present) -> Result<bool, Error> {
        let Some(lower) = &present.lower else { return Ok(false) };
        if present.hides_lower || !present.attributes.same_as(&lower.attributes) {
            return Ok(false);
        }
        if !matches!(present.attributes.kind, Kind::File { .. }) {
            return Ok(true);
        }
        if !self.has_same_links(present) {
            return Ok(false);
        }
        let is_same_file = present.attributes.inode == lower.attributes.inode;
        Ok(is_same_file || same_content(&self.root.join(&node.path), &lower.path)?)
    }

    /// Whether the names of a file here are names of one file below too, and of the same number. If not, a
    /// link was made or broken, and all names must be told anew.
    fn has_same_links(&self, present: &Present) -> bool {
        let Some(lower) = &present.lower else { return false };
        let below = |index: &usize| match &self.nodes[*index].found {
            Found::Present(other) => other.lower.as_ref().map(|entry| entry.attributes.inode),
            Found::Removed => None,
        };
        present.attributes.link_count == lower.attributes.link_count
            && self
                .links
                .names(&present.attributes)
                .iter()
                .all(|index| below(index) == Some(lower.attributes.inode))
    }
}

/// Opens a file of a tree for reading. A symlink in its place is an error.
pub(super) fn open(path: &Path) -> Result<File, Error> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    opened.map_err(Error::read(path))
}

/// Both are read once, side by side, up to the first difference. They are of the same length.
fn same_content(one: &Path, other: &Path) -> Result<bool, Error> {
    let (mut first, mut second) = (open(one)?, open(other)?);
    let mut pieces = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        let length = read_piece(&mut first, &mut pieces.0).map_err(Error::read(one))?;
        if read_piece(&mut second, &mut pieces.1).map_err(Error::read(other))? != length
            || pieces.0[..length] != pieces.1[..length]
        {
            return Ok(false);
        }
        if length < PIECE {
            return Ok(true);
        }
    }
}

/// Fills the piece unless the file ends.
fn read_piece(file: &mut File, piece: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < piece.len() {
        match file.read(&mut piece[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
