//! What lies below an overlay's upper directory: several lower ones, seen as the overlay shows them.
//!
//! Looked up name by name on the way down, never by a whole path: so no symlink is followed, and what is
//! below something that is no directory is not there.

use std::ffi::OsStr;
use std::path::PathBuf;

use crate::Error;

use super::attributes::{Attributes, Kind};

/// A directory as the lower layers show it together.
#[derive(Clone, Default)]
pub(super) struct LowerDirectory {
    /// The directories that it is made of, the topmost first.
    parts: Vec<PathBuf>,
}

/// Something that the lower layers show under a name.
pub(super) struct LowerEntry {
    /// Where it really is.
    pub(super) path: PathBuf,
    pub(super) attributes: Attributes,
    /// What is in it; nothing if it is no directory.
    pub(super) directory: LowerDirectory,
}

impl LowerDirectory {
    /// The root of these layers, the topmost first.
    pub(super) fn root(layers: &[PathBuf]) -> Result<Option<LowerEntry>, Error> {
        merge(layers.iter().cloned())
    }

    /// What is under a name, if anything is.
    pub(super) fn find(&self, name: &OsStr) -> Result<Option<LowerEntry>, Error> {
        merge(self.parts.iter().map(|part| part.join(name)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Directories join until something else, a whiteout or an opaque directory ends the search.
fn merge(candidates: impl Iterator<Item = PathBuf>) -> Result<Option<LowerEntry>, Error> {
    let mut found: Option<LowerEntry> = None;
    for path in candidates {
        let Some(attributes) = Attributes::find(&path)? else { continue };
        let is_directory = attributes.kind == Kind::Directory;
        // A socket is in no layer, and what it hides was taken away by the layer that has it.
        let is_nothing = attributes.is_whiteout || attributes.kind == Kind::Socket;
        if is_nothing || (found.is_some() && !is_directory) {
            break;
        }
        let ends = !is_directory || attributes.is_opaque;
        let entry = found.get_or_insert_with(|| LowerEntry {
            path: path.clone(),
            attributes,
            directory: LowerDirectory::default(),
        });
        if is_directory {
            entry.directory.parts.push(path);
        }
        if ends {
            break;
        }
    }
    Ok(found)
}
