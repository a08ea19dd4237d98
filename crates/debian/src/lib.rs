//! Debian archives: signed releases, package indexes, versions, relations and closures over them.
//!
//! Reads what apt reads, without apt: mirrors, keyrings and cached documents in, packages with their digests
//! out. Knows nothing of what is in a `.deb`, never installs anything, and neither reads the environment nor
//! picks folders: the caller hands over mirrors, keyrings and cache.

pub mod archive;
pub mod closure;
pub mod control;
mod date;
mod error;
pub mod index;
pub mod keyring;
mod lists;
mod package;
pub mod relation;
pub mod release;
pub mod sources;
mod suite;
#[cfg(test)]
mod testing;
pub mod version;

pub use archive::{Archive, ArchiveOptions};
pub use error::Error;
pub use index::Index;
pub use keyring::Keyring;
pub use package::{Package, Priority};
pub use release::Release;
pub use version::Version;
