//! What all tests of the command line share: running effigy, folders of files, and what must not change.

#![allow(dead_code, reason = "every test program uses a part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A command that has ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// Asserts that it ended well, and gives what it answered.
    #[track_caller]
    pub fn good(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        &self.stdout
    }

    /// Asserts the exit code, that there is no answer, and that standard error says all of `words` in this
    /// order.
    #[track_caller]
    pub fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "expected exit code {code}: {}{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "", "a failed command has no answer");
        says(&self.stderr, words);
    }
}

/// Asserts that a text has all of these words, in this order.
#[track_caller]
pub fn says(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let Some(place) = rest.find(word) else {
            panic!("`{word}` is missing, or comes too early, in:\n{text}")
        };
        rest = &rest[place + word.len()..];
    }
}

/// The program under test, with a clean environment.
pub fn effigy() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_effigy"));
    clean(&mut command);
    command
}

/// Takes effigy's variables out of a command's environment, but for those that say how this machine gets at
/// packages.
pub fn clean(command: &mut Command) {
    const OF_THE_MACHINE: [&str; 3] =
        ["EFFIGY_DEBIAN_MIRROR", "EFFIGY_DEBIAN_SECURITY_MIRROR", "EFFIGY_PROXY"];
    command.stdin(Stdio::null());
    for (name, _) in std::env::vars() {
        let own = name.starts_with("EFFIGY_") && !OF_THE_MACHINE.contains(&name.as_str());
        if own || ["SOURCE_DATE_EPOCH", "NO_COLOR"].contains(&name.as_str()) {
            command.env_remove(name);
        }
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ended {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("answers are text"),
        stderr: String::from_utf8(output.stderr).expect("messages are text"),
    }
}

/// A temporary folder with these files; a name that ends in `/` is a folder.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::Builder::new().prefix("effigy-test-").tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(&path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    folder
}

/// Puts a small image into a store, without a build.
pub fn put_image(store: &Path, name: &str) {
    let store = store::Store::open(store).unwrap();
    let mut writer = oci::LayerWriter::new(&store, oci::Compression::GZIP, NonZero::<usize>::MIN).unwrap();
    let tree = folder(&[("srv/hello", "hello\n")]);
    let options = oci::LayerOptions { source_date_epoch: 0, exclude: &|_| false, lower: None };
    oci::write_tree(tree.path(), &options, &mut writer).unwrap();
    let layer = writer.finish().unwrap();
    let configuration =
        oci::Configuration { architecture: "amd64".into(), os: "linux".into(), ..Default::default() };
    let manifest = oci::assemble(&store, &[layer], &configuration, &BTreeMap::new()).unwrap();
    store.tag(name, &manifest).unwrap();
}

/// Everything below a folder by its relative path: a file's bytes, a link's target, nothing for a folder.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap().file_type();
            let content = if kind.is_dir() {
                folders.push(path.clone());
                Vec::new()
            } else if kind.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(path.strip_prefix(folder).unwrap().to_owned(), content);
        }
    }
    found
}

/// The part of a store that a failed command must leave alone: its images, and the names of its blobs, roots
/// and layer records. What was downloaded and verified may stay.
pub fn images_and_blobs(store: &Path) -> (String, Vec<String>) {
    let index = fs::read_to_string(store.join("index.json")).unwrap_or_default();
    let mut names = Vec::new();
    for below in ["blobs/sha256", "cache/roots-v1", "cache/layers-v1", "cache/catalogs-v1", "scratch"] {
        let Ok(entries) = fs::read_dir(store.join(below)) else { continue };
        names.extend(entries.map(|entry| format!("{below}/{}", entry.unwrap().file_name().display())));
    }
    names.sort();
    (index, names)
}

/// Says loudly that something cannot be tested on this machine; where everything must be, that is a failure.
#[track_caller]
pub fn cannot_run(what: &str, why: &str) {
    let words = format!("NOT TESTED on this machine: {what}: {why}");
    assert!(std::env::var_os("CI").is_none(), "{words}");
    // Not by `eprintln!`: the test harness keeps what tests that pass have printed to itself.
    std::io::stderr().write_all(format!("\n*** {words}\n\n").as_bytes()).unwrap();
}
