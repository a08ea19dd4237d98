//! What tests of registries share: stores with an image, and a small registry in memory that misbehaves on
//! demand.

#![allow(dead_code, reason = "every test program uses a part of this")]

pub mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::path::Path;

use oci::{Compression, Configuration, LayerOptions, LayerWriter};
use registry::{Client, Keychain, Options, Platform, Reference};
use store::{Descriptor, Store};
use tempfile::TempDir;

/// A store in a folder of its own.
pub struct TestStore {
    pub store: Store,
    _folder: TempDir,
}

impl std::ops::Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

pub fn new_store() -> TestStore {
    let folder = tempfile::Builder::new().prefix("effigy-registry-").tempdir().unwrap();
    TestStore { store: Store::open(folder.path().join("store")).unwrap(), _folder: folder }
}

/// Bytes that do not compress, the same every time.
pub fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(next).collect()
}

/// An image of layers of so many bytes and a few more, for an architecture.
pub fn image_for(store: &Store, architecture: &str, layers: &[usize]) -> Descriptor {
    let mut written = Vec::new();
    for (number, length) in layers.iter().enumerate() {
        let tree = tempfile::tempdir().unwrap();
        fs::write(tree.path().join(format!("file-{number}")), noise(*length, number as u64 + 1)).unwrap();
        let mut writer = LayerWriter::new(store, Compression::GZIP, NonZero::<usize>::MIN).unwrap();
        let options = LayerOptions { source_date_epoch: 0, exclude: &|_| false, lower: None };
        oci::write_tree(tree.path(), &options, &mut writer).unwrap();
        written.push(writer.finish().unwrap());
    }
    let configuration =
        Configuration { architecture: architecture.into(), os: "linux".into(), ..Configuration::default() };
    oci::assemble(store, &written, &configuration, &BTreeMap::new()).unwrap()
}

/// The same for this test's usual architecture.
pub fn image(store: &Store, layers: &[usize]) -> Descriptor {
    image_for(store, "amd64", layers)
}

/// An index of images, stored.
pub fn index_of(store: &Store, images: &[(&str, &Descriptor)]) -> Descriptor {
    let entries = images.iter().map(|(architecture, image)| {
        let platform = serde_json::json!({"os": "linux", "architecture": architecture});
        serde_json::json!({"mediaType": image.media_type, "digest": image.digest, "size": image.size, "platform": platform})
    });
    let media_type = "application/vnd.oci.image.index.v1+json";
    let index = serde_json::json!({
        "schemaVersion": 2, "mediaType": media_type, "manifests": entries.collect::<Vec<_>>(),
    });
    store.blobs().put(index.to_string().as_bytes()).unwrap().descriptor(media_type)
}

pub fn amd64() -> Platform {
    Platform::linux("amd64")
}

pub fn reference(text: &str) -> Reference {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// A client that is told nothing.
pub fn client() -> Client {
    Client::new(Options::default())
}

/// A file of credentials for registries by host, and the options that name it.
pub fn options_with(folder: &Path, users: &[(&str, &str, &str)]) -> Options {
    let auths: BTreeMap<_, _> = users
        .iter()
        .map(|(host, user, password)| (*host, serde_json::json!({"username": user, "password": password})))
        .collect();
    let path = folder.join("auth.json");
    fs::write(&path, serde_json::json!({ "auths": auths }).to_string()).unwrap();
    Options { keychain: Keychain { files: vec![path], ..Keychain::default() }, ..Options::default() }
}

/// The names of all blobs and images: what a failed pull leaves alone.
pub fn content(store: &Store) -> (Vec<String>, String) {
    let mut names: Vec<String> = fs::read_dir(store.path().join("blobs/sha256"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    (names, fs::read_to_string(store.path().join("index.json")).unwrap())
}

/// Says loudly that something cannot be tested on this machine; where everything must be, that is a failure.
#[track_caller]
pub fn cannot_run(what: &str, why: &str) {
    let words = format!("NOT TESTED on this machine: {what}: {why}");
    assert!(std::env::var_os("CI").is_none(), "{words}");
    // Not by `eprintln!`: the test harness keeps what tests that pass have printed to itself.
    std::io::stderr().write_all(format!("\n*** {words}\n\n").as_bytes()).unwrap();
}
