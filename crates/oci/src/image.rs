//! An image's configuration and manifest, as JSON that is the same every time.
//!
//! What a base image says beyond what is known here is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use sha256::Digest;
use store::{Descriptor, Store};

use crate::{Error, Layer, rfc3339};

/// The media types that are written.
pub mod media_type {
    /// A manifest.
    pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// A configuration.
    pub const CONFIGURATION: &str = "application/vnd.oci.image.config.v1+json";
    /// A layer that is not compressed.
    pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
    /// A layer in gzip.
    pub const LAYER_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
    /// A layer in Zstandard.
    pub const LAYER_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
}

/// What an image is, its layers' content apart. [`assemble`] fills in `rootfs`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// In the spelling of Go, e.g. `amd64`.
    #[serde(default)]
    pub architecture: String,
    /// How it is run.
    #[serde(default, deserialize_with = "nullable")]
    pub config: Execution,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// One entry a layer, and others that are marked as empty.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<History>,
    /// `linux`.
    #[serde(default)]
    pub os: String,
    /// The layers by their tars' digests.
    #[serde(default)]
    pub rootfs: RootFs,
    /// Whatever else a base image says, e.g. `variant`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How containers of an image are run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Execution {
    /// `user[:group]`, names or numbers; empty: root.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// E.g. `80/tcp`.
    #[serde(default, with = "keys", skip_serializing_if = "BTreeSet::is_empty")]
    pub exposed_ports: BTreeSet<String>,
    /// `NAME=value`, in this order.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// What is always run.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub entrypoint: Vec<String>,
    /// Its arguments, or what is run without an entrypoint.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub cmd: Vec<String>,
    /// Folders whose content outlives containers.
    #[serde(default, with = "keys", skip_serializing_if = "BTreeSet::is_empty")]
    pub volumes: BTreeSet<String>,
    /// Where processes start; empty: `/`.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "String::is_empty")]
    pub working_dir: String,
    /// Notes for people and tools.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What ends a container, e.g. `SIGQUIT`; empty: SIGTERM.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "String::is_empty")]
    pub stop_signal: String,
    /// Whatever else a base image says, e.g. `Healthcheck`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How a layer came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// More for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// No layer belongs to this entry.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty_layer: bool,
    /// Whatever else a base image says, e.g. `author`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl History {
    /// An entry for a layer.
    pub fn new(source_date_epoch: u64, created_by: impl Into<String>, comment: Option<String>) -> Self {
        let created = Some(rfc3339(source_date_epoch));
        Self { created, created_by: Some(created_by.into()), comment, ..Self::default() }
    }
}

/// The layers of an image, the lowest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFs {
    /// `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The digests of the tars.
    pub diff_ids: Vec<Digest>,
}

impl Default for RootFs {
    fn default() -> Self {
        Self { kind: "layers".to_owned(), diff_ids: Vec::new() }
    }
}

/// Names the blobs of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// 2.
    pub schema_version: u32,
    /// [`media_type::MANIFEST`], or Docker's in a pulled image.
    #[serde(default)]
    pub media_type: String,
    /// The configuration.
    pub config: Descriptor,
    /// The layers, the lowest first.
    pub layers: Vec<Descriptor>,
    /// `org.opencontainers.image.*` and others.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Whatever else is said.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An image read back from a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its configuration.
    pub configuration: Configuration,
}

impl Image {
    /// Reads manifest and configuration, whether OCI's or Docker's. Errors: blobs that are missing, damaged
    /// or something else; another number of layers than of diff ids.
    pub fn read(store: &Store, manifest: &Digest) -> Result<Self, Error> {
        let manifest: Manifest = read_json(store, manifest, "manifest")?;
        let configuration: Configuration = read_json(store, &manifest.config.digest, "configuration")?;
        let (layers, found) = (manifest.layers.len(), configuration.rootfs.diff_ids.len());
        if layers != found {
            return Err(Error::LayerCount { what: "list of diff ids", layers, found });
        }
        Ok(Self { manifest, configuration })
    }

    /// Its layers, the lowest first, for an image that is made on top of it.
    pub fn layers(&self) -> Vec<Layer> {
        let diff_ids = self.configuration.rootfs.diff_ids.iter();
        let layers = self.manifest.layers.iter().zip(diff_ids);
        layers
            .map(|(descriptor, diff_id)| Layer { descriptor: descriptor.clone(), diff_id: *diff_id })
            .collect()
    }
}

/// Stores an image of these layers, the lowest first, and points at its manifest; a name it gets by
/// [`Store::tag`].
///
/// `configuration.rootfs` is not looked at. Errors: a history that tells of another number of layers (an
/// empty one is fine), a full disk.
pub fn assemble(
    store: &Store,
    layers: &[Layer],
    configuration: &Configuration,
    annotations: &BTreeMap<String, String>,
) -> Result<Descriptor, Error> {
    let told = configuration.history.iter().filter(|entry| !entry.empty_layer).count();
    if !configuration.history.is_empty() && told != layers.len() {
        return Err(Error::LayerCount { what: "history", layers: layers.len(), found: told });
    }
    let mut configuration = configuration.clone();
    configuration.rootfs.kind = "layers".to_owned();
    configuration.rootfs.diff_ids = layers.iter().map(|layer| layer.diff_id).collect();
    let manifest = Manifest {
        schema_version: 2,
        media_type: media_type::MANIFEST.to_owned(),
        config: put_json(store, &configuration, media_type::CONFIGURATION)?,
        layers: layers.iter().map(|layer| as_oci(&layer.descriptor)).collect(),
        annotations: annotations.clone(),
        other: Map::new(),
    };
    put_json(store, &manifest, media_type::MANIFEST)
}

/// A manifest must not mix Docker's media types with OCI's; the blobs are the same.
fn as_oci(layer: &Descriptor) -> Descriptor {
    let mut layer = layer.clone();
    layer.media_type = match layer.media_type.as_str() {
        "application/vnd.docker.image.rootfs.diff.tar" => media_type::LAYER.to_owned(),
        "application/vnd.docker.image.rootfs.diff.tar.gzip" => media_type::LAYER_GZIP.to_owned(),
        "application/vnd.docker.image.rootfs.diff.tar.zstd" => media_type::LAYER_ZSTD.to_owned(),
        _ => layer.media_type,
    };
    layer
}

pub(crate) fn put_json<T: Serialize>(
    store: &Store,
    value: &T,
    media_type: &str,
) -> Result<Descriptor, Error> {
    let bytes = serde_json::to_vec(value).expect("maps with text keys can be written as JSON");
    Ok(store.blobs().put(&bytes[..])?.descriptor(media_type))
}

fn read_json<T: DeserializeOwned>(store: &Store, digest: &Digest, what: &'static str) -> Result<T, Error> {
    let bytes = store.blobs().read(digest)?;
    serde_json::from_slice(&bytes).map_err(|source| Error::Json { what, digest: *digest, source })
}

/// Docker writes `null` for what is empty.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// Go has no sets: `{"80/tcp": {}}`.
mod keys {
    use super::*;

    pub(super) fn serialize<S: Serializer>(set: &BTreeSet<String>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(set.iter().map(|key| (key, Value::Object(Map::new()))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeSet<String>, D::Error> {
        let map: BTreeMap<String, Value> = nullable(from)?;
        Ok(map.into_keys().collect())
    }
}
