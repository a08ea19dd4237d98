use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::num::NonZero;

use serde_json::{Value, json};
use sha256::Digest;
use store::Store;

use super::*;
use crate::testing::listing;

const EPOCH: u64 = 1_700_000_000;

fn new_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("store")).unwrap();
    (folder, store)
}

fn layer(store: &Store, compression: Compression, threads: usize, content: &[u8]) -> Layer {
    let mut writer = LayerWriter::new(store, compression, NonZero::new(threads).unwrap()).unwrap();
    content.chunks(70_001).for_each(|piece| writer.write_all(piece).unwrap());
    writer.finish().unwrap()
}

fn configuration(layers: usize) -> Configuration {
    Configuration {
        architecture: "amd64".to_owned(),
        os: "linux".to_owned(),
        created: Some(rfc3339(EPOCH)),
        config: Execution {
            cmd: vec!["supervisord".to_owned(), "-n".to_owned()],
            exposed_ports: BTreeSet::from(["80/tcp".to_owned(), "443/tcp".to_owned()]),
            labels: BTreeMap::from([("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())]),
            ..Execution::default()
        },
        history: (0..layers).map(|number| History::new(EPOCH, format!("layer {number}"), None)).collect(),
        ..Configuration::default()
    }
}

fn sample_image(store: &Store) -> (store::Descriptor, Vec<Layer>) {
    let layers = vec![
        layer(store, Compression::GZIP, 2, b"one"),
        layer(store, Compression::ZSTD, 2, b"two"),
        layer(store, Compression::GZIP, 2, b"one"),
    ];
    let annotations = BTreeMap::from([("org.opencontainers.image.title".to_owned(), "x".to_owned())]);
    (assemble(store, &layers, &configuration(3), &annotations).unwrap(), layers)
}

#[test]
fn layers_come_back_and_do_not_depend_on_threads() {
    let (_folder, store) = new_store();
    let content: Vec<u8> = (0..5_000_000_u32).map(|number| (number / 7 % 251) as u8).collect();
    for compression in [Compression::None, Compression::GZIP, Compression::ZSTD] {
        let first = layer(&store, compression, 1, &content);
        assert_eq!(first.diff_id, Digest::of(&content));
        assert_eq!(layer(&store, compression, 2, &content), first);
        assert_eq!(layer(&store, compression, 5, &content), first);
        let mut read = Vec::new();
        open_layer(&store, &first.descriptor).unwrap().read_to_end(&mut read).unwrap();
        assert!(read == content, "{compression:?}");
    }
    drop(LayerWriter::new(&store, Compression::GZIP, NonZero::<usize>::MIN).unwrap());
}

#[test]
fn an_image_is_the_same_every_time() {
    let (_folder, store) = new_store();
    let (manifest, layers) = sample_image(&store);
    store.tag("sample", &manifest).unwrap();
    let image = Image::read(&store, &manifest.digest).unwrap();
    assert_eq!(image.layers(), layers);
    let configuration = store.blobs().read(&image.manifest.config.digest).unwrap();
    let expected = r#"{"architecture":"amd64","config":{"ExposedPorts":{"443/tcp":{},"80/tcp":{}},"#
        .to_owned()
        + r#""Cmd":["supervisord","-n"],"Labels":{"a":"1","b":"2"}},"#
        + r#""created":"2023-11-14T22:13:20Z","history":["#;
    assert!(configuration.starts_with(expected.as_bytes()), "{}", String::from_utf8_lossy(&configuration));
    assert_eq!(sample_image(&store).0, manifest);
    assert!(matches!(
        assemble(&store, &layers, &self::configuration(2), &BTreeMap::new()),
        Err(Error::LayerCount { layers: 3, found: 2, .. })
    ));
}

#[test]
fn what_a_base_image_says_is_kept() {
    let (_folder, store) = new_store();
    let base = layer(&store, Compression::GZIP, 1, b"base");
    let theirs = json!({
        "architecture": "arm64", "variant": "v8", "os": "linux",
        "config": {
            "Cmd": null, "Volumes": null, "Env": ["A=1"], "OnBuild": null, "Shell": ["/bin/ash"],
            "Healthcheck": {"Test": ["NONE"]}
        },
        "history": [{"created_by": "x", "author": "y"}, {"created_by": "ENV", "empty_layer": true}],
        "rootfs": {"type": "layers", "diff_ids": [base.diff_id]}
    });
    let mut descriptor = base.descriptor.clone();
    descriptor.media_type = "application/vnd.docker.image.rootfs.diff.tar.gzip".to_owned();
    let config = store.blobs().put(theirs.to_string().as_bytes()).unwrap().descriptor("docker");
    let manifest = json!({"schemaVersion": 2, "config": config, "layers": [descriptor]});
    let manifest = store.blobs().put(manifest.to_string().as_bytes()).unwrap();

    let image = Image::read(&store, &manifest.digest).unwrap();
    let made = assemble(&store, &image.layers(), &image.configuration, &BTreeMap::new()).unwrap();
    let made = Image::read(&store, &made.digest).unwrap();
    assert_eq!(made.manifest.layers[0].media_type, media_type::LAYER_GZIP);
    let ours: Value =
        serde_json::from_slice(&store.blobs().read(&made.manifest.config.digest).unwrap()).unwrap();
    for kept in ["/variant", "/config/Shell", "/config/Healthcheck", "/config/Env", "/history"] {
        assert_eq!(ours.pointer(kept), theirs.pointer(kept), "{kept}");
    }
}

#[test]
fn archives_hold_the_image_and_are_the_same_every_time() {
    let (folder, store) = new_store();
    let (manifest, layers) = sample_image(&store);
    let docker = || {
        let mut tar = Vec::new();
        write_docker_archive(&store, &manifest.digest, &["web:latest".to_owned()], &mut tar).unwrap();
        tar
    };
    let tar = docker();
    assert!(tar == docker());
    let lines = listing(&tar);
    assert_eq!(lines.len(), 4, "two layers, the configuration, the manifest: {lines:?}");
    assert_eq!(lines[0], format!("0 644 0 {}/layer.tar", layers[0].diff_id));

    let target = folder.path().join("layout");
    write_layout(&store, &manifest.digest, "sample", &target).unwrap();
    assert!(matches!(write_layout(&store, &manifest.digest, "sample", &target), Err(Error::Exists { .. })));
    let index: Value = serde_json::from_slice(&std::fs::read(target.join("index.json")).unwrap()).unwrap();
    assert_eq!(index["manifests"][0]["digest"], manifest.digest.oci());
    let mut tar = Vec::new();
    write_layout_archive(&store, &manifest.digest, "sample", &mut tar).unwrap();
    assert_eq!(listing(&tar).len(), 2 + 4 + 2);
    for blob in std::fs::read_dir(target.join("blobs/sha256")).unwrap() {
        let path = blob.unwrap().path();
        assert_eq!(
            Digest::of(std::fs::read(&path).unwrap()).to_string(),
            path.file_name().unwrap().to_str().unwrap()
        );
    }
}

#[test]
fn a_layer_that_is_not_what_the_image_says_is_noticed() {
    let (_folder, store) = new_store();
    let mut wrong = layer(&store, Compression::GZIP, 1, b"content");
    wrong.diff_id = Digest::of("something else");
    let manifest = assemble(&store, &[wrong], &Configuration::default(), &BTreeMap::new()).unwrap();
    let error = write_docker_archive(&store, &manifest.digest, &[], &mut std::io::sink()).unwrap_err();
    assert!(matches!(error, Error::DiffId { .. }), "{error}");
}

fn small_image(store: &Store) -> store::Descriptor {
    let layers = [b"one".as_slice(), b"two"].map(|content| layer(store, Compression::GZIP, 2, content));
    assemble(store, &layers, &configuration(2), &BTreeMap::new()).unwrap()
}

#[test]
fn what_was_written_for_others_is_read_back() {
    let (folder, from, to) = (tempfile::tempdir().unwrap(), new_store(), new_store());
    let manifest = small_image(&from.1);
    let layout = folder.path().join("layout");
    write_layout(&from.1, &manifest.digest, "web:1", &layout).unwrap();
    let opened = Layout::open(&layout).unwrap();
    for name in [None, Some("web:1")] {
        let found = opened.find(name).unwrap();
        assert!(opened.images_of(found).unwrap().is_empty());
        opened.import(&to.1, found).unwrap();
        assert_eq!(
            Image::read(&to.1, &found.digest).unwrap(),
            Image::read(&from.1, &manifest.digest).unwrap()
        );
    }
    assert!(opened.find(Some("mail")).unwrap_err().to_string().contains("no image `mail`; it holds web:1"));

    let archive = folder.path().join("web.tar");
    let tags = ["web:1".to_owned()];
    write_docker_archive(&from.1, &manifest.digest, &tags, &mut fs::File::create(&archive).unwrap()).unwrap();
    let (_kept, third) = new_store();
    let read = read_docker_archive(&third, &archive, Some("docker.io/library/web:1")).unwrap();
    // Our own layers come out of it as they went in.
    let (read, written) =
        (Image::read(&third, &read.digest).unwrap(), Image::read(&from.1, &manifest.digest).unwrap());
    assert_eq!((&read.configuration, read.layers()), (&written.configuration, written.layers()));
    assert!(
        read_docker_archive(&third, &archive, Some("x")).unwrap_err().to_string().contains("it holds web:1")
    );
}

#[test]
fn damaged_layouts_and_archives_are_refused() {
    let (folder, from, to) = (tempfile::tempdir().unwrap(), new_store(), new_store());
    assert!(Layout::open(folder.path()).unwrap_err().to_string().contains("there is no `oci-layout`"));
    let manifest = small_image(&from.1);
    let layout = folder.path().join("layout");
    write_layout(&from.1, &manifest.digest, "web", &layout).unwrap();
    let layer = &Image::read(&from.1, &manifest.digest).unwrap().manifest.layers[0];
    let path = layout.join("blobs/sha256").join(layer.digest.to_string());
    let mut bytes = fs::read(&path).unwrap();
    bytes[20] ^= 1;
    for (content, words) in
        [(Some(&bytes[..]), "is damaged"), (Some(&bytes[..9]), "is damaged"), (None, "is missing")]
    {
        match content {
            Some(content) => fs::write(&path, content).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let opened = Layout::open(&layout).unwrap();
        let error = opened.import(&to.1, opened.find(None).unwrap()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(!to.1.blobs().contains(&layer.digest).unwrap());
    }
    for (content, words) in
        [(&b"\x1f\x8b"[..], "gunzip"), (b"", "it has no `manifest.json`"), (&[7; 2000], "`docker save`")]
    {
        let archive = folder.path().join("a.tar");
        fs::write(&archive, content).unwrap();
        let error = read_docker_archive(&to.1, &archive, None).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}
