//! Against a mirror of a few files made for each test, read through `file:` URLs or a server of a few lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Mutex;

use diagnostics::Hint;
use pgp::ser::Serialize;
use progress::{Silent, Task, Unit};
use tempfile::TempDir;

use super::*;
use crate::closure;
use crate::testing::Signer;

const DATE: &str = "Date: Sat, 21 Nov 2026 09:15:44 UTC\n";

/// A mirror's folder, the key that signs for it, and a cache.
struct Fixture {
    folder: TempDir,
    signer: Signer,
}

impl Fixture {
    /// With suite `stable` (`trixie`), packages `hello`, `libfoo` and `extra`.
    fn new() -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap(), signer: Signer::new() };
        let keyring = fixture.signer.certificate.to_bytes().unwrap();
        fs::write(fixture.path("keys.gpg"), keyring).unwrap();
        let packages = [
            fixture.add_package("hello", "2.10-5", "Essential: yes\nDepends: libfoo (>= 1:2)\n"),
            fixture.add_package("libfoo", "1:2.0+b1", ""),
            fixture.add_package("apt", "3.0", ""),
            fixture.add_package("extra", "1", ""),
        ];
        fixture.publish("trixie", "stable", DATE, &packages.concat());
        fixture
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Puts a `.deb` (whose content is its name) into the pool; returns its paragraph.
    fn add_package(&self, name: &str, version: &str, more: &str) -> String {
        let (_, file_version) = version.split_once(':').unwrap_or(("", version));
        let filename = format!("pool/{name}_{file_version}_amd64.deb");
        self.write(&format!("mirror/{filename}"), name.as_bytes());
        format!(
            "Package: {name}\nVersion: {version}\nArchitecture: amd64\n{more}Filename: {filename}\nSize: {}\n\
             SHA256: {}\n\n",
            name.len(),
            Digest::of(name)
        )
    }

    /// Writes a suite with a packed and an unpacked index, both by name and by hash.
    fn publish(&self, codename: &str, suite: &str, fields: &str, packages: &str) {
        let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 0);
        encoder.write_all(packages.as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        let folder = format!("mirror/dists/{codename}/main/binary-amd64");
        let mut table = String::new();
        for (name, content) in [("Packages", packages.as_bytes()), ("Packages.xz", &packed)] {
            let digest = Digest::of(content);
            self.write(&format!("{folder}/{name}"), content);
            self.write(&format!("{folder}/by-hash/SHA256/{digest}"), content);
            writeln!(table, " {digest} {} main/binary-amd64/{name}", content.len()).unwrap();
        }
        let text =
            format!("Suite: {suite}\nCodename: {codename}\n{fields}Acquire-By-Hash: yes\nSHA256:\n{table}");
        self.write(&format!("mirror/dists/{codename}/InRelease"), &self.signer.sign(&text));
    }

    fn options(&self) -> ArchiveOptions {
        ArchiveOptions {
            release: "trixie".into(),
            mirror: format!("file://{}/", self.path("mirror").display()),
            components: vec!["main".into()],
            architecture: "amd64".into(),
            keyrings: vec![self.path("keys.gpg")],
            ..ArchiveOptions::default()
        }
    }

    fn open(&self, options: &ArchiveOptions) -> Result<Archive, Error> {
        Archive::open(&client(), &self.path("cache"), options, &Silent)
    }

    fn fails(&self, options: &ArchiveOptions) -> Error {
        self.open(options).err().expect("it must not open")
    }
}

fn client() -> Client {
    Client::new(fetch::Options { attempts: 1, ..fetch::Options::default() }).unwrap()
}

/// Keeps the warnings.
#[derive(Default)]
struct Warnings(Mutex<Vec<String>>);

