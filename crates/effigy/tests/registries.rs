//! `push`, `pull` and `copy` as they are typed, against Debian's docker-registry: answers, exit codes, and what is
//! left behind. How a registry that misbehaves is met is tested in the crate `registry`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{Ended, cannot_run, effigy, folder, images_and_blobs, put_image, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// `htpasswd -Bbn anna hunter2`
const PASSWORDS: &str = "anna:$2y$05$ju1c/ZgBgIWvyJrdpoW39.g4w276Y663VMEpKGTiLdEbS0W51lJky\n";

/// A docker-registry that anna may use with her password, stopped when it is dropped.
struct Registry {
    process: Child,
    host: String,
    folder: TempDir,
}

impl Registry {
    /// None, said loudly, if it is not installed.
    fn start() -> Option<Self> {
        let folder = folder(&[("passwords", PASSWORDS)]);
        let host = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let own = folder.path().display().to_string();
        let settings = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: {own}/data}}}}\nhttp: {{addr: '{host}'}}\n\
             auth: {{htpasswd: {{realm: test, path: {own}/passwords}}}}\n"
        );
        fs::write(folder.path().join("config.yml"), settings).unwrap();
        let auths = json!({"auths": {(host.as_str()): {"username": "anna", "password": "hunter2"}}});
        fs::write(folder.path().join("auth.json"), auths.to_string()).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let spawned = Command::new("docker-registry")
            .arg("serve")
            .arg(folder.path().join("config.yml"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        let Ok(process) = spawned else {
            cannot_run("registries", "the package `docker-registry` is not installed");
            return None;
        };
        let registry = Self { process, host, folder };
        let begun = Instant::now();
        while TcpStream::connect(&registry.host).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "docker-registry does not start");
            thread::sleep(Duration::from_millis(50));
        }
        Some(registry)
    }

    /// Runs effigy as anna.
    fn effigy(&self, store: &Path, arguments: &[&str]) -> Ended {
        let file = self.folder.path().join("auth.json");
        run(without_credentials(&mut effigy())
            .env("REGISTRY_AUTH_FILE", file)
            .arg("--store")
            .arg(store)
            .args(arguments))
    }

    fn named(&self, name: &str) -> String {
        format!("{}/{name}", self.host)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The credentials of whoever runs the tests are no matter of theirs.
fn without_credentials(command: &mut Command) -> &mut Command {
    for name in ["XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE"] {
        command.env_remove(name);
    }
    command.env("HOME", "/nonexistent")
}

fn data(ended: &Ended) -> Value {
    serde_json::from_str(ended.good()).unwrap()
}

/// The manifest's digest of an image in a store.
fn digest(store: &Path, name: &str) -> String {
    let ended = run(effigy().arg("--store").arg(store).args(["images", "--format", "json"]));
    let answer = data(&ended);
    let images = answer["images"].as_array().unwrap();
    let image = images.iter().find(|image| image["name"] == name);
    image.unwrap_or_else(|| panic!("{answer}"))["manifest"].as_str().unwrap().to_owned()
}

#[test]
fn images_go_to_a_registry_and_come_back() {
    let Some(registry) = Registry::start() else { return };
    let (from, to) = (folder(&[]), folder(&[]));
    put_image(from.path(), "web");
    put_image(from.path(), "team/mail");
    let target = registry.named("web:1.0");
    let pushed = data(&registry.effigy(from.path(), &["--format", "json", "push", "web", &target]));
    let pushed = &pushed["pushed"][0];
    assert_eq!((&pushed["reference"], &pushed["sent"]), (&json!(target), &json!(2)));
    assert_eq!(pushed["digest"], digest(from.path(), "web"));
    let again = registry.effigy(from.path(), &["push", "web", &target]);
    assert!(again.good().ends_with("  unchanged\n"), "{}", again.stdout);
    let all = registry.effigy(from.path(), &["push", "--to", &registry.named("all/"), "--tag", "2"]);
    assert!(all.good().contains("/all/web:2  sha256:") && all.stdout.contains("/all/team/mail:2  sha256:"));
    assert_eq!(registry.effigy(to.path(), &["pull", &target, "--name", "mine"]).code, Some(0));
    assert_eq!(digest(to.path(), "mine"), digest(from.path(), "web"));
    // A pulled image goes by its reference, and may go back where it came from.
    let pulled = data(&registry.effigy(to.path(), &["pull", &target, "--format", "json"]));
    assert_eq!(pulled["pulled"][0]["resolved"], format!("{target}@{}", digest(from.path(), "web")));
    assert!(registry.effigy(to.path(), &["push", &target]).good().contains("unchanged"));
}

#[test]
fn images_are_copied_between_places() {
    let Some(registry) = Registry::start() else { return };
    let (store, files) = (folder(&[]), folder(&[]));
    put_image(store.path(), "web");
    let [one, two, three] = ["web:1", "copy:1", "from-layout:1"].map(|name| registry.named(name));
    registry.effigy(store.path(), &["push", "web", &one]).good();
    let copied = registry.effigy(store.path(), &["copy", &one, &two]);
    assert!(copied.good().contains("0 blobs sent (0 B), 2 mounted"), "{}", copied.stdout);
    let layout = format!("oci:{}:web", files.path().join("layout").display());
    let archive = format!("docker-archive:{}", files.path().join("web.tar").display());
    registry.effigy(store.path(), &["copy", &one, &layout]).good();
    registry.effigy(store.path(), &["copy", &two, &archive]).good();
    let copied = data(&registry.effigy(store.path(), &["--format", "json", "copy", &layout, &three]));
    assert_eq!(copied["digest"], digest(store.path(), "web"));
    registry.effigy(store.path(), &["copy", &archive, &registry.named("from-archive")]).good();
    let refused = registry.effigy(store.path(), &["copy", &one, &layout]);
    refused.refused(2, &["exists already", "hint: name a new folder"]);
}

#[test]
fn who_may_not_is_told_so() {
    let Some(registry) = Registry::start() else { return };
    let store = folder(&[]);
    put_image(store.path(), "web");
    let before = images_and_blobs(store.path());
    let target = registry.named("web");
    let nobody = |arguments: &[&str]| {
        run(without_credentials(&mut effigy()).arg("--store").arg(store.path()).args(arguments))
    };
    let words = ["refuses whoever has not logged in", "hint: log in with `docker login"];
    nobody(&["push", "web", &target]).refused(1, &words);
    nobody(&["pull", &target]).refused(1, &words);
    let wrong = folder(&[(
        "auth.json",
        &json!({"auths": {(registry.host.as_str()): {"auth": "YW5uYTp3cm9uZw=="}}}).to_string(),
    )]);
    let file = wrong.path().join("auth.json").display().to_string();
    nobody(&["push", "--auth-file", &file, "web", &target])
        .refused(1, &["refuses the credentials of `anna`"]);
    registry
        .effigy(store.path(), &["pull", &target])
        .refused(1, &["has no web:latest", "hint: check the name"]);
    assert_eq!(before, images_and_blobs(store.path()));
}

#[test]
fn what_is_typed_wrongly_is_told_before_anything_is_asked() {
    let store = folder(&[]);
    put_image(store.path(), "web");
    let before = images_and_blobs(store.path());
    for (arguments, words) in [
        (&["push"][..], &["no image is named", "hint: say `effigy push IMAGE REFERENCE`"][..]),
        (&["push", "web"], &["`web` names no registry", "hint: say where to"]),
        (&["push", "webb", "x.org/y"], &["there is no image `webb`", "hint: did you mean `web`?"]),
        (&["push", "web", "x.org/Web"], &["`x.org/Web` is not an image reference", "hint: write `web`"]),
        (&["push", "a", "b", "c"], &["more than an image and a reference", "--to PATH"]),
        (&["pull", "https://x.org/web"], &["begins with `https://`", "hint: write `x.org/web`"]),
        (&["pull", "a", "b", "--name", "c"], &["`--name` is for one reference"]),
        (&["pull", "--auth-file", "/nowhere", "x.org/a"], &["no file of credentials `/nowhere`"]),
        (&["pull", "--plain-http", "http://x.org", "x.org/a"], &["`--plain-http`", "hint: write `HOST`"]),
        (&["pull", "--platform", "A", "x.org/a"], &["`A` is not a platform"]),
        (&["copy", "x.org/a", "oci:"], &["no path behind the colon"]),
    ] {
        let ended = run(without_credentials(&mut effigy()).arg("--store").arg(store.path()).args(arguments));
        ended.refused(2, words);
    }
    assert_eq!(before, images_and_blobs(store.path()));
}
