//! Against the real thing: Debian's docker-registry, with and without passwords and TLS, and connections that
//! break on the way to it. skopeo, if it is there, reads what was written.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{amd64, cannot_run, client, image, index_of, new_store, options_with, reference};
use progress::Silent;
use registry::{Client, Error, Options};
use tempfile::TempDir;

/// `htpasswd -Bbn anna hunter2`
const PASSWORDS: &str = "anna:$2y$05$ju1c/ZgBgIWvyJrdpoW39.g4w276Y663VMEpKGTiLdEbS0W51lJky\n";

const BIG: usize = 3 << 20;

/// A running docker-registry, stopped when it is dropped.
struct Registry {
    process: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Registry {
    /// None, said loudly, if it is not installed.
    fn start(settings: &str) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("effigy-real-registry-").tempdir().unwrap();
        Self::start_in(folder, settings)
    }

    /// `FOLDER` in the settings is the registry's own.
    fn start_in(folder: TempDir, settings: &str) -> Option<Self> {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let own = folder.path().display().to_string();
        let settings = settings.replace("FOLDER", &own);
        let configuration = format!(
            "version: 0.1\nlog: {{level: warn}}\nstorage:\n  filesystem: {{rootdirectory: {own}/data}}\n\
             http:\n  addr: {address}\n{settings}"
        );
        let path = folder.path().join("config.yml");
        fs::write(&path, configuration).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let spawned = Command::new("docker-registry")
            .arg("serve")
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        let Ok(process) = spawned else {
            cannot_run("registries", "the package `docker-registry` is not installed");
            return None;
        };
        let registry = Self { process, address, folder };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            let log = || fs::read_to_string(registry.folder.path().join("log")).unwrap();
            assert!(begun.elapsed() < Duration::from_secs(20), "docker-registry does not start: {}", log());
            thread::sleep(Duration::from_millis(50));
        }
        Some(registry)
    }

    fn host(&self) -> String {
        self.address.to_string()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Passes everything on, but cuts the first so many connections that send more than `limit` bytes.
fn cutting_proxy(to: SocketAddr, times: usize, limit: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let left = Arc::new(AtomicUsize::new(times));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (server, left) = (TcpStream::connect(to).unwrap(), Arc::clone(&left));
            let (mut back, mut answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || {
                io::copy(&mut answers, &mut back).map(|_| back.shutdown(std::net::Shutdown::Write))
            });
            thread::spawn(move || pass_on(client, server, &left, limit));
        }
    });
    address
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, left: &AtomicUsize, limit: usize) {
    let (mut buffer, mut passed) = (vec![0; 16 << 10], 0);
    while let Ok(length) = from.read(&mut buffer) {
        if length == 0 || to.write_all(&buffer[..length]).is_err() {
            break;
        }
        passed += length;
        let take = |left: usize| left.checked_sub(1);
        if passed > limit && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
            break;
        }
    }
    // Both ends are gone already where this fails.
    let _ = from.shutdown(std::net::Shutdown::Both);
    let _ = to.shutdown(std::net::Shutdown::Both);
}

#[test]
fn images_go_out_and_come_back_with_equal_digests() {
    let Some(registry) = Registry::start("") else { return };
    let (from, to) = (new_store(), new_store());
    let (one, other) = (image(&from, &[BIG, 100]), common::image_for(&from, "arm64", &[BIG, 5]));
    let index = index_of(&from, &[("amd64", &one), ("arm64", &other)]);
    let [web, mail] = ["team/web:1", "mail"].map(|name| reference(&format!("{}/{name}", registry.host())));
    let client = client();
    let pushed = client.push(&from, &index, &web, &Silent).unwrap();
    // The two share their first layer.
    assert_eq!((pushed.digest, pushed.sent), (index.digest, 5));
    assert!(client.push(&from, &index, &web, &Silent).unwrap().unchanged);
    let pushed = client.push(&from, &one, &mail, &Silent).unwrap();
    assert_eq!((pushed.sent, pushed.mounted), (0, 3));
    let pulled = client.pull(&web, &amd64(), &to, &Silent).unwrap();
    assert_eq!((&pulled.manifest, pulled.resolved), (&one, index.digest));
    assert_eq!(oci::Image::read(&to, &one.digest).unwrap(), oci::Image::read(&from, &one.digest).unwrap());
    let pinned = web.with_digest(client.resolve(&web).unwrap());
    let arm = client.pull(&pinned, &"arm64".parse().unwrap(), &to, &Silent).unwrap();
    assert_eq!((arm.manifest.digest, arm.fetched), (other.digest, 2));
    let missing = reference(&format!("{}/team/web:2", registry.host()));
    let error = client.pull(&missing, &amd64(), &to, &Silent).unwrap_err();
    assert!(error.is_missing() && error.to_string().contains("manifest unknown"), "{error}");
    read_by_skopeo(&web.to_string(), &one.digest.oci());
}