impl Progress for Warnings {
    fn begin(&self, what: &str, total: Option<u64>, unit: Unit) -> Box<dyn Task> {
        Silent.begin(what, total, unit)
    }
    fn note(&self, _: &str) {}
    fn warn(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

#[test]
fn from_a_signed_release_to_packages_in_the_pool() {
    let fixture = Fixture::new();
    let archive = fixture.open(&fixture.options()).unwrap();
    assert_eq!((archive.date(), archive.index().len()), (1_795_252_544, 4));
    let set = closure::base(archive.index(), "amd64", &[]).unwrap();
    assert_eq!(set.iter().map(|package| package.name).collect::<Vec<_>>(), ["apt", "hello", "libfoo"]);
    let pool = fixture.path("pool");
    let paths = archive.download(&client(), &set, &pool, &Silent).unwrap();
    let names = ["apt_3.0_amd64.deb", "hello_2.10-5_amd64.deb", "libfoo_1%3a2.0+b1_amd64.deb"];
    assert_eq!(paths, names.map(|name| pool.join(name)));
    assert_eq!(fs::read_to_string(&paths[2]).unwrap(), "libfoo");
    assert!(archive.index().find_archive(names[2], &Digest::of("libfoo")).is_some());
}

#[test]
fn a_second_opening_needs_no_index_and_offline_no_mirror() {
    let fixture = Fixture::new();
    let mut options = fixture.options();
    let offline = ArchiveOptions { offline: true, ..options.clone() };
    assert!(matches!(fixture.fails(&offline), Error::NotCached { .. }));
    let digest = fixture.open(&options).unwrap().digest();
    fs::remove_dir_all(fixture.path("mirror/dists/trixie/main")).unwrap();
    assert_eq!(fixture.open(&options).unwrap().digest(), digest);

    fs::remove_dir_all(fixture.path("mirror")).unwrap();
    assert!(matches!(fixture.fails(&options), Error::NoSuite { .. }));
    let warnings = Warnings::default();
    let archive = Archive::open(&client(), &fixture.path("cache"), &offline, &warnings).unwrap();
    assert!(
        warnings.0.lock().unwrap()[0].starts_with("offline: using suite `trixie` as of 2026-11-21 09:15")
    );
    let apt = [archive.index().get("apt").unwrap()];
    let error = archive.download(&client(), &apt, &fixture.path("pool"), &Silent).unwrap_err();
    assert!(matches!(error, Error::NotCached { .. }));
    options.components.push("contrib".into());
    options.offline = true;
    let error = fixture.fails(&options).to_string();
    assert_eq!(error, "suite `trixie` has no component `contrib` for architecture `amd64`");
}

#[test]
fn releases_that_are_refused() {
    let fixture = Fixture::new();
    let options = fixture.options();
    let url = format!("file://{}/dists/trixie/InRelease", fixture.path("mirror").display());
    let in_release = fixture.path("mirror/dists/trixie/InRelease");

    let stranger = Signer::new().sign("Suite: stable\n");
    fs::write(&in_release, stranger).unwrap();
    let error = fixture.fails(&options);
    assert!(error.to_string().starts_with(&format!("`{url}` is not signed by a key that is trusted: ")));
    assert!(error.to_string().ends_with("(unknown key)") && error.hint().is_some());

    fixture.publish("trixie", "stable", DATE, "");
    let altered = fs::read_to_string(&in_release).unwrap().replace("Codename: trixie", "Codename: trixi3");
    fs::write(&in_release, altered).unwrap();
    assert!(fixture.fails(&options).to_string().ends_with("(wrong signature)"));

    fixture.publish("bookworm", "oldstable", DATE, "");
    fs::copy(fixture.path("mirror/dists/bookworm/InRelease"), &in_release).unwrap();
    let error = fixture.fails(&options).to_string();
    assert_eq!(error, format!("`{url}` is suite `oldstable`, codename `bookworm`; expected `trixie`"));
    assert!(!fixture.path("cache").exists(), "nothing of all this was kept");
}

#[test]
fn expired_releases_are_for_those_who_ask_for_them() {
    let fixture = Fixture::new();
    let expired = format!("{DATE}Valid-Until: Thu, 01 Jan 2026 00:00:00 UTC\n");
    fixture.publish("trixie", "stable", &expired, "");
    let mut options = fixture.options();
    let error = fixture.fails(&options);
    assert!(error.to_string().ends_with("/InRelease` expired on 2026-01-01 00:00 UTC"), "{error}");
    assert!(error.hint().unwrap().contains("`allow_expired`"));
    options.allow_expired = true;
    let warnings = Warnings::default();
    Archive::open(&client(), &fixture.path("cache"), &options, &warnings).unwrap();
    assert!(warnings.0.lock().unwrap()[0].ends_with("expired on 2026-01-01 00:00 UTC"));
}

#[test]
fn altered_indexes_and_packages_are_refused() {
    let fixture = Fixture::new();
    let options = fixture.options();
    let archive = fixture.open(&options).unwrap();
    fixture.write("mirror/pool/hello_2.10-5_amd64.deb", b"hellO");
    let hello = [archive.index().get("hello").unwrap()];
    let pool = fixture.path("pool");
    let error = archive.download(&client(), &hello, &pool, &Silent).unwrap_err();
    assert!(matches!(error, Error::Fetch { source: fetch::Error::WrongDigest { .. }, .. }), "{error}");
    assert_eq!(fs::read_dir(&pool).unwrap().count(), 0);

    let folder = fixture.path("mirror/dists/trixie/main/binary-amd64");
    for file in fs::read_dir(folder.join("by-hash/SHA256")).unwrap() {
        let path = file.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
    }
    fs::remove_dir_all(fixture.path("cache")).unwrap();
    let error = fixture.fails(&options);
    assert!(matches!(error, Error::Fetch { source: fetch::Error::WrongDigest { .. }, .. }), "{error}");

    // A release whose own two entries contradict each other.
    let packages = fixture.add_package("other", "1", "");
    let (wrong, right) = (Digest::of("other").to_string(), Digest::of(&packages).to_string());
    fixture.publish("trixie", "stable", DATE, &packages);
    let release = fs::read_to_string(fixture.path("mirror/dists/trixie/InRelease")).unwrap();
    let text = release.split("\n\n").nth(1).unwrap().split("\n-----").next().unwrap();
    let text = format!("{}\n", text.replace(&right, &wrong));
    fixture.write("mirror/dists/trixie/InRelease", &fixture.signer.sign(&text));
    assert!(matches!(fixture.fails(&options), Error::WrongIndex { .. }));
    assert_eq!(fs::read_dir(fixture.path("cache/indexes")).unwrap().count(), 0);
}

#[test]
fn indexes_come_in_whatever_form_there_is() {
    for keep in ["Packages", "Packages.xz"] {
        let fixture = Fixture::new();
        let folder = fixture.path("mirror/dists/trixie/main/binary-amd64");
        fs::remove_dir_all(folder.join("by-hash")).unwrap();
        let other = ["Packages", "Packages.xz"].into_iter().find(|name| *name != keep).unwrap();
        fs::remove_file(folder.join(other)).unwrap();
        assert_eq!(fixture.open(&fixture.options()).unwrap().index().len(), 4, "{keep}");
    }
}

#[test]
fn several_suites_and_which_may_be_missing() {
    let fixture = Fixture::new();
    let newer = fixture.add_package("extra", "2", "");
    fixture.publish("trixie-security", "stable-security", DATE, &newer);
    let mut options = fixture.options();
    options.suites = ["trixie", "trixie-updates", "trixie-security"].map(str::to_owned).to_vec();
    let open = |options: &ArchiveOptions| {
        let warnings = Warnings::default();
        let archive = Archive::open(&client(), &fixture.path("cache"), options, &warnings).unwrap();
        let version = archive.index().get("extra").unwrap().version.to_string();
        (version, warnings.0.into_inner().unwrap(), archive)
    };
    let mirror = options.mirror.trim_end_matches('/').to_owned();
    let no_updates = format!("`{mirror}` has no suite `trixie-updates`: it is left out");
    let (version, warnings, _) = open(&options);
    let no_security = "no security mirror is known: suite `trixie-security` is left out";
    assert_eq!((version.as_str(), warnings), ("1", vec![no_security.to_owned(), no_updates.clone()]));

    options.security_mirror = Some(options.mirror.clone());
    let (version, warnings, archive) = open(&options);
    assert_eq!((version.as_str(), warnings), ("2", vec![no_updates]));
    let expected = format!(
        "Types: deb\nURIs: {mirror}\nSuites: trixie trixie-security\nComponents: main\nArchitectures: amd64\n\
         Signed-By: /keys.gpg\n"
    );
    assert_eq!(archive.sources_list(Path::new("/keys.gpg")), expected);

    options.security_mirror = Some(format!("{mirror}/nowhere"));
    assert!(matches!(fixture.fails(&options), Error::NoSuite { .. }), "security is not left out silently");
}

#[test]
fn the_digest_is_of_the_content() {
    let fixture = Fixture::new();
    let mut options = fixture.options();
    let digest = fixture.open(&options).unwrap().digest();
    fs::rename(fixture.path("mirror"), fixture.path("elsewhere")).unwrap();
    options.mirror = format!("file://{}", fixture.path("elsewhere").display());
    options.release = "stable".into();
    fs::rename(fixture.path("elsewhere/dists/trixie"), fixture.path("elsewhere/dists/stable")).unwrap();
    assert_eq!(fixture.open(&options).unwrap().digest(), digest);
    let packages = fixture.add_package("other", "1", "");
    fixture.publish("trixie", "stable", DATE, &packages);
    assert_ne!(fixture.open(&fixture.options()).unwrap().digest(), digest);
}

#[test]
fn lists_as_apt_would_write_them() {
    let fixture = Fixture::new();
    let archive = fixture.open(&fixture.options()).unwrap();
    let lists = fixture.path("root/var/lib/apt/lists");
    archive.write_apt_lists(&lists).unwrap();
    let prefix = format!("{}/dists/trixie/", fixture.path("mirror").display()).replace('/', "_");
    let files: BTreeMap<String, u64> = fs::read_dir(&lists)
        .unwrap()
        .flatten()
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()))
        .collect();
    let length = |path: &str| fs::metadata(fixture.path("mirror/dists/trixie").join(path)).unwrap().len();
    let expected = [
        (format!("{prefix}InRelease"), length("InRelease")),
        (format!("{prefix}main_binary-amd64_Packages"), length("main/binary-amd64/Packages")),
    ];
    assert_eq!(files, BTreeMap::from(expected));
}

