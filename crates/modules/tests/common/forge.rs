//! A Forge that speaks version 3 of the API, with modules made up by the test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use md5::Digest as _;
use serde_json::{Value, json};
use sha256::Digest;

use super::http::{Answer, Request, serve};

/// How a Forge behaves, well or badly.
#[derive(Default)]
pub struct State {
    /// By slug, the oldest release first.
    modules: BTreeMap<String, Vec<Release>>,
    files: BTreeMap<String, Vec<u8>>,
    /// Paths that were asked for.
    pub asked: Vec<String>,
    /// Only `/v3/releases` is known, two to a page.
    pub pages_only: bool,
    pub without_sha256: bool,
    pub without_md5: bool,
    /// Added to what is served in place of a file.
    pub spoiled: Vec<String>,
    /// So many transfers of files are cut in the middle.
    pub cuts: usize,
    /// So many requests are answered with 503.
    pub refusals: usize,
    pub deprecated: Vec<String>,
}

struct Release {
    version: String,
    dependencies: Vec<Value>,
    deleted: bool,
}

#[derive(Clone)]
pub struct Forge {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Forge {
    pub fn new() -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let served = Arc::clone(&state);
        let url = serve(move |request| answer(&mut served.lock().unwrap(), request));
        Self { url, state }
    }

    /// Publishes a release: `owner-name`, version, and dependencies as `owner/name RANGE`.
    pub fn publish(&self, slug: &str, version: &str, dependencies: &[&str]) -> &Self {
        let (owner, name) = slug.split_once('-').unwrap();
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|text| {
                let (name, range) = text.split_once(' ').unwrap();
                json!({"name": name, "version_requirement": range})
            })
            .collect();
        let metadata =
            json!({"name": slug, "version": version, "author": owner, "dependencies": dependencies});
        let archive = tar_gz(
            &format!("{slug}-{version}"),
            &[
                ("metadata.json", metadata.to_string().as_str()),
                ("manifests/init.pp", &format!("# {version}\nclass {name} {{}}\n")),
                ("spec/classes/init_spec.rb", "describe"),
            ],
        );
        self.publish_archive(slug, version, archive);
        let mut state = self.state();
        let release = state.modules.get_mut(slug).unwrap().last_mut().unwrap();
        release.dependencies = dependencies;
        self
    }

    /// Publishes an archive as it is.
    pub fn publish_archive(&self, slug: &str, version: &str, archive: Vec<u8>) {
        let mut state = self.state();
        state.files.insert(file(slug, version), archive);
        let releases = state.modules.entry(slug.to_owned()).or_default();
        releases.retain(|release| release.version != version);
        releases.push(Release { version: version.to_owned(), dependencies: Vec::new(), deleted: false });
    }

    pub fn withdraw(&self, slug: &str, version: &str) {
        let mut state = self.state();
        let releases = state.modules.get_mut(slug).unwrap();
        releases.iter_mut().find(|release| release.version == version).unwrap().deleted = true;
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// How many requests there were since the last time.
    pub fn requests(&self) -> usize {
        std::mem::take(&mut self.state().asked).len()
    }
}

/// A compressed archive of files below one folder.
pub fn tar_gz(folder: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let path = if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
        builder.append_data(&mut header, path, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn file(slug: &str, version: &str) -> String {
    format!("/v3/files/{slug}-{version}.tar.gz")
}

fn answer(state: &mut State, request: &Request) -> Answer {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    state.asked.push(path.to_owned());
    if state.refusals > 0 {
        state.refusals -= 1;
        return Answer::status(503);
    }
    if let Some(content) = state.files.get(path) {
        let mut answer = Answer::ok(content.clone());
        if state.spoiled.iter().any(|spoiled| path.contains(spoiled.as_str())) {
            answer.body.push(b'x');
        }
        if state.cuts > 0 {
            state.cuts -= 1;
            answer.cut = Some(answer.body.len() / 2);
        }
        return answer;
    }
    let found = match path.strip_prefix("/v3/").map(|rest| rest.split_once('/').unwrap_or((rest, ""))) {
        Some(("modules", slug)) if !state.pages_only => module(state, slug),
        Some(("releases", "")) => Some(page(state, query)),
        Some(("releases", slug)) => {
            let (module, version) = slug.match_indices('-').nth(1).map(|(at, _)| slug.split_at(at)).unwrap();
            let known = state.modules.get(module).map(Vec::as_slice).unwrap_or_default();
            let found = known.iter().find(|release| release.version == version[1..]);
            found.map(|found| release(state, module, found))
        }
        _ => None,
    };
    found.map_or_else(|| Answer::status(404), |found| Answer::ok(found.to_string()))
}

fn module(state: &State, slug: &str) -> Option<Value> {
    let releases = state.modules.get(slug)?;
    let current = releases.iter().rev().find(|release| !release.deleted && !release.version.contains('-'));
    let brief = releases.iter().rev().map(|release| {
        let deleted = release.deleted.then_some("2020-01-01");
        json!({"version": release.version, "deleted_at": deleted, "file_uri": file(slug, &release.version)})
    });
    let deprecated = state.deprecated.iter().any(|one| one == slug).then_some("2020-01-01");
    Some(json!({
        "slug": slug,
        "current_release": current.map(|current| release(state, slug, current)),
        "releases": brief.collect::<Vec<_>>(),
        "deprecated_at": deprecated,
        "superseded_by": deprecated.map(|_| json!({"slug": "other-module"})),
    }))
}

fn release(state: &State, slug: &str, release: &Release) -> Value {
    let path = file(slug, &release.version);
    let content = &state.files[&path];
    let md5: String = md5::Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "version": release.version,
        "deleted_at": release.deleted.then_some("2020-01-01"),
        "file_uri": path,
        "file_sha256": (!state.without_sha256).then(|| Digest::of(content).to_string()),
        "file_md5": (!state.without_md5).then_some(md5),
        "metadata": {"version": release.version, "dependencies": release.dependencies},
    })
}

/// Two releases to a page, the newest first.
fn page(state: &State, query: &str) -> Value {
    let value = |name: &str| {
        let prefix = format!("{name}=");
        query.split('&').find_map(|part| part.strip_prefix(&prefix)).unwrap_or_default()
    };
    let (slug, offset) = (value("module"), value("offset").parse::<usize>().unwrap_or(0));
    let releases = state.modules.get(slug).map(Vec::as_slice).unwrap_or_default();
    let results: Vec<Value> =
        releases.iter().rev().skip(offset).take(2).map(|one| release(state, slug, one)).collect();
    let next = (offset + 2 < releases.len())
        .then(|| format!("/v3/releases?module={slug}&limit=2&offset={}", offset + 2));
    json!({"pagination": {"next": next}, "results": results})
}
