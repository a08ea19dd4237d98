//! Mirrors that are down, that lack things, and that lie. A server of the test passes on what the real mirror
//! says, but for what it is to say instead. Each lie ends the build at once, says which file it was, and leaves
//! no image, no root, and no false file behind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;
#[path = "common/stores.rs"]
mod stores;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use common::{Ended, contents, folder, images_and_blobs, run};
use pgp::composed::{
    ArmorOptions, CleartextSignedMessage, KeyType, SecretKeyParamsBuilder, SignedPublicKey, SignedSecretKey,
};
use pgp::ser::Serialize;
use pgp::types::Password;
use stores::{DEFINITION, OwnStore};

/// A status and a body.
type Answer = (u16, Vec<u8>);

const MISSING: Answer = (404, Vec::new());

/// What the archive of this machine has under a path, asked for once.
fn real(path: &str) -> Answer {
    static KNOWN: Mutex<BTreeMap<String, Arc<Answer>>> = Mutex::new(BTreeMap::new());
    static CLIENT: OnceLock<(fetch::Client, String)> = OnceLock::new();
    if let Some(answer) = KNOWN.lock().unwrap().get(path) {
        return Answer::clone(answer);
    }
    let (client, mirror) = CLIENT.get_or_init(|| {
        let proxy = std::env::var("EFFIGY_PROXY").ok().filter(|proxy| !proxy.is_empty());
        let client = fetch::Client::new(fetch::Options { proxy, ..Default::default() }).unwrap();
        let given = std::env::var("EFFIGY_DEBIAN_MIRROR").ok().filter(|mirror| !mirror.is_empty());
        let hosts = || debian::sources::mirrors_of_system(Path::new("/")).unwrap().main.unwrap();
        (client, given.unwrap_or_else(hosts))
    });
    let answer = match client.get(&format!("{}/{path}", mirror.trim_end_matches('/')), 1 << 30) {
        Ok(bytes) => (200, bytes),
        Err(error) if error.is_missing() => MISSING,
        Err(error) => panic!("the real mirror: {error}"),
    };
    KNOWN.lock().unwrap().insert(path.to_owned(), Arc::new(answer.clone()));
    answer
}

/// Starts a mirror that answers with what `answer` makes of a path below it; gives its URL.
fn mirror(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/debian", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let answer = Arc::clone(&answer);
            thread::spawn(move || serve(stream, &*answer));
        }
    });
    url
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str) -> Answer) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    lines.find(String::is_empty);
    let path = request.split(' ').nth(1).and_then(|path| path.strip_prefix("/debian/")).unwrap_or_default();
    let (status, body) = answer(path);
    let head = format!("HTTP/1.1 {status} -\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    // The other side may have heard enough.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

/// A byte in the middle is another one.
fn altered((status, mut body): Answer) -> Answer {
    let middle = body.len() / 2;
    body[middle] ^= 1;
    (status, body)
}

/// The lines of the real trixie release, without its signature.
fn release() -> String {
    let (_, signed) = real("dists/trixie/InRelease");
    CleartextSignedMessage::from_string(&String::from_utf8(signed).unwrap()).unwrap().0.signed_text()
}

/// A key that no keyring of a machine has.
struct OwnKey(SignedSecretKey);

impl OwnKey {
    fn new() -> Self {
        let mut parameters = SecretKeyParamsBuilder::default();
        parameters.key_type(KeyType::Ed25519Legacy).can_certify(true).can_sign(true);
        parameters.primary_user_id("Nobody <nobody@example.org>".into());
        Self(parameters.build().unwrap().generate(rand::thread_rng()).unwrap())
    }

    fn sign(&self, text: &str) -> Answer {
        let password = Password::empty();
        let message =
            CleartextSignedMessage::sign(rand::thread_rng(), text, &self.0.primary_key, &password).unwrap();
        (200, message.to_armored_bytes(ArmorOptions::default()).unwrap())
    }

    fn keyring(&self) -> Vec<u8> {
        SignedPublicKey::from(self.0.clone()).to_bytes().unwrap()
    }
}

/// What a build from a mirror came to, and its store.
struct Tried {
    ended: Ended,
    store: OwnStore,
    duration: Duration,
}

impl Tried {
    /// Builds from the mirror, with these lines more under the base.
    fn build(mirror: &str, lines: &str) -> Self {
        let definition = DEFINITION.replace("{debian: trixie}", &format!("{{debian: trixie{lines}}}"));
        let repo =
            folder(&[("effigy.yaml", &format!("{definition}images: {{tiny: {{}}}}\n")), ("site.pp", "")]);
        let store = OwnStore::new();
        // It has an image to lose.
        common::put_image(store.path(), "tiny");
        let before = images_and_blobs(store.path());
        let begun = Instant::now();
        let ended = run(from(mirror, &mut store.building(repo.path())));
        assert_eq!(before, images_and_blobs(store.path()), "{}", ended.stderr);
        Self { ended, store, duration: begun.elapsed() }
    }

    /// Asserts a quick end with all of these words, and nothing unfinished in the store.
    #[track_caller]
    fn refused(&self, words: &[&str]) {
        self.ended.refused(1, words);
        assert!(self.duration < Duration::from_secs(30), "it took {:?}", self.duration);
        let cache = self.store.path().join("cache");
        let unfinished: Vec<PathBuf> = contents(&cache)
            .into_keys()
            .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with('.'))
            .collect();
        assert!(unfinished.is_empty(), "{unfinished:?}");
    }

    /// Names of the packages that were kept.
    fn pool(&self) -> Vec<String> {
        let pool = self.store.path().join("cache/debs-v1");
        contents(&pool).into_keys().map(|path| path.display().to_string()).collect()
    }
}

