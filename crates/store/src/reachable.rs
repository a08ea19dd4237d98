//! Which blobs hang on which: the only look into manifests and records that the store takes.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;

use serde::Deserialize;
use serde_json::Value;
use sha256::Digest;

use crate::{Descriptor, Error, Store};

/// Longer blobs are no manifests; registries have the same limit.
const MANIFEST_LIMIT: u64 = 4 * 1024 * 1024;

/// What a manifest or an index of manifests points at.
#[derive(Deserialize)]
pub(crate) struct Links {
    pub(crate) config: Option<Descriptor>,
    #[serde(default)]
    pub(crate) layers: Vec<Descriptor>,
    #[serde(default)]
    pub(crate) manifests: Vec<Descriptor>,
}

impl Links {
    /// Reads a manifest. Errors: it is not there or no manifest.
    pub(crate) fn read(store: &Store, digest: &Digest) -> Result<Self, Error> {
        let path = store.blobs().path(digest);
        let bytes = std::fs::read(&path).map_err(Error::io("read", &path))?;
        serde_json::from_slice(&bytes).map_err(|source| Error::Json { path, source })
    }
}

/// Adds a blob and, if it is a manifest, all that it names, however deep.
///
/// Whether it is one is seen from its content, because records name blobs without saying what they are.
pub(crate) fn follow(store: &Store, digest: Digest, reached: &mut BTreeSet<Digest>) {
    if reached.insert(digest)
        && let Some(manifest) = read_manifest(store, &digest)
    {
        for nested in digests_in(&manifest) {
            follow(store, nested, reached);
        }
    }
}

/// Every `sha256:...` in a JSON value, keys not counted.
pub(crate) fn digests_in(value: &Value) -> Vec<Digest> {
    match value {
        Value::String(text) if text.starts_with("sha256:") => text.parse().into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(digests_in).collect(),
        Value::Object(fields) => fields.values().flat_map(digests_in).collect(),
        _ => Vec::new(),
    }
}

fn read_manifest(store: &Store, digest: &Digest) -> Option<Value> {
    let mut file = File::open(store.blobs().path(digest)).ok()?;
    if file.metadata().ok()?.len() > MANIFEST_LIMIT {
        return None;
    }
    let mut first = [0];
    file.read_exact(&mut first).ok()?;
    if first != *b"{" {
        return None;
    }
    let mut text = first.to_vec();
    file.read_to_end(&mut text).ok()?;
    let value: Value = serde_json::from_slice(&text).ok()?;
    (value.get("layers").is_some() || value.get("manifests").is_some()).then_some(value)
}
