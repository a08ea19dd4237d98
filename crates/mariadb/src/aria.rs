//! As much of Aria's files as says whether a table was closed.
//!
//! A log whose tables are all closed is not needed again. Its control file is, for it says where the next log begins:
//! after everything that tables remember of the last.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::error::{Error, Refusal, require};

/// The first bytes of a table's index file, up to the version of the format.
const INDEX_MAGIC: [u8; 3] = [0xFE, 0xFE, 0x09];

/// Where an index file counts the servers that have the table open for writing: two bytes.
const OPEN_COUNT: usize = 24;

/// The first bytes of the control file, the version of its format last.
const CONTROL_MAGIC: [u8; 4] = [0xFE, 0xFE, 0x0C, 0x01];

/// Whether the table was closed by its last server.
pub(crate) fn examine_index(path: &Path, shown: &str) -> Result<(), Refusal> {
    let head: [u8; OPEN_COUNT + 2] = head(path, shown)?;
    require(head.starts_with(&INDEX_MAGIC), || format!("`{shown}` is not an index of an Aria table"))?;
    require(head[OPEN_COUNT..] == [0, 0], || format!("the table of `{shown}` was not closed"))
}

/// Whether the control file is of the format that is known here.
pub(crate) fn examine_control(path: &Path, shown: &str) -> Result<(), Refusal> {
    let head: [u8; CONTROL_MAGIC.len()] = head(path, shown)?;
    require(head == CONTROL_MAGIC, || format!("`{shown}` is not a control file of Aria that is known"))
}

fn head<const LENGTH: usize>(path: &Path, shown: &str) -> Result<[u8; LENGTH], Refusal> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    let length = file.metadata().map_err(Error::io("look at", path))?.len();
    require(length >= LENGTH as u64, || format!("`{shown}` is too short ({length} bytes)"))?;
    let mut head = [0; LENGTH];
    file.read_exact_at(&mut head, 0).map_err(Error::io("read", path))?;
    Ok(head)
}
