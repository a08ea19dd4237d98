//! What the store keeps of a finished layer beside its blob: what later layers and people ask of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha256::Digest;

use crate::{Error, Layer, error};

/// Counts up when the JSON form of a record changes.
pub const RECORD_VERSION: u32 = 1;

/// A finished layer. Only a layer in which nothing failed gets one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerRecord {
    /// [`RECORD_VERSION`].
    pub version: u32,
    /// The key that it was made under.
    pub key: Digest,
    /// Its name in the plan.
    pub name: String,
    /// The resources in it that cause refreshes, and how. A layer from the store causes them as if it had
    /// just run. Names here and below are without secrets; see [`crate::redact`].
    pub events: BTreeMap<String, Event>,
    /// Services that its resources want in some state, in the order in which they were met.
    pub services: Vec<Service>,
    /// Who made or changed which path: paths by owner, sorted. The owner is a resource, or `Package[NAME]`
    /// for what came with a package, whichever resource caused that. Paths are absolute; bytes that are no
    /// UTF-8, and the backslash, are written `\xNN`.
    pub owners: BTreeMap<String, Vec<String>>,
}

/// Why a resource causes refreshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It was changed.
    Changed,
    /// It was refreshed itself.
    Restarted,
}

/// A service that the catalog wants in some state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Whether it should run, if the catalog says.
    pub running: Option<bool>,
    /// The command that starts it, if the catalog says.
    pub start: Option<String>,
}

impl LayerRecord {
    /// A record of a layer in which nothing happened yet.
    pub fn new(layer: &Layer) -> Self {
        Self {
            version: RECORD_VERSION,
            key: layer.digest,
            name: layer.name.clone(),
            events: BTreeMap::new(),
            services: Vec::new(),
            owners: BTreeMap::new(),
        }
    }

    /// Notes who made a path, given as its bytes. The last to touch it owns it.
    pub fn own(&mut self, path: &[u8], owner: &str) {
        let path = path_text(path);
        for paths in self.owners.values_mut() {
            if let Ok(place) = paths.binary_search(&path) {
                paths.remove(place);
            }
        }
        self.owners.retain(|_, paths| !paths.is_empty());
        let paths = self.owners.entry(owner.to_owned()).or_default();
        if let Err(place) = paths.binary_search(&path) {
            paths.insert(place, path);
        }
    }

    /// Reads what [`LayerRecord::to_json`] wrote. Errors: another version, or another form.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        error::read("record of a layer", RECORD_VERSION, bytes)
    }

    /// The record as JSON; the same bytes for the same record.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a record is plain data")
    }
}

fn path_text(path: &[u8]) -> String {
    let mut text = String::new();
    for chunk in path.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\\', "\\x5c"));
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_owner_and_a_name() {
        let mut record = LayerRecord {
            version: RECORD_VERSION,
            key: Digest::of("key"),
            name: "packages".into(),
            events: BTreeMap::from([("File[/a]".into(), Event::Changed)]),
            services: vec![Service { name: "x".into(), running: Some(true), start: None }],
            owners: BTreeMap::new(),
        };
        record.own(b"/etc/a", "Package[a]");
        record.own(b"/etc/b\\\xff", "Package[a]");
        record.own(b"/etc/a", "File[/etc/a]");
        let expected = r#"{"File[/etc/a]":["/etc/a"],"Package[a]":["/etc/b\\x5c\\xff"]}"#;
        assert_eq!(serde_json::to_string(&record.owners).unwrap(), expected);
        assert_eq!(LayerRecord::from_json(&record.to_json()).unwrap(), record);
        let newer = String::from_utf8(record.to_json()).unwrap().replacen("1", "9", 1);
        let error = LayerRecord::from_json(newer.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "this record of a layer has version `9`, expected `1`");
        assert!(LayerRecord::from_json(b"[]").is_err());
    }
}