fn read_by_skopeo(name: &str, digest: &str) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("skopeo")
        .args(["copy", "--insecure-policy", "--src-tls-verify=false", "--override-arch=amd64"])
        .arg(format!("docker://{name}"))
        .arg(format!("dir:{}", folder.path().display()))
        .output();
    let Ok(output) = output else { return cannot_run("skopeo on what was pushed", "it is not installed") };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manifest = fs::read(folder.path().join("manifest.json")).unwrap();
    assert_eq!(sha256::Digest::of(manifest).oci(), digest);
}

#[test]
fn uploads_survive_broken_connections() {
    let Some(registry) = Registry::start("") else { return };
    let store = new_store();
    let image = image(&store, &[BIG, BIG / 2]);
    for (number, chunk_size) in [None, Some(1_000_000)].into_iter().enumerate() {
        let proxy = cutting_proxy(registry.address, 2, 600_000);
        let client = Client::new(Options { chunk_size, ..Options::default() });
        let target = reference(&format!("{proxy}/broken-{number}:1"));
        client.push(&store, &image, &target, &Silent).unwrap();
        let straight = reference(&format!("{}/broken-{number}:1", registry.host()));
        let pulled = client.pull(&straight, &amd64(), &new_store(), &Silent).unwrap();
        assert_eq!(pulled.manifest.digest, image.digest);
    }
}

#[test]
fn passwords_are_asked_for_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("passwords"), PASSWORDS).unwrap();
    let settings = "auth:\n  htpasswd: {realm: test, path: FOLDER/passwords}\n";
    let Some(registry) = Registry::start_in(folder, settings) else { return };
    let (store, own) = (new_store(), tempfile::tempdir().unwrap());
    let image = image(&store, &[1000]);
    let target = reference(&format!("{}/web:1", registry.host()));
    let error = client().push(&store, &image, &target, &Silent).unwrap_err();
    assert!(matches!(error, Error::Unauthorized { user: None, .. }), "{error}");
    let with =
        |password: &str| Client::new(options_with(own.path(), &[(&registry.host(), "anna", password)]));
    let error = with("wrong").push(&store, &image, &target, &Silent).unwrap_err();
    assert!(matches!(&error, Error::Unauthorized { user: Some(user), .. } if user == "anna"), "{error}");
    let anna = with("hunter2");
    anna.push(&store, &image, &target, &Silent).unwrap();
    assert_eq!(anna.pull(&target, &amd64(), &new_store(), &Silent).unwrap().manifest, image);
    let error = client().pull(&target, &amd64(), &new_store(), &Silent).unwrap_err();
    assert!(matches!(error, Error::Unauthorized { user: None, .. }), "{error}");
}

/// A certificate for this machine and its authority's, by openssl.
fn make_certificates(folder: &Path) -> bool {
    let script = "set -e
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=effigy-test-authority -keyout ca.key -out ca.crt
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
        printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' >extensions
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out server.crt";
    let output = Command::new("sh").args(["-c", script]).current_dir(folder).output().unwrap();
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
        cannot_run("a registry with TLS", &format!("openssl made no certificates: {why}"));
    }
    output.status.success()
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    if !make_certificates(folder.path()) {
        return;
    }
    let settings = "  tls: {certificate: FOLDER/server.crt, key: FOLDER/server.key}\n";
    let Some(registry) = Registry::start_in(folder, settings) else { return };
    let store = new_store();
    let image = image(&store, &[1000]);
    let host = format!("localhost:{}", registry.address.port());
    let target = reference(&format!("{host}/web:1"));
    // Encrypted, so it is not taken for one without, although it is this machine.
    let error = client().push(&store, &image, &target, &Silent).unwrap_err();
    assert!(matches!(&error, Error::Unreachable { reason, .. } if reason.contains("certificate")), "{error}");
    assert!(diagnostics::Hint::hint(&error).unwrap().contains("--ca-file"));
    let authority = registry.folder.path().join("ca.crt");
    let named = Options { authorities: vec![authority.clone()], ..Options::default() };
    Client::new(named).push(&store, &image, &target, &Silent).unwrap();
    let certificates = registry.folder.path().join("certs.d");
    fs::create_dir_all(certificates.join(&host)).unwrap();
    fs::copy(&authority, certificates.join(&host).join("ca.crt")).unwrap();
    let found = Options { certificate_folders: vec![certificates.clone()], ..Options::default() };
    assert!(Client::new(found).push(&store, &image, &target, &Silent).unwrap().unchanged);
    let broken = certificates.join("broken.crt");
    fs::write(&broken, "nothing\n").unwrap();
    let options = Options { authorities: vec![broken], ..Options::default() };
    let error = Client::new(options).push(&store, &image, &target, &Silent).unwrap_err();
    assert!(matches!(error, Error::Certificates { .. }), "{error}");
}
