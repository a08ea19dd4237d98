//! The user's control repository: `effigy.yaml`, and what lies where.
//!
//! Knows file formats and conventions, not what is done with them. Reads files only through functions
//! that are given a path; parsing never touches the disk.

#[cfg(test)]
mod cases;
mod definition;
mod environment;
mod error;
mod init;
mod invalid;
mod lock;
mod reader;
mod repo;
mod yaml;

use std::path::Path;

use diagnostics::SourceFile;

pub use definition::{
    Base, Compression, Definition, Dependencies, Engine, From, Image, ImageName, ImageSettings, Layers, Port,
    Protocol, load, parse,
};
pub use environment::{Environment, parse_environment};
pub use error::Error;
pub use init::{Note, Proposal, propose, propose_for};
pub use invalid::Invalid;
pub use lock::{LOCK_NAME, LockFile};
pub use repo::{ControlRepo, FILE_NAME};

/// A text file under the name that diagnostics show.
fn read_source(path: &Path) -> Result<SourceFile, Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    Ok(SourceFile::new(path.display().to_string(), text))
}
