//! OCI image layouts that others made: looked through, and taken into a store.
//!
//! Which of several images is meant is for the caller to say; an index of platforms is given as it is.

use std::fs::{self, File};
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha256::Digest;
use store::{Descriptor, REF_NAME, Store};

use crate::Error;

/// Longer manifests are none.
const LONGEST_MANIFEST: u64 = 4 << 20;
/// Indexes within indexes are followed so far.
const DEEPEST_INDEX: usize = 4;
/// What other tools put the whole name of an image in, where the usual annotation holds the tag alone.
const CONTAINERD_NAME: &str = "io.containerd.image.name";

/// A folder with an image layout.
#[derive(Debug)]
pub struct Layout {
    path: PathBuf,
    images: Vec<Descriptor>,
}

/// What manifests and indexes point at.
#[derive(Deserialize)]
struct Links {
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

impl Layout {
    /// Opens the layout in a folder. Errors: there is none.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let unusable = |reason: String| Error::unusable(path, "an OCI layout", reason);
        let read = |name: &str| match fs::read(path.join(name)) {
            Ok(bytes) => Ok(bytes),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Err(unusable(format!("there is no `{name}`")))
            }
            Err(source) => Err(Error::Read { path: path.join(name), source }),
        };
        read("oci-layout")?;
        let index: Links = serde_json::from_slice(&read("index.json")?)
            .map_err(|error| unusable(format!("its `index.json` is not valid: {error}")))?;
        Ok(Self { path: path.to_owned(), images: index.manifests })
    }

    /// The image of this name, or the only one. Errors: there is none, or several.
    pub fn find(&self, name: Option<&str>) -> Result<&Descriptor, Error> {
        let unusable = |reason: String| Error::unusable(&self.path, "an OCI layout", reason);
        let names = |descriptor: &Descriptor| {
            [REF_NAME, CONTAINERD_NAME].map(|key| descriptor.annotations.get(key).cloned())
        };
        let mut found = self.images.iter().filter(|image| match name {
            Some(name) => names(image).iter().flatten().any(|other| other == name),
            None => true,
        });
        let all = || {
            let known: Vec<String> =
                self.images.iter().filter_map(|image| names(image).into_iter().flatten().next()).collect();
            if known.is_empty() { "no image with a name".to_owned() } else { known.join(", ") }
        };
        match (found.next(), found.next(), name) {
            (Some(image), None, _) => Ok(image),
            (Some(_), Some(_), None) => Err(unusable(format!("it holds several images: {}", all()))),
            (Some(_), Some(_), Some(name)) => {
                Err(unusable(format!("it holds several images named `{name}`")))
            }
            (None, _, Some(name)) => Err(unusable(format!("it holds no image `{name}`; it holds {}", all()))),
            (None, _, None) => Err(unusable("it holds no image".to_owned())),
        }
    }

    /// The images that an index names; none if the descriptor is of an image.
    pub fn images_of(&self, descriptor: &Descriptor) -> Result<Vec<Descriptor>, Error> {
        Ok(self.links(descriptor)?.1.manifests)
    }

    /// Takes an image, or an index with all its images, into a store, each blob checked.
    pub fn import(&self, store: &Store, descriptor: &Descriptor) -> Result<(), Error> {
        self.import_below(store, descriptor, 0)
    }

    fn import_below(&self, store: &Store, descriptor: &Descriptor, depth: usize) -> Result<(), Error> {
        if depth > DEEPEST_INDEX {
            let reason = "its indexes name each other too deeply".to_owned();
            return Err(Error::unusable(&self.path, "an OCI layout", reason));
        }
        let (bytes, links) = self.links(descriptor)?;
        for nested in &links.manifests {
            self.import_below(store, nested, depth + 1)?;
        }
        for blob in links.config.iter().chain(&links.layers) {
            self.import_blob(store, blob)?;
        }
        store.blobs().put(&bytes[..])?;
        Ok(())
    }

    fn import_blob(&self, store: &Store, blob: &Descriptor) -> Result<(), Error> {
        if store.blobs().contains(&blob.digest)? && store.blobs().length(&blob.digest)? == Some(blob.size) {
            return Ok(());
        }
        let file = BufReader::with_capacity(256 << 10, self.open_blob(blob)?);
        let mut writer = store.blobs().writer()?;
        std::io::copy(&mut file.take(blob.size.saturating_add(1)), &mut writer).map_err(Error::write)?;
        let sealed = writer.seal()?;
        self.check(blob, sealed.blob().length, sealed.blob().digest)?;
        sealed.publish()?;
        Ok(())
    }

    fn links(&self, descriptor: &Descriptor) -> Result<(Vec<u8>, Links), Error> {
        let path = self.blob_path(&descriptor.digest);
        let mut bytes = Vec::new();
        let file = self.open_blob(descriptor)?.take(descriptor.size.min(LONGEST_MANIFEST).saturating_add(1));
        { file }.read_to_end(&mut bytes).map_err(Error::read(&path))?;
        self.check(descriptor, bytes.len() as u64, Digest::of(&bytes))?;
        let links = serde_json::from_slice(&bytes).map_err(|source| Error::Json {
            what: "manifest",
            digest: descriptor.digest,
            source,
        })?;
        Ok((bytes, links))
    }

    fn open_blob(&self, blob: &Descriptor) -> Result<File, Error> {
        let path = self.blob_path(&blob.digest);
        File::open(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                let reason = format!("blob `{}` is missing", blob.digest.oci());
                Error::unusable(&self.path, "an OCI layout", reason)
            }
            _ => Error::Read { path, source: error },
        })
    }

    fn blob_path(&self, digest: &Digest) -> PathBuf {
        self.path.join("blobs/sha256").join(digest.to_string())
    }

    fn check(&self, blob: &Descriptor, length: u64, found: Digest) -> Result<(), Error> {
        if length == blob.size && found == blob.digest {
            return Ok(());
        }
        let reason = format!("blob `{}` is damaged", blob.digest.oci());
        Err(Error::unusable(&self.path, "an OCI layout", reason))
    }
}
