//! Builds that are killed at every stage, and builders side by side: no broken image, nothing left running, and
//! the next build gives what it should.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;
#[path = "common/stores.rs"]
mod stores;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use common::{folder, images_and_blobs};
use stores::{DEFINITION, FIRST_MANIFEST, OwnStore, digest_of, first_store, repository, users_of};

/// How long any step may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(180);

/// A build that runs, and what it says.
struct Building {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Building {
    fn start(store: &OwnStore, repo: &Path) -> Self {
        let mut command = store.building(repo);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || stderr.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok()));
        Self { child, lines, said: Vec::new() }
    }

    /// Waits until it has said a line with one of these words, or has ended.
    fn wait_for(&mut self, words: &[&str]) {
        let deadline = Instant::now() + PATIENCE;
        while !self.said.iter().any(|line| words.iter().any(|word| line.contains(word))) {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => panic!("no {words:?} in {PATIENCE:?}: {:?}", self.said),
            }
        }
    }

    /// `kill -9`, after which nothing of it may stay. Says whether it was still alive.
    fn kill(mut self, store: &OwnStore) -> bool {
        let alive = self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let left = users_of(store.path());
            if left.is_empty() {
                return alive;
            }
            assert!(Instant::now() < deadline, "left after a kill: {left:#?}\n{:?}", self.said);
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Stages in the order of a build of a new store. Each is a line that says that something is done, or the start
/// of the build, and how long after it to kill, in milliseconds. What is done stays done, so later stages are
/// reached; a line of a later one does as well.
const STAGES: [(&str, &[u64]); 9] = [
    (START, &[5, 60, 150, 400, 1000]),
    ("unpacking", &[10, 300]),
    ("configuring", &[0, 300]),
    ("installing", &[50]),
    ("compiling", &[100]),
    ("applying", &[0]),
    ("writing the applied layer", &[0]),
    (START, &[10, 60, 300]),
    ("writing the base layer", &[0, 2, 5]),
];

const START: &str = "the start";

#[test]
fn a_build_can_be_killed_at_any_moment() {
    let Some((_, digest)) = first_store("builds that are killed") else { return };
    let (store, repo) = (OwnStore::new(), repository(FIRST_MANIFEST));
    let words = STAGES.map(|(stage, _)| stage);
    for (number, (stage, delays)) in STAGES.into_iter().enumerate() {
        let mut hits = 0;
        for delay in delays {
            let mut building = Building::start(&store, repo.path());
            if stage != START {
                building.wait_for(&words[number..]);
            }
            thread::sleep(Duration::from_millis(*delay));
            hits += usize::from(building.kill(&store));
            let images = store.images();
            let known = images.good();
            assert!(known.is_empty() || known.contains(digest), "{known}");
            assert_eq!(images.stderr, "", "killed {delay} ms after {stage}");
        }
        // Writing a small layer, which comes last, may be faster than the signal.
        assert!(hits > 0 || stage.starts_with("writing"), "no build was alive {delays:?} ms after {stage}");
    }
    let built = store.build(repo.path(), &[]);
    assert_eq!(digest_of(&built), digest, "{}", built.stderr);
    assert_eq!(
        images_and_blobs(store.path()).1.iter().filter(|name| name.starts_with("scratch/")).count(),
        0
    );
    // Each blob is what its name says.
    let opened = store::Store::at(store.path()).unwrap();
    for name in std::fs::read_dir(store.path().join("blobs/sha256")).unwrap() {
        let name = name.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with(".incoming-") || opened.blobs().verify(&name.parse().unwrap()).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn a_command_of_a_resource_does_not_outlive_a_killed_build() {
    let Some((store, digest)) = first_store("commands of killed builds") else { return };
    let script = "(trap '' TERM INT HUP; setsid sleep 1000 & exec sleep 1000) & sleep 1000";
    let repo = repository(&format!("exec {{ \"/bin/sh -c \\\"{script}\\\"\": timeout => 0 }}\n"));
    let before = images_and_blobs(store.path());
    let mut building = Building::start(&store, repo.path());
    building.wait_for(&["compiling"]);
    let deadline = Instant::now() + PATIENCE;
    while users_of(store.path()).iter().filter(|one| one.contains("sleep 1000")).count() < 3 {
        assert!(Instant::now() < deadline, "{:?}", users_of(store.path()));
        thread::sleep(Duration::from_millis(20));
    }
    building.kill(&store);
    assert_eq!(before.0, images_and_blobs(store.path()).0);
    assert_eq!(digest_of(&store.build(stores::repository(FIRST_MANIFEST).path(), &[])), digest);
    assert_eq!(before, images_and_blobs(store.path()), "the next build has cleaned up");
}

#[test]
fn builders_side_by_side_do_not_disturb_each_other() {
    let Some((store, _)) = first_store("builders side by side") else { return };
    let definition = |name: &str| format!("{DEFINITION}images: {{{name}: {{}}}}\n");
    let manifest = "file { '/srv/both': content => 'x' }\n";
    let repos =
        ["one", "two"].map(|name| folder(&[("effigy.yaml", &definition(name)), ("site.pp", manifest)]));
    let digests = thread::scope(|scope| {
        let builds = repos.each_ref().map(|repo| scope.spawn(|| digest_of(&store.build(repo.path(), &[]))));
        builds.map(|build| build.join().unwrap())
    });
    let listed = store.images();
    for (name, digest) in ["one", "two"].iter().zip(&digests) {
        assert!(
            listed.good().lines().any(|line| line.starts_with(name) && line.contains(digest)),
            "{listed:?}"
        );
    }
    assert_eq!(listed.good().lines().count(), 3);
}
