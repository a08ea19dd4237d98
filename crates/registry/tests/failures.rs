//! Registries that misbehave: each trouble is overcome or told in clear words, and the store is left as it was.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::server::{Action, Answer, Fake, Request};
use common::{amd64, client, content, image, image_for, index_of, new_store, options_with, reference};
use diagnostics::Hint;
use progress::Silent;
use registry::{Client, Error, Options, Pulled, Pushed};
use sha256::Digest;
use store::{Descriptor, Store};

const BIG: usize = 3 << 20;

fn push(fake: &Fake, store: &Store, image: &Descriptor, name: &str) -> Result<Pushed, Error> {
    client().push(store, image, &reference(&format!("{}/{name}", fake.host())), &Silent)
}

fn pull(fake: &Fake, store: &Store, name: &str) -> Result<Pulled, Error> {
    client().pull(&reference(&format!("{}/{name}", fake.host())), &amd64(), store, &Silent)
}

/// Acts on the first so many requests of a kind.
fn first(times: usize, matches: fn(&Request) -> bool, action: fn() -> Action) -> impl Fn(&Request) -> Action {
    let seen = AtomicUsize::new(0);
    move |request| {
        if matches(request) && seen.fetch_add(1, Ordering::SeqCst) < times { action() } else { Action::Usual }
    }
}

/// An image in a fake registry that was put there while it behaved; `hook` is what it does later.
fn with_image(
    layers: &[usize],
    hook: impl Fn(&Request) -> Action + Send + Sync + 'static,
) -> (Fake, Descriptor) {
    let (store, fake) = (new_store(), Fake::with(hook));
    let descriptor = image(&store, layers);
    let whole = oci::Image::read(&store, &descriptor.digest).unwrap();
    for blob in whole.manifest.layers.iter().chain([&whole.manifest.config]) {
        fake.put_blob("web", &store.blobs().read(&blob.digest).unwrap());
    }
    let bytes = store.blobs().read(&descriptor.digest).unwrap();
    fake.put_manifest("web", "1", &descriptor.media_type, &bytes);
    (fake, descriptor)
}

#[test]
fn an_image_goes_out_and_comes_back_the_same() {
    let (from, to, fake) = (new_store(), new_store(), Fake::new());
    let image = image(&from, &[BIG, 100]);
    let pushed = push(&fake, &from, &image, "web:1").unwrap();
    assert_eq!((pushed.sent, pushed.existing, pushed.unchanged), (3, 0, false));
    let pulled = pull(&fake, &to, "web:1").unwrap();
    assert_eq!((pulled.manifest, pulled.fetched, pulled.resolved), (image.clone(), 3, image.digest));
    assert!(oci::Image::read(&to, &image.digest).is_ok());
    fake.asked();
    // Nothing has changed: one question.
    assert!(push(&fake, &from, &image, "web:1").unwrap().unchanged);
    assert_eq!(fake.asked(), ["HEAD /v2/web/manifests/1"]);
    // Another tag: no blob moves.
    let pushed = push(&fake, &from, &image, "web:2").unwrap();
    assert_eq!((pushed.sent, pushed.existing), (0, 3));
    // Another repository: the registry helps itself.
    let pushed = push(&fake, &from, &image, "mail:1").unwrap();
    assert_eq!((pushed.sent, pushed.mounted), (0, 3));
    let pulled = pull(&fake, &to, "mail:1").unwrap();
    assert_eq!((pulled.fetched, pulled.existing), (0, 3));
}

