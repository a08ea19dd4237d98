//! The key of a layer: everything that can change its outcome, as one struct that can be printed.
//!
//! # How it is hashed
//! `effigy layer key N`, a line feed, and the struct as JSON in UTF-8 without spaces: fields in the order
//! below, maps sorted by the bytes of their names, numbers in their shortest form. N is [`KEY_VERSION`]; the
//! digest is SHA-256.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha256::Digest;

use crate::outside::Content;

/// Counts up when the same struct means another outcome, or when its form changes.
pub(crate) const KEY_VERSION: u32 = 1;

/// Types that have come to give another outcome for the same parameters, and how often. Whoever changes what
/// a native type does to a root counts it up here; all others have version 1.
const TYPE_VERSIONS: [(&str, u32); 0] = [];

/// All that a layer depends on. Files and lines of manifests, tags and the names of classes are not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerKey {
    /// `KEY_VERSION`.
    pub version: u32,
    /// The key of the layer below, or of the root below all.
    pub parent: Digest,
    /// Who applies it.
    pub applier: Applier,
    /// What bears on every layer, by name.
    pub settings: BTreeMap<String, String>,
    /// The packages that could be chosen from, if something in the layer may ask for packages.
    pub archive: Option<Digest>,
    /// In the order of applying.
    pub resources: Vec<KeyedResource>,
    /// Refreshes that come from layers below, if these changes happened there.
    pub events_in: Vec<EventIn>,
}

/// Who applies a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applier {
    /// Our own types.
    Native {
        /// The engine's version.
        engine: u32,
        /// The versions of the types that occur.
        types: BTreeMap<String, u32>,
    },
    /// Real Puppet.
    Puppet(PuppetIdentity),
}

/// Which real Puppet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PuppetIdentity {
    /// The tools root's key.
    pub tools: Digest,
    /// The driver's text.
    pub driver: Digest,
    /// Files, types and providers that modules bring.
    pub modules: Digest,
    /// The facts that providers look at.
    pub facts: Digest,
}

/// A resource in canonical form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyedResource {
    /// `Type[title]`.
    pub resource: String,
    /// Sorted; secrets and long texts as digests.
    pub parameters: BTreeMap<String, Json>,
    /// What it reads from outside the root, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outside: BTreeMap<String, Content>,
    /// What it reads of other resources: their parameters, or `null` if only that they are there counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub peers: BTreeMap<String, Json>,
    /// Of a package: resources of another kind, of this layer, that it waits for. It is not installed
    /// together with packages that do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits_for: Vec<String>,
    /// Resources of this layer whose changes refresh it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refreshed_by: Vec<String>,
}

/// A refresh across a boundary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventIn {
    /// The resource below.
    pub from: String,
    /// The resource that its change refreshes.
    pub to: String,
}

impl LayerKey {
    /// The digest under which the store knows the layer.
    pub fn digest(&self) -> Digest {
        let json = serde_json::to_string(self).expect("a key is plain data");
        Digest::of(format!("effigy layer key {KEY_VERSION}\n{json}"))
    }
}

impl Applier {
    /// Our own types, in the versions that this program has.
    pub(crate) fn native(engine: u32, names: impl Iterator<Item = String>) -> Self {
        let version =
            |name: &str| TYPE_VERSIONS.iter().find(|(known, _)| *known == name).map_or(1, |(_, it)| *it);
        Self::Native { engine, types: names.map(|name| (name.clone(), version(&name))).collect() }
    }

    /// In a word, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Native { .. } => "native",
            Self::Puppet(_) => "puppet",
        }
    }
}
