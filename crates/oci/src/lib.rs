//! OCI images: layers from file trees, configurations, manifests, archives. The same input gives the same
//! bytes, whatever the machine, the time, the number of threads and the order of a folder's names.
//!
//! From a tree to an image:
//! 1. [`write_tree`] or [`write_changes`] writes a layer's tar into
//! 2. a [`LayerWriter`], which compresses it into the store and gives a [`Layer`];
//! 3. [`assemble`] makes configuration and manifest of layers and a [`Configuration`].
//!
//! The digest of a layer's tar (its diff id) is promised to stay; that of its compressed form only as long
//! as the compressors stay the same.
//!
//! Deliberately unaware of registries, of Puppet, of how a tree came to be, and of unpacking.

mod compress;
mod decompress;
mod docker_archive;
mod error;
mod export;
mod gzip;
mod image;
mod layer;
mod layout;
mod tar_writer;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod time;

pub use compress::{Compression, Layer, LayerWriter};
pub use decompress::open_layer;
pub use docker_archive::read_docker_archive;
pub use error::Error;
pub use export::{write_docker_archive, write_layout, write_layout_archive};
pub use image::{Configuration, Execution, History, Image, Manifest, RootFs, assemble, media_type};
pub use layer::{LayerOptions, Summary, write_changes, write_tree};
pub use layout::Layout;
pub use time::rfc3339;