#[test]
fn an_index_gives_the_image_that_fits_and_is_copied_whole() {
    let (store, fake) = (new_store(), Fake::new());
    let images = [image_for(&store, "amd64", &[100]), image_for(&store, "arm64", &[200])];
    let index = index_of(&store, &[("amd64", &images[0]), ("arm64", &images[1])]);
    push(&fake, &store, &index, "web:1").unwrap();
    let to = new_store();
    let pulled = pull(&fake, &to, "web:1").unwrap();
    assert_eq!((&pulled.manifest.digest, pulled.resolved), (&images[0].digest, index.digest));
    let pinned = format!("web:gone@{}", index.digest.oci());
    assert_eq!(pull(&fake, &to, &pinned).unwrap().manifest.digest, images[0].digest);
    let none =
        client().pull(&reference(&format!("{}/web:1", fake.host())), &"s390x".parse().unwrap(), &to, &Silent);
    let words = none.unwrap_err().to_string();
    assert!(words.contains("no image for linux/s390x; it has linux/amd64, linux/arm64"), "{words}");
    let (other, between) = (Fake::new(), new_store());
    let [source, target] = [&fake, &other].map(|fake| reference(&format!("{}/web:1", fake.host())));
    let copied = client().copy(&source, &target, &between, &Silent).unwrap();
    assert_eq!((copied.digest, copied.sent), (index.digest, 4));
    assert_eq!(content(&between).0, Vec::<String>::new());
    assert_eq!(client().resolve(&target).unwrap(), index.digest);
    assert!(client().copy(&source, &target, &between, &Silent).unwrap().unchanged);
    // Within a registry nothing moves at all.
    let beside = reference(&format!("{}/mail:1", fake.host()));
    let copied = client().copy(&source, &beside, &between, &Silent).unwrap();
    assert_eq!((copied.sent, copied.mounted), (0, 4));
}

#[test]
fn passing_trouble_is_waited_out() {
    let busy = || Action::Answer(Answer::new(503));
    let limited = || Action::Answer(Answer::new(429).header("Retry-After", "0"));
    let gone = || Action::Drop;
    let any: fn(&Request) -> bool = |_| true;
    let store = new_store();
    let image = image(&store, &[BIG]);
    for action in [busy as fn() -> Action, limited, gone] {
        let fake = Fake::with(first(3, any, action));
        push(&fake, &store, &image, "web:1").unwrap();
        let (fake, _) = with_image(&[100], first(3, any, action));
        pull(&fake, &new_store(), "web:1").unwrap();
    }
    let fake = Fake::with(|_| Action::Answer(Answer::new(429).header("Retry-After", "9999")));
    let error = push(&fake, &store, &image, "web:1").unwrap_err();
    assert!(matches!(error, Error::Status { status: 429, .. }), "{error}");
    assert_eq!(fake.asked().len(), 1, "who is told to wait for hours does not ask again");
}

#[test]
fn an_upload_goes_on_where_it_broke_off() {
    let store = new_store();
    let image = image(&store, &[BIG]);
    let fake = Fake::with(first(1, |request| request.method == "PATCH", || Action::TakeOnly(2 << 20)));
    push(&fake, &store, &image, "web:1").unwrap();
    let requests = fake.requests.lock().unwrap().clone();
    let sent: Vec<&Request> = requests.iter().filter(|request| request.method == "PATCH").collect();
    assert_eq!(sent.len(), 2, "{sent:#?}");
    assert!(sent[1].header("content-range").starts_with("2097152-"), "{sent:#?}");
    assert_eq!(sent[1].header("content-length").parse::<u64>().unwrap() + (2 << 20), {
        oci::Image::read(&store, &image.digest).unwrap().manifest.layers[0].size
    });
    assert!(pull(&fake, &new_store(), "web:1").is_ok());
}

#[test]
fn an_upload_that_the_registry_has_lost_is_begun_anew() {
    let store = new_store();
    let image = image(&store, &[BIG]);
    // The connection breaks, and then nobody knows of the upload.
    let broken = AtomicUsize::new(0);
    let fake = Fake::with(move |request| match broken.load(Ordering::SeqCst) {
        0 if request.method == "PATCH" => {
            broken.store(1, Ordering::SeqCst);
            Action::TakeOnly(1 << 20)
        }
        1 if request.is("GET", "/uploads/") => {
            broken.store(2, Ordering::SeqCst);
            Action::Answer(Answer::new(404))
        }
        _ => Action::Usual,
    });
    push(&fake, &store, &image, "web:1").unwrap();
    // The answer to the last request is lost, but the blob is there.
    let fake = Fake::with(first(1, |request| request.is("PUT", "/uploads/"), || Action::Cut(0)));
    push(&fake, &store, &image, "web:1").unwrap();
    // In pieces.
    let fake = Fake::with(first(
        1,
        |request| request.header("content-range").starts_with("1000000-"),
        || Action::TakeOnly(5),
    ));
    let client = Client::new(Options { chunk_size: Some(1_000_000), ..Options::default() });
    let target = reference(&format!("{}/web:1", fake.host()));
    client.push(&store, &image, &target, &Silent).unwrap();
    assert!(pull(&fake, &new_store(), "web:1").is_ok());
}

