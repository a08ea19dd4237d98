//! Builds on bases that are images: their layers stay as they are, what they run is inherited, and an image that does
//! not lead anywhere safe is refused. Needs what every build needs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;
#[path = "common/stores.rs"]
mod stores;

use std::fs;
use std::path::Path;

use common::{effigy, folder, run};
use oci::Image;
use store::Store;
use stores::{OwnStore, first_store};

const HELLO: &str = "file { '/srv/more': content => \"more\\n\" }\nfile { '/srv/hello': ensure => absent }\n";

fn image(store: &OwnStore, name: &str) -> Image {
    let store = Store::at(store.path()).unwrap();
    let manifest = store.image(name).unwrap().unwrap().manifest;
    Image::read(&store, &manifest.digest).unwrap()
}

/// Writes the first image, `tiny`, as a file or folder below the repository.
fn export(store: &OwnStore, repo: &Path, place: &str) {
    let (form, path) = place.split_once(':').unwrap();
    // A copied store is made whole when it is opened.
    Store::open(store.path()).unwrap();
    let place = format!("{form}:{}", repo.join(path).display());
    run(effigy().arg("--store").arg(store.path()).args(["export", "tiny", &place])).good();
}

#[test]
fn an_image_may_be_the_base_of_others() {
    let Some((store, _)) = first_store("bases that are images") else { return };
    let repo = folder(&[("site.pp", HELLO)]);
    export(&store, repo.path(), "oci:layout");
    export(&store, repo.path(), "docker-archive:tiny.tar");
    let definition = "images:\n  on-layout: {from: 'oci:layout', env: {A: b}, cmd: [cat, /srv/more]}\n  \
                      on-archive: {from: 'docker-archive:tiny.tar:tiny:latest'}\n";
    fs::write(repo.path().join("effigy.yaml"), definition).unwrap();
    store.build(repo.path(), &[]).good();
    let (base, upper, other) =
        (image(&store, "tiny"), image(&store, "on-layout"), image(&store, "on-archive"));
    assert_eq!(upper.layers()[..2], base.layers()[..]);
    // Our own layers come out of an archive as they went in; both catalogs change the same.
    assert_eq!(other.layers(), upper.layers());
    assert_eq!(upper.configuration.config.cmd, ["cat", "/srv/more"]);
    let env = &upper.configuration.config.env;
    assert_eq!((env.len(), env.last().map(String::as_str)), (2, Some("A=b")));
    assert_eq!(upper.configuration.history.len(), 3);
    assert_eq!(upper.configuration.history[..2], base.configuration.history[..]);
    let names = names_of(&store, &upper);
    assert!(
        names.contains(&"srv/more".to_owned()) && names.contains(&"srv/.wh.hello".to_owned()),
        "{names:?}"
    );
    // Nothing is done again.
    let again = store.build(repo.path(), &[]);
    assert_eq!(again.good().matches("unchanged").count(), 2, "{}", again.stdout);
}

/// The paths of an image's upmost layer.
fn names_of(store: &OwnStore, image: &Image) -> Vec<String> {
    let store = Store::at(store.path()).unwrap();
    let mut archive = tar::Archive::new(oci::open_layer(&store, &image.layers()[2].descriptor).unwrap());
    archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect()
}
