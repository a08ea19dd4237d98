//! The store: content-addressed blobs, images by name, caches and working folders in one directory.
//!
//! ```text
//! STORE/
//!   lock                     `effigy store 1`: what this folder is, and the lock of all short changes
//!   oci-layout  index.json   an OCI image layout: `skopeo inspect oci:STORE:NAME` works
//!   blobs/sha256/<hex>       manifests, configurations, layers; `.incoming-*` are being written
//!   cache/<bucket>-v<n>/     one folder a bucket and format version
//!     <key>.json             a record
//!     <key>/  <key>.lock     a folder, and the lock that those who use it share
//!   scratch/<random>.lock    held by a running build: when it began, and that it is alive
//!   scratch/<random>/        its working folder
//! ```
//!
//! Two locks make every moment safe, and both are `flock`s, which the kernel drops with their process:
//! - `lock` is held for moments only. Whoever adds or uses something holds it shared, whoever rewrites the
//!   index or removes something holds it alone. So nothing is removed between being found and being used.
//! - a [`Hold`] is kept for as long as a build runs. What has been added or used since the oldest living
//!   hold began is left alone by [`Store::prune`]: a build's blobs are safe before an image names them, and
//!   pruning neither waits for builds nor stops them.
//!
//! Everything is written to a temporary name in its own folder, synced, and renamed.
//!
//! Deliberately unaware of what layers, records and cached folders hold; of a manifest it knows no more than
//! which blobs it names.

mod blobs;
mod cache;
mod creation;
mod descriptor;
mod error;
mod files;
mod index;
mod prune;
mod reachable;
mod remove;
mod scratch;

use std::fs::File;
use std::path::{Path, PathBuf};

pub use blobs::{Blob, BlobWriter, Blobs, SealedBlob};
pub use cache::{Bucket, Directory};
pub use descriptor::{Descriptor, REF_NAME};
pub use error::Error;
pub use index::{BrokenImage, Image, Images};
pub use prune::{PruneOptions, PruneReport, Removed};
pub use remove::remove_tree;
pub use scratch::{Hold, Scratch};

/// A store on disk. Cheap to clone; any number of processes and threads may use the same one.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// Opens the store at `path` and makes what is missing of it, the folder included.
    ///
    /// Errors: a folder that is neither empty nor a store ([`Error::NotAStore`]) or that a newer version
    /// made ([`Error::Newer`]), and whatever the file system refuses.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let store = Self { path: files::absolute(path.as_ref())? };
        store.create()?;
        Ok(store)
    }

    /// Opens a store that must exist already, and makes nothing. Errors: as [`Store::open`], and
    /// [`Error::Missing`].
    pub fn at(path: impl AsRef<Path>) -> Result<Self, Error> {
        let store = Self { path: files::absolute(path.as_ref())? };
        if store.is_complete()? { Ok(store) } else { Err(Error::Missing { path: store.path }) }
    }

    /// The store's folder, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The content-addressed part.
    pub fn blobs(&self) -> Blobs<'_> {
        Blobs::new(self)
    }

    /// Held while something is added or used.
    pub(crate) fn lock_shared(&self) -> Result<File, Error> {
        let (path, file) = self.open_lock()?;
        file.lock_shared().map_err(Error::io("lock", path))?;
        Ok(file)
    }

    /// Held while the index is rewritten or something is removed.
    pub(crate) fn lock_alone(&self) -> Result<File, Error> {
        let (path, file) = self.open_lock()?;
        file.lock().map_err(Error::io("lock", path))?;
        Ok(file)
    }

    fn open_lock(&self) -> Result<(PathBuf, File), Error> {
        let path = self.path.join(creation::LOCK);
        // Opened for reading only, so that a store on a read-only disk can be read.
        let file = File::open(&path).map_err(Error::io("open", &path))?;
        Ok((path, file))
    }
}

#[cfg(test)]
mod tests;