#[test]
fn a_download_goes_on_where_it_broke_off() {
    let (fake, image) =
        with_image(&[BIG], first(2, |request| request.is("GET", "/blobs/"), || Action::Cut(1 << 20)));
    let store = new_store();
    let pulled = pull(&fake, &store, "web:1").unwrap();
    assert_eq!(pulled.manifest.digest, image.digest);
    let requests = fake.requests.lock().unwrap().clone();
    let ranges: Vec<&str> = requests.iter().map(|request| request.header("range")).collect();
    assert!(ranges.contains(&"bytes=1048576-"), "{ranges:?}");
}

#[test]
fn a_lying_registry_is_found_out_and_leaves_nothing() {
    let blob = |request: &Request| request.is("GET", "/blobs/");
    type Lie = fn(&Request) -> Answer;
    let lies: [(&str, Lie, &str); 6] = [
        ("other content", |_| Answer::new(200).body(vec![7; 1]), "gave 1 bytes"),
        (
            "endless content",
            |_| Answer { unannounced: true, ..Answer::new(200).body(vec![7; 5 << 20]) },
            "bytes for blob",
        ),
        ("nothing", |_| Answer::new(200), "gave 0 bytes for blob"),
        ("a page", |_| Answer::new(200).header("Content-Type", "text/html").body("<html>"), "gave 6 bytes"),
        ("not there", |_| Answer::new(404), "has no blob"),
        (
            "no permission",
            |_| Answer::new(403).body(r#"{"errors":[{"code":"DENIED","message":"no\u001b[31m"}]}"#),
            "does not allow reading",
        ),
    ];
    for (name, lie, words) in lies {
        let (fake, _) = with_image(&[BIG, 5000], move |request| match blob(request) {
            true => Action::Answer(lie(request)),
            false => Action::Usual,
        });
        let store = new_store();
        let before = content(&store);
        let error = pull(&fake, &store, "web:1").unwrap_err();
        assert!(error.to_string().contains(words), "{name}: {error}");
        assert!(!error.to_string().contains('\u{1b}'), "{name}: {error:?}");
        assert_eq!(content(&store), before, "{name}");
    }
}

#[test]
fn content_of_the_right_length_is_still_checked() {
    let (fake, image) = with_image(&[5000], |_| Action::Usual);
    let layer = {
        let mut content = fake.content.lock().unwrap();
        let (_, bytes) = &content.manifests[&("web".to_owned(), "1".to_owned())];
        let manifest: oci::Manifest = serde_json::from_slice(bytes).unwrap();
        let digest = manifest.layers[0].digest.oci();
        content.blobs.get_mut(&digest).unwrap()[100] ^= 1;
        digest
    };
    let store = new_store();
    let before = content(&store);
    let error = pull(&fake, &store, "web:1").unwrap_err();
    assert!(matches!(&error, Error::WrongDigest { what, .. } if what.contains(&layer)), "{error}");
    assert!(error.hint().unwrap().contains("nothing of it was kept"));
    // A manifest that is not the one that was asked for.
    let other = format!("web@{}", Digest::of("other").oci());
    let bytes = fake.content.lock().unwrap().manifests[&("web".to_owned(), "1".to_owned())].clone();
    let key = ("web".to_owned(), Digest::of("other").oci());
    fake.content.lock().unwrap().manifests.insert(key, bytes);
    let error = pull(&fake, &store, &other).unwrap_err();
    assert!(matches!(error, Error::WrongDigest { found, .. } if found == image.digest), "{error}");
    assert_eq!(content(&store), before);
}

#[test]
fn what_is_no_image_is_refused() {
    let fake = Fake::new();
    let old = r#"{"schemaVersion":1,"name":"web","fsLayers":[]}"#;
    fake.put_manifest(
        "web",
        "old",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        old.as_bytes(),
    );
    fake.put_manifest("web", "page", "text/html", b"<html>");
    let chart = Descriptor::new("application/vnd.cncf.helm.config.v1+json", Digest::of("{}"), 2);
    let chart = serde_json::json!({"schemaVersion": 2, "config": chart, "layers": []}).to_string();
    fake.put_manifest("web", "chart", "application/vnd.oci.image.manifest.v1+json", chart.as_bytes());
    fake.put_manifest("web", "long", "application/vnd.oci.image.manifest.v1+json", &vec![b' '; 5 << 20]);
    for (tag, words) in [
        ("old", "the old format `schema 1`"),
        ("page", "its manifest is not valid"),
        ("chart", "an artifact of the type `application/vnd.cncf.helm.config.v1+json`"),
        ("long", "it is longer than"),
        ("none", "has no web:none: manifest unknown (MANIFEST_UNKNOWN)"),
    ] {
        let error = pull(&fake, &new_store(), &format!("web:{tag}")).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn dockers_manifests_are_taken() {
    let (fake, image) = with_image(&[100], |_| Action::Usual);
    let (_, bytes) = fake.content.lock().unwrap().manifests[&("web".to_owned(), "1".to_owned())].clone();
    let docker = String::from_utf8(bytes)
        .unwrap()
        .replace("oci.image.manifest.v1+json", "docker.distribution.manifest.v2+json")
        .replace("oci.image.config.v1+json", "docker.container.image.v1+json")
        .replace("oci.image.layer.v1.tar+gzip", "docker.image.rootfs.diff.tar.gzip");
    fake.put_manifest(
        "web",
        "docker",
        "application/vnd.docker.distribution.manifest.v2+json",
        docker.as_bytes(),
    );
    let store = new_store();
    let pulled = pull(&fake, &store, "web:docker").unwrap();
    assert_ne!(pulled.manifest.digest, image.digest);
    assert!(oci::Image::read(&store, &pulled.manifest.digest).is_ok());
}

/// Wants a token for everything below `/v2/`, and gives it to anna with her password.
fn token_registry(expires_in: u64, tokens: &Arc<AtomicUsize>) -> Fake {
    let tokens = Arc::clone(tokens);
    Fake::with(move |request| {
        if request.target.starts_with("/token") {
            // anna:hunter2
            if request.header("authorization") != "Basic YW5uYTpodW50ZXIy" {
                return Action::Answer(
                    Answer::new(401).body(r#"{"details":"incorrect username or password"}"#),
                );
            }
            let number = tokens.fetch_add(1, Ordering::SeqCst) + 1;
            let body = format!(r#"{{"token":"token-{number}","expires_in":{expires_in}}}"#);
            return Action::Answer(Answer::new(200).body(body));
        }
        let number = tokens.load(Ordering::SeqCst);
        if number > 0 && request.header("authorization") == format!("Bearer token-{number}") {
            return Action::Usual;
        }
        let realm = format!("http://{}/token", request.header("host"));
        let challenge = format!(r#"Bearer realm="{realm}",service="fake",scope="repository:web:pull""#);
        Action::Answer(Answer::new(401).header("WWW-Authenticate", challenge))
    })
}

#[test]
fn tokens_are_fetched_once_and_again_when_they_are_refused() {
    let (store, folder, tokens) = (new_store(), tempfile::tempdir().unwrap(), Arc::new(AtomicUsize::new(0)));
    let fake = token_registry(300, &tokens);
    let image = image(&store, &[BIG, 100, 200]);
    let options = options_with(folder.path(), &[(&fake.host(), "anna", "hunter2")]);
    let client = Client::new(options.clone());
    let target = reference(&format!("{}/web:1", fake.host()));
    client.push(&store, &image, &target, &Silent).unwrap();
    assert_eq!(tokens.load(Ordering::SeqCst), 1);
    let asked = fake.asked();
    assert!(asked.iter().any(|line| line.contains("scope=repository%3Aweb%3Apull%2Cpush")), "{asked:?}");
    // The registry forgets: a new token is fetched without a word.
    tokens.fetch_add(1, Ordering::SeqCst);
    assert!(client.push(&store, &image, &target, &Silent).unwrap().unchanged);
    assert_eq!(tokens.load(Ordering::SeqCst), 3);
    // Three questions for who comes anew: what is wanted, a token, and whether the image is there.
    fake.asked();
    assert!(Client::new(options).push(&store, &image, &target, &Silent).unwrap().unchanged);
    assert_eq!(fake.asked().len(), 3);
}

#[test]
fn wrong_passwords_are_told_without_showing_them() {
    let (store, folder) = (new_store(), tempfile::tempdir().unwrap());
    let fake = token_registry(300, &Arc::default());
    let image = image(&store, &[100]);
    let target = reference(&format!("{}/web:1", fake.host()));
    let options = options_with(folder.path(), &[(&fake.host(), "anna", "wrong-secret")]);
    let error = Client::new(options.clone()).push(&store, &image, &target, &Silent).unwrap_err();
    let words = error.to_string();
    assert!(words.contains("refuses the credentials of `anna`: incorrect username or password"), "{words}");
    assert!(error.hint().unwrap().contains("docker login"));
    assert!(!format!("{error:?} {options:?}").contains("wrong-secret"));
    let error = client().push(&store, &image, &target, &Silent).unwrap_err();
    assert!(error.to_string().contains("whoever has not logged in"), "{error}");
}

#[test]
fn credentials_stay_with_their_registry() {
    let folder = tempfile::tempdir().unwrap();
    // Blobs are elsewhere, as with many a cloud; the signature in the address is a secret.
    let (elsewhere, _) = with_image(&[BIG], |_| Action::Usual);
    let there = elsewhere.host();
    let basic = "Basic YW5uYTpodW50ZXIy";
    let (fake, _) = with_image(&[BIG], move |request| {
        if request.header("authorization") != basic {
            return Action::Answer(Answer::new(401).header("WWW-Authenticate", "Basic realm=\"x\""));
        }
        if request.is("GET", "/blobs/") {
            let location = format!("http://{there}{}?signature=topsecret", request.target);
            return Action::Answer(Answer::new(307).header("Location", location));
        }
        Action::Usual
    });
    let options = options_with(folder.path(), &[(&fake.host(), "anna", "hunter2")]);
    let source = reference(&format!("{}/web:1", fake.host()));
    let pulled = Client::new(options.clone()).pull(&source, &amd64(), &new_store(), &Silent).unwrap();
    assert_eq!(pulled.fetched, 2);
    let requests = elsewhere.requests.lock().unwrap().clone();
    assert!(
        !requests.is_empty() && requests.iter().all(|request| !request.headers.contains_key("authorization"))
    );
    // A failure there tells the address without its signature.
    elsewhere.content.lock().unwrap().blobs.clear();
    let error = Client::new(options).pull(&source, &amd64(), &new_store(), &Silent).unwrap_err();
    assert!(!format!("{error:?} {error}").contains("topsecret"), "{error:?}");
}

#[test]
fn a_realm_that_sends_us_elsewhere_gets_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let thief = Fake::new();
    let there = thief.host();
    let fake = Fake::with(move |request| {
        if request.target.starts_with("/token") {
            let location = format!("http://{there}/token");
            return Action::Answer(Answer::new(302).header("Location", location));
        }
        let challenge = format!(r#"Bearer realm="http://{}/token""#, request.header("host"));
        Action::Answer(Answer::new(401).header("WWW-Authenticate", challenge))
    });
    let options = options_with(folder.path(), &[(&fake.host(), "anna", "hunter2")]);
    let source = reference(&format!("{}/web:1", fake.host()));
    let error = Client::new(options).pull(&source, &amd64(), &new_store(), &Silent).unwrap_err();
    assert!(matches!(error, Error::Untrusted { .. }), "{error}");
    assert_eq!(thief.asked(), Vec::<String>::new());
}

#[test]
fn nobody_there_is_told_in_clear_words() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = Options { attempts: 2, ..Options::default() };
    let source = reference(&format!("127.0.0.1:{port}/web:1"));
    let error = Client::new(options).pull(&source, &amd64(), &new_store(), &Silent).unwrap_err();
    let words = error.to_string();
    assert!(words.contains(&format!("cannot connect to `127.0.0.1:{port}`")), "{words}");
    assert!(error.hint().unwrap().contains("check that the registry is up"));
}

#[test]
fn a_registry_that_hangs_is_given_up() {
    let fake = Fake::with(|_| Action::Hang(Duration::from_secs(3)));
    let source = reference(&format!("{}/web:1", fake.host()));
    let options = Options {
        attempts: 2,
        silence: Duration::from_millis(200),
        plain_http: vec![source.registry().clone()],
        ..Options::default()
    };
    let begun = Instant::now();
    let error = Client::new(options).pull(&source, &amd64(), &new_store(), &Silent).unwrap_err();
    assert!(matches!(&error, Error::Interrupted { reason, .. } if reason == "it does not answer"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3) && fake.asked().len() == 2);
}