#[test]
fn a_mirror_that_is_down_is_told_with_a_way_out() {
    let fixture = Fixture::new();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = ArchiveOptions { mirror: format!("http://{address}/debian"), ..fixture.options() };
    let error = fixture.fails(&options);
    assert_eq!(error.to_string(), format!("cannot use the archive at `http://{address}/debian`"));
    let hint = error.hint().unwrap();
    assert!(hint.contains("`mirror:`") && hint.contains("EFFIGY_DEBIAN_MIRROR"), "{hint}");
}

#[test]
fn an_unchanged_release_is_not_sent_again() {
    let fixture = Fixture::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mirror = format!("http://{}", listener.local_addr().unwrap());
    let root = fixture.path("mirror");
    let answers: &'static Mutex<Vec<String>> = Box::leak(Box::default());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut request).is_ok_and(|read| read > 2) {}
            let path = request.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
            let content = fs::read(root.join(&path)).unwrap();
            let tag = Digest::of(&content).short();
            let known = request.contains(&format!("\"{tag}\""));
            answers.lock().unwrap().push(format!("{} {}", path.rsplit('/').next().unwrap(), !known));
            let (status, content) = if known { ("304 Same", Vec::new()) } else { ("200 OK", content) };
            let length = content.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nETag: \"{tag}\"\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(&[head.as_bytes(), &content].concat()).ok();
        }
    });
    let options = ArchiveOptions { mirror, ..fixture.options() };
    let digest = fixture.open(&options).unwrap().digest();
    assert_eq!(fixture.open(&options).unwrap().digest(), digest);
    let in_release = |answer: &&String| answer.starts_with("InRelease");
    let count = |sent| {
        answers.lock().unwrap().iter().filter(in_release).filter(|answer| answer.ends_with(sent)).count()
    };
    assert_eq!((count("true"), count("false")), (1, 1));
    fixture.publish("trixie", "stable", DATE, "");
    assert_ne!(fixture.open(&options).unwrap().digest(), digest);
    assert_eq!((count("true"), count("false")), (2, 1));
}
