//! Real modules, as Debian packages them, through a Forge of the tests' own: what comes out is what went in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use common::World;
use common::forge::Forge;

/// Where Debian's packages of modules put them.
const INSTALLED: [&str; 2] = ["/usr/share/puppet/modules.available", "/usr/share/puppet/modules"];

/// More would not show more.
const MOST: usize = 12;

/// Modules of this machine: slug, version and folder.
fn packaged() -> BTreeMap<String, (String, PathBuf)> {
    let mut found = BTreeMap::new();
    let entries = INSTALLED.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    for folder in entries.map(|entry| fs::canonicalize(entry.unwrap().path()).unwrap()) {
        let Ok(text) = fs::read(folder.join("metadata.json")) else { continue };
        let metadata: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let slug = metadata["name"].as_str().unwrap().replace('/', "-");
        if slug.matches('-').count() == 1 {
            found.insert(slug, (metadata["version"].as_str().unwrap().to_owned(), folder));
        }
    }
    found.into_iter().take(MOST).collect()
}

fn archive(top: &str, folder: &Path) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    builder.follow_symlinks(false);
    builder.append_dir_all(top, folder).unwrap();
    builder.into_inner().unwrap().finish().unwrap()
}

/// Files by their paths, and what they hold; links by where they point.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() {
                let target = fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), target);
            } else if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found.remove(Path::new(".effigy-module.json"));
    found
}

#[test]
fn what_is_installed_is_what_was_published() {
    let modules = packaged();
    if modules.is_empty() {
        let words = "\n*** NOT TESTED on this machine: Debian's packages of modules: none is installed\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    }
    let forge = Forge::new();
    let mut puppetfile = format!("forge '{}'\n", forge.url);
    for (slug, (version, folder)) in &modules {
        forge.publish_archive(slug, version, archive(&format!("{slug}-{version}"), folder));
        puppetfile += &format!("mod '{slug}', '{version}'\n");
    }
    let world = World::new(&puppetfile);
    assert_eq!(world.install().unwrap().installed.len(), modules.len());
    for (slug, (_, folder)) in &modules {
        let installed = world.path("repo/modules").join(slug.split_once('-').unwrap().1);
        assert!(contents(folder) == contents(&installed), "{slug}");
    }
    assert_eq!(world.install().unwrap().present.len(), modules.len());
}
