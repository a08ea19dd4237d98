//! A world of the tests' own: a Forge, git repositories and control repositories, all in temporary folders.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod forge;
pub mod git;
pub mod http;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Mutex;

use control_repo::ControlRepo;
use modules::{Debs, Error, Modules, Network, Report, Request};
use progress::{Progress, Silent, Task, Unit};
use tempfile::TempDir;

/// A control repository and a cache.
pub struct World {
    pub folder: TempDir,
    /// Used in place of what the files say.
    pub forge: Option<String>,
    pub github: Option<String>,
    pub offline: Cell<bool>,
    warnings: Mutex<Vec<String>>,
}

impl World {
    /// With this Puppetfile and an `effigy.yaml` that says as little as can be.
    pub fn new(puppetfile: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("effigy-modules-").tempdir().unwrap();
        let warnings = Mutex::default();
        let world = Self { folder, forge: None, github: None, offline: Cell::new(false), warnings };
        fs::create_dir(world.path("cache")).unwrap();
        world.write("repo/effigy.yaml", "images: {}\n");
        world.puppetfile(puppetfile);
        world
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
    }

    pub fn puppetfile(&self, text: &str) {
        self.write("repo/Puppetfile", text);
    }

    pub fn lock(&self) -> String {
        fs::read_to_string(self.path("repo/effigy.lock")).unwrap_or_default()
    }

    /// The version in the metadata of an installed module.
    pub fn version(&self, module: &str) -> Option<String> {
        let text = fs::read(self.path("repo/modules").join(module).join("metadata.json")).ok()?;
        let metadata: serde_json::Value = serde_json::from_slice(&text).unwrap();
        metadata["version"].as_str().map(str::to_owned)
    }

    pub fn install(&self) -> Result<Report, Error> {
        self.with(|modules| modules.install(false))
    }

    pub fn update(&self, names: &[&str]) -> Result<Report, Error> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.with(|modules| modules.update(&names, false))
    }

    pub fn with<T>(&self, work: impl FnOnce(&Modules<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let repo = ControlRepo::open(&self.path("repo")).unwrap();
        let client = fetch::Client::new(fetch::Options { attempts: 2, ..fetch::Options::default() }).unwrap();
        let progress = Heard(&self.warnings);
        let (cache, offline) = (self.path("cache"), self.offline.get());
        let network = Network { client: &client, cache, offline, progress: &progress };
        let mut modules =
            Modules::new(Request::read(&repo)?, network, &NoDebs).with_forge(self.forge.clone());
        if let Some(github) = &self.github {
            modules = modules.with_github(github.clone());
        }
        work(&modules)
    }

    /// What was warned about since the last time.
    pub fn warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.warnings.lock().unwrap())
    }

    /// Everything in the repository: relative path and content.
    pub fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path("repo")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let content = fs::read(&path).unwrap_or_default();
                    found.insert(path.strip_prefix(self.path("repo")).unwrap().to_owned(), content);
                }
            }
        }
        found
    }

    /// Expects a failure with these words in this order, after which everything is as it was.
    #[track_caller]
    pub fn fails(&self, work: impl FnOnce(&Self) -> Result<Report, Error>, words: &[&str]) {
        let before = self.contents();
        let error = work(self).expect_err("a failure");
        let text = error.to_string();
        let mut rest = text.as_str();
        for word in words {
            let Some(at) = rest.find(word) else { panic!("`{word}` is missing in: {text}") };
            rest = &rest[at + word.len()..];
        }
        assert_eq!(before, self.contents(), "{text}");
    }
}

/// A report in one line.
pub fn told(report: &Report) -> String {
    let part = |verb: &str, names: &[String]| {
        if names.is_empty() { String::new() } else { format!("{verb} {}; ", names.join(" ")) }
    };
    let parts = [
        part("installed", &report.installed),
        part("replaced", &report.replaced),
        part("removed", &report.removed),
        part("present", &report.present),
    ];
    parts.concat().trim_end_matches("; ").to_owned()
}

struct Heard<'a>(&'a Mutex<Vec<String>>);

impl Progress for Heard<'_> {
    fn begin(&self, _: &str, _: Option<u64>, _: Unit) -> Box<dyn Task> {
        Box::new(Silent)
    }
    fn note(&self, _: &str) {}
    fn warn(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

/// There is no Debian archive in these tests.
struct NoDebs;

impl Debs for NoDebs {
    fn archive(&self) -> Result<Rc<debian::Archive>, Error> {
        Err(Error::Archive("there is none in this test".to_owned()))
    }
    fn pool(&self) -> Result<PathBuf, Error> {
        Err(Error::Archive("there is none in this test".to_owned()))
    }
}

/// Whether a file is there.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}