/// Lets a command fetch from a mirror of the test, and from nowhere else.
fn from<'a>(mirror: &str, command: &'a mut std::process::Command) -> &'a mut std::process::Command {
    command.env_remove("EFFIGY_PROXY").env_remove("EFFIGY_DEBIAN_SECURITY_MIRROR");
    command.envs([("EFFIGY_DEBIAN_MIRROR", mirror), ("no_proxy", "127.0.0.1"), ("NO_PROXY", "127.0.0.1")])
}

/// Whether this machine can run these tests; else says so.
fn able(what: &str) -> bool {
    static ABLE: OnceLock<Result<(), String>> = OnceLock::new();
    let able = ABLE.get_or_init(stores::can_build);
    able.as_ref().inspect_err(|why| common::cannot_run(what, why)).is_ok()
}

const ANOTHER: &str =
    "name another mirror by `mirror:` under the base in effigy.yaml, or in EFFIGY_DEBIAN_MIRROR";

#[test]
fn a_mirror_that_is_down_or_lacks_everything() {
    if !able("mirrors that are down") {
        return;
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let down = Tried::build(&format!("http://{closed}/debian"), "");
    let archive = format!("cannot use the archive at `http://{closed}/debian`");
    let connect = format!("cannot connect for `http://{closed}/debian/dists/trixie/InRelease`");
    down.refused(&[&archive, &connect, "refused", "hint: check that the server is up", ANOTHER]);

    let empty = mirror(|_| MISSING);
    let no_suite = format!("`{empty}` has no suite `trixie`");
    Tried::build(&empty, "").refused(&[&no_suite, "hint: check the name of the release", ANOTHER]);

    let broken = mirror(|_| (503, b"come back later".to_vec()));
    Tried::build(&broken, "").refused(&["InRelease` was answered with HTTP status 503", "hint:", ANOTHER]);

    // Such as the page of a hotel's network.
    let hotel = mirror(|_| (200, b"<html>Welcome!</html>".to_vec()));
    Tried::build(&hotel, "").refused(&["InRelease` is not signed by a key that is trusted", "hint:"]);
}

#[test]
fn a_release_that_is_not_signed_as_it_must_be() {
    if !able("false releases") {
        return;
    }
    let release_is = |release: Answer| {
        mirror(move |path| if path == "dists/trixie/InRelease" { release.clone() } else { real(path) })
    };
    let not_signed = ["dists/trixie/InRelease` is not signed by a key that is trusted", "hint:", "keyring"];
    Tried::build(&release_is(altered(real("dists/trixie/InRelease"))), "").refused(&not_signed);
    let own = OwnKey::new();
    Tried::build(&release_is(own.sign(&release())), "").refused(&not_signed);
    // Signed as it must be, but another one.
    let other = Tried::build(&release_is(real("dists/bookworm/InRelease")), "");
    other.refused(&["InRelease` is suite `", "codename `bookworm`; expected `trixie`", "hint:"]);

    // With a key that is trusted, but too late.
    let keyring = folder(&[]);
    let path = keyring.path().join("own.pgp");
    fs::write(&path, own.keyring()).unwrap();
    let without: String = release()
        .lines()
        .filter(|line| !line.starts_with("Valid-Until:"))
        .fold(String::new(), |text, line| text + line + "\n");
    let expired = without.replacen("Date:", "Valid-Until: Sat, 05 Oct 2024 10:00:00 UTC\nDate:", 1);
    let expired = mirror(move |path| match path {
        "dists/trixie/InRelease" => own.sign(&expired),
        _ => MISSING,
    });
    let trusting = format!(", keyring: {}", path.display());
    let words = ["InRelease` expired on ", "2024", "hint: check the clock", "allow_expired"];
    Tried::build(&expired, &trusting).refused(&words);
    // The same, on purpose: then the next thing that is missing is told.
    let on_purpose = Tried::build(&expired, &format!("{trusting}, allow_expired: true"));
    on_purpose.refused(&["warning", "expired on", "error: ", "Packages", "does not exist"]);
}

#[test]
fn lists_that_are_not_what_the_release_says() {
    if !able("false lists") {
        return;
    }
    let is_list = |path: &str| path.starts_with("dists/trixie/main/binary-") && !path.ends_with("Release");
    let lying = mirror(move |path| if is_list(path) { altered(real(path)) } else { real(path) });
    let words =
        ["cannot use the archive at", "has SHA-256 ", ", expected ", "hint:", "altered or outdated", ANOTHER];
    Tried::build(&lying, "").refused(&words);
    let cut = mirror(move |path| match real(path) {
        (status, body) if is_list(path) => (status, body[..body.len() / 2].to_vec()),
        answer => answer,
    });
    Tried::build(&cut, "").refused(&["cannot use the archive at", "has SHA-256 ", "hint:"]);
    let gone = mirror(move |path| if is_list(path) { MISSING } else { real(path) });
    Tried::build(&gone, "").refused(&["cannot use the archive at", "Packages", "does not exist", ANOTHER]);
}

#[test]
fn packages_that_are_not_what_the_lists_say() {
    if !able("false packages") {
        return;
    }
    let is_bad = |path: &str| path.contains("/base-files_");
    let lying = mirror(move |path| if is_bad(path) { altered(real(path)) } else { real(path) });
    let tried = Tried::build(&lying, "");
    tried.refused(&[
        "cannot use the archive",
        "/base-files_",
        "has SHA-256 ",
        "hint:",
        "altered or outdated",
    ]);
    let pool = tried.pool();
    assert!(pool.iter().all(|name| name.ends_with(".deb") && !name.starts_with("base-files")), "{pool:?}");

    let longer = mirror(move |path| {
        let (status, mut body) = real(path);
        if is_bad(path) {
            body.extend(b"and more");
        }
        (status, body)
    });
    Tried::build(&longer, "").refused(&["/base-files_", "is longer than the ", "bytes expected", "hint:"]);
    let gone = mirror(move |path| if is_bad(path) { MISSING } else { real(path) });
    Tried::build(&gone, "").refused(&["/base-files_", "does not exist", ANOTHER]);
}

#[test]
fn a_false_module_is_not_installed() {
    if !able("false modules") {
        return;
    }
    let lying =
        mirror(|path| if path.contains("/puppet-module-") { altered(real(path)) } else { real(path) });
    let repo = folder(&[
        ("effigy.yaml", &format!("{DEFINITION}images: {{tiny: {{}}}}\n")),
        ("site.pp", ""),
        ("Puppetfile", "mod 'puppetlabs/stdlib', deb: 'puppet-module-puppetlabs-stdlib'\n"),
        ("modules/own/manifests/init.pp", "class own { }\n"),
    ]);
    let before = contents(repo.path());
    let store = OwnStore::new();
    let mut command = common::effigy();
    command.arg("-C").arg(repo.path()).arg("--store").arg(store.path()).args(["modules", "install"]);
    let ended = run(from(&lying, &mut command));
    ended.refused(1, &["puppet-module-puppetlabs-stdlib_", "has SHA-256", "hint:", "altered"]);
    assert_eq!(before, contents(repo.path()));
}
