//! Images by name: `index.json` of the OCI layout.
//!
//! Other tools write it too (`skopeo copy ... oci:STORE:NAME`), so entries and fields that mean nothing here
//! are carried along as they are.

use std::fs;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::reachable::Links;
use crate::{Descriptor, Error, REF_NAME, Store, files};

pub(crate) const INDEX: &str = "index.json";
pub(crate) const EMPTY: &str =
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;

/// An image all of whose blobs are there, with the lengths their descriptors give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its name; an image that another tool stored without one goes by its digest, `sha256:...`.
    pub name: String,
    /// Points at its manifest.
    pub manifest: Descriptor,
    /// Bytes of manifest, configuration and layers, as stored.
    pub size: u64,
}

/// An entry of the index that is no usable image.
#[derive(Debug)]
pub struct BrokenImage {
    /// Its name, as in [`Image`].
    pub name: String,
    /// What is missing or wrong.
    pub reason: Error,
}

/// What the index names, in its order.
#[derive(Debug, Default)]
pub struct Images {
    /// The whole ones.
    pub images: Vec<Image>,
    /// The others.
    pub broken: Vec<BrokenImage>,
}

/// The index as it is on disk.
#[derive(Deserialize)]
pub(crate) struct Index {
    #[serde(default)]
    pub(crate) manifests: Vec<Value>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl Store {
    /// Gives an image this name; an image that had it loses it. The blobs must be there already.
    ///
    /// Errors: a name that OCI layouts do not allow, a blob that is missing or has another length.
    pub fn tag(&self, name: &str, manifest: &Descriptor) -> Result<(), Error> {
        if !is_image_name(name) {
            return Err(Error::ImageName { name: name.to_owned() });
        }
        let mut entry = manifest.clone();
        entry.annotations.insert(REF_NAME.to_owned(), name.to_owned());
        let _alone = self.lock_alone()?;
        self.size_of(manifest)?;
        self.rewrite_index(|manifests| {
            let entry = json!(entry);
            match manifests.iter().position(|old| has_name(old, name)) {
                Some(position) => manifests[position] = entry,
                None => manifests.push(entry),
            }
        })
    }

    /// Takes a name away; says whether there was one. The blobs stay until [`Store::prune`].
    pub fn untag(&self, name: &str) -> Result<bool, Error> {
        let _alone = self.lock_alone()?;
        let mut found = false;
        self.rewrite_index(|manifests| {
            let before = manifests.len();
            manifests.retain(|entry| !has_name(entry, name));
            found = manifests.len() < before;
        })?;
        Ok(found)
    }

    /// All images, the broken ones apart.
    pub fn images(&self) -> Result<Images, Error> {
        let _shared = self.lock_shared()?;
        let mut found = Images::default();
        for entry in self.read_index()?.manifests {
            let name = name_of(&entry).to_owned();
            match self.inspect(&name, entry) {
                Ok(image) => found.images.push(image),
                Err(reason) => found.broken.push(BrokenImage { name, reason }),
            }
        }
        Ok(found)
    }

    /// The image of this name, if there is one. Errors: it is broken.
    pub fn image(&self, name: &str) -> Result<Option<Image>, Error> {
        let _shared = self.lock_shared()?;
        let mut entries = self.read_index()?.manifests.into_iter();
        entries.find(|entry| has_name(entry, name)).map(|entry| self.inspect(name, entry)).transpose()
    }

    pub(crate) fn read_index(&self) -> Result<Index, Error> {
        let path = self.path().join(INDEX);
        let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
        serde_json::from_slice(&bytes).map_err(|source| Error::Json { path, source })
    }

    /// Needs the lock, alone.
    fn rewrite_index(&self, change: impl FnOnce(&mut Vec<Value>)) -> Result<(), Error> {
        let before = self.read_index()?;
        let mut manifests = before.manifests.clone();
        change(&mut manifests);
        if manifests == before.manifests {
            return Ok(());
        }
        let mut index = before.other;
        index.insert("manifests".to_owned(), Value::Array(manifests));
        files::write_whole(&self.path().join(INDEX), Value::Object(index).to_string().as_bytes())
    }

    fn inspect(&self, name: &str, entry: Value) -> Result<Image, Error> {
        let manifest: Descriptor = serde_json::from_value(entry)
            .map_err(|source| Error::Json { path: self.path().join(INDEX), source })?;
        let size = self.size_of(&manifest)?;
        Ok(Image { name: name.to_owned(), manifest, size })
    }

    /// Bytes of a manifest and all it points at. Errors unless everything is there.
    fn size_of(&self, manifest: &Descriptor) -> Result<u64, Error> {
        self.blobs().check(manifest)?;
        let links = Links::read(self, &manifest.digest)?;
        let mut size = manifest.size;
        for blob in links.config.iter().chain(&links.layers) {
            self.blobs().check(blob)?;
            size += blob.size;
        }
        for nested in &links.manifests {
            size += self.size_of(nested)?;
        }
        Ok(size)
    }
}

fn name_of(entry: &Value) -> &str {
    let name = &entry["annotations"][REF_NAME];
    name.as_str().or_else(|| entry["digest"].as_str()).unwrap_or_default()
}

fn has_name(entry: &Value, name: &str) -> bool {
    name_of(entry) == name
}

/// The grammar of OCI layouts: runs of letters and digits, joined by one separator (or `--`), in components
/// that `/` joins.
fn is_image_name(name: &str) -> bool {
    name.split('/').all(|component| {
        let joined = component.replace("--", "-");
        joined
            .split(['-', '.', '_', ':', '@', '+'])
            .all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_names_follow_the_layout_grammar() {
        for good in ["a", "dischord/webserver", "web:1.0", "a/b/c@x+y", "a--b", "sha256:0f"] {
            assert!(is_image_name(good), "{good}");
        }
        for wrong in ["", "/a", "a/", "a//b", "a---b", "-a", "a b", "ä", "a:", "a._b"] {
            assert!(!is_image_name(wrong), "{wrong}");
        }
    }
}
