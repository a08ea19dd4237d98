//! Stores with a built image in them: one is made, the tests get copies of it.

#![allow(dead_code, reason = "every test program uses a part of this")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Ended, cannot_run, effigy, folder, run};

/// The smallest repository; its image is called `tiny`.
pub const DEFINITION: &str = "bases:\n  trixie: {debian: trixie}\ndefaults: {from: trixie}\n";

/// A repository with this manifest and an image of the smallest base.
pub fn repository(manifest: &str) -> TempDir {
    folder(&[("effigy.yaml", &format!("{DEFINITION}images: {{tiny: {{}}}}\n")), ("site.pp", manifest)])
}

/// What the store that all others are copied from holds.
pub const FIRST_MANIFEST: &str = "file { '/srv/hello': content => \"hello\\n\" }\n";

/// A store of one test, removed when the test ends.
pub struct OwnStore {
    path: PathBuf,
}

impl OwnStore {
    /// Nothing yet.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self { path: stores().join(format!("store-{number}")) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Builds the repository's images into it.
    pub fn build(&self, repo: &Path, arguments: &[&str]) -> Ended {
        run(self.building(repo).args(arguments))
    }

    /// The command for that.
    pub fn building(&self, repo: &Path) -> Command {
        let mut command = effigy();
        command.arg("-C").arg(repo).arg("--store").arg(&self.path).arg("build");
        command
    }

    /// Its images as `effigy images` tells them.
    pub fn images(&self) -> Ended {
        run(effigy().arg("--store").arg(&self.path).arg("images"))
    }
}

impl Drop for OwnStore {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// A copy of the store in which the image `tiny` was built, and that image's digest. None, loudly, on a
/// machine that cannot build.
pub fn first_store(what: &str) -> Option<(OwnStore, &'static str)> {
    static FIRST: OnceLock<Result<(OwnStore, String), String>> = OnceLock::new();
    match FIRST.get_or_init(make_first) {
        Ok((first, digest)) => Some((copy(first), digest)),
        Err(why) => {
            cannot_run(what, why);
            None
        }
    }
}

/// The digest of the one image that a build has told of.
#[track_caller]
pub fn digest_of(built: &Ended) -> String {
    built.good().split_whitespace().nth(1).expect("a build tells name and digest").to_owned()
}

fn make_first() -> Result<(OwnStore, String), String> {
    can_build()?;
    let store = OwnStore::new();
    let repo = repository(FIRST_MANIFEST);
    let built = store.build(repo.path(), &[]);
    Ok((store, digest_of(&built)))
}

/// Whether this machine can build at all, by the program's own word.
pub fn can_build() -> Result<(), String> {
    let ended = run(effigy().args(["doctor", "--format", "json"]));
    let answer: Value = serde_json::from_str(&ended.stdout).map_err(|error| error.to_string())?;
    let bad = |finding: &&Value| {
        finding["state"] == "bad" || (finding["what"] == "mirror" && finding["state"] != "good")
    };
    match answer["findings"].as_array().into_iter().flatten().find(bad) {
        None => Ok(()),
        Some(finding) => Err(format!("{}: {}", finding["what"], finding["detail"])),
    }
}

/// Processes that see something of a store, and mounts that do.
pub fn users_of(store: &Path) -> Vec<String> {
    let store = store.display().to_string();
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let path = entry.ok()?.path();
        let mounts = fs::read_to_string(path.join("mountinfo")).ok()?;
        let command = fs::read_to_string(path.join("cmdline")).ok()?;
        let uses = mounts.contains(&store) || command.contains(&store);
        uses.then(|| format!("{} {}", path.display(), command.replace('\0', " ")))
    });
    processes.collect()
}

/// A copy that shares files which are only ever replaced, never written to, and the folder of roots, which any
/// number of builds may use. Other locks are its own.
fn copy(first: &OwnStore) -> OwnStore {
    const SCRIPT: &str = r#"set -e
        mkdir "$2" "$2/cache"
        cp -al "$1/blobs" "$2/blobs"
        for bucket in debs lists layers catalogs; do cp -al "$1/cache/$bucket-v1" "$2/cache"; done
        ln -s "$1/cache/roots-v1" "$2/cache"
        for lock in "$1"/cache/lists-v1/*.lock; do cp --remove-destination -p "$lock" "$2/${lock#$1/}"; done
        cp -p "$1/lock" "$1/index.json" "$1/oci-layout" "$2""#;
    let copy = OwnStore::new();
    let ended = run(as_owner("sh").args(["-c", SCRIPT, "sh"]).arg(&first.path).arg(&copy.path));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    copy
}

/// A command that may do what it likes to the files of a store, which have many owners.
pub fn as_owner(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--map-auto", program]);
    command
}

/// Where stores of this run lie: all on one file system. What runs before it have left is removed, for the
/// store that others are copied from stays until the next run.
fn stores() -> &'static Path {
    static STORES: OnceLock<PathBuf> = OnceLock::new();
    STORES.get_or_init(|| {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
        for entry in fs::read_dir(all).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let process = name.strip_prefix("stores-");
            if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
                remove(&all.join(name));
            }
        }
        let path = all.join(format!("stores-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        path
    })
}

fn remove(path: &Path) {
    let ended = run(as_owner("rm").arg("-rf").arg(path));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}
