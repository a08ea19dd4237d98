//! OCI's way to point at a blob. Fields that effigy does not know are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha256::Digest;

/// The annotation that names an image in an OCI layout.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// Points at a blob: what it is, which, how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What the blob holds, e.g. `application/vnd.oci.image.manifest.v1+json`.
    pub media_type: String,
    /// Its name in the store.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// Notes of the one who points, e.g. [`REF_NAME`] in the index.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Whatever else was said, e.g. `platform`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Descriptor {
    /// A descriptor without annotations.
    pub fn new(media_type: impl Into<String>, digest: Digest, size: u64) -> Self {
        let media_type = media_type.into();
        Self { media_type, digest, size, annotations: BTreeMap::new(), other: Map::new() }
    }
}
