//! The Puppet Forge, or a mirror of it, over its API of version 3: which releases a module has, and what each
//! asks for.
//!
//! One question a module is enough as long as its newest release is the one that is wanted
//! (`/v3/modules/SLUG`); any other release costs one more (`/v3/releases/SLUG-VERSION`). A mirror that knows no
//! list by module is asked for its releases page by page. Every answer is kept for the length of a run.

mod document;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::network::{Checksum, Network};
use crate::requirement::Metadata;
use crate::{Error, ModuleName, Requirement, Version};

use document::{ModuleDocument, Page, ReleaseDocument};

/// Where the Forge is if nobody says otherwise.
const PUBLIC: &str = "https://forgeapi.puppet.com";

/// Former and human addresses of the Forge, which Puppetfiles still name.
const ALIASES: [&str; 4] =
    ["forge.puppetlabs.com", "forge.puppet.com", "forgeapi.puppetlabs.com", "forgeapi.puppet.com"];

/// No answer of a Forge is longer.
const LONGEST_ANSWER: u64 = 32 << 20;

/// Texts for people, which make most of an answer.
const WITHOUT: &str = "exclude_fields=readme%20changelog%20license%20reference%20tasks%20plans";

/// A Forge.
pub(crate) struct Forge<'a> {
    network: &'a Network<'a>,
    /// Without a slash at the end.
    address: String,
    modules: Mutex<HashMap<ModuleName, Arc<Listed>>>,
    releases: Mutex<HashMap<(ModuleName, Version), Arc<Release>>>,
}

/// What a Forge has of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// All releases that can be had, the oldest first; none if there is no such module.
    pub versions: Vec<Version>,
    /// Why the module should not be used any more.
    pub deprecated: Option<String>,
}

impl Listed {
    /// The version that one gets without a wish: the highest that is no pre-release, if there is one.
    pub fn newest(&self) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.is_stable()).or(self.versions.last())
    }
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    /// The archive's path on the Forge, or its whole address.
    pub file: String,
    pub checksum: Checksum,
    pub dependencies: Vec<Requirement>,
}

impl<'a> Forge<'a> {
    /// Nothing is asked yet. `address` as the user wrote it; none: the public Forge.
    pub fn new(network: &'a Network<'a>, address: Option<&str>) -> Self {
        let (modules, releases) = (Mutex::default(), Mutex::default());
        Self { network, address: normalised(address), modules, releases }
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The whole address of a file that the Forge named.
    pub fn url(&self, file: &str) -> String {
        if file.starts_with("https://") || file.starts_with("http://") {
            return file.to_owned();
        }
        format!("{}/{}", self.address, file.trim_start_matches('/'))
    }

    /// Which releases a module has.
    pub fn listed(&self, name: &ModuleName) -> Result<Arc<Listed>, Error> {
        if let Some(known) = lock(&self.modules).get(name) {
            return Ok(Arc::clone(known));
        }
        let listed = Arc::new(self.ask_for_module(name)?);
        lock(&self.modules).insert(name.clone(), Arc::clone(&listed));
        Ok(listed)
    }

    /// A release that [`Forge::listed`] has named.
    pub fn release(&self, name: &ModuleName, version: &Version) -> Result<Arc<Release>, Error> {
        let key = (name.clone(), version.clone());
        if let Some(known) = lock(&self.releases).get(&key) {
            return Ok(Arc::clone(known));
        }
        let url = self.url(&format!("/v3/releases/{}-{version}?{WITHOUT}", slug(name)));
        let bytes = self.network.get(&url, LONGEST_ANSWER)?;
        let document: ReleaseDocument = read(&url, &bytes)?;
        self.keep(name, document, &url)?;
        lock(&self.releases).get(&key).cloned().ok_or_else(|| {
            let reason = format!("it speaks of another version than {version}");
            Error::Forge { url, reason }
        })
    }

    fn ask_for_module(&self, name: &ModuleName) -> Result<Listed, Error> {
        let url = self.url(&format!("/v3/modules/{}?{WITHOUT}", slug(name)));
        let document: ModuleDocument = match self.network.get(&url, LONGEST_ANSWER) {
            Ok(bytes) => read(&url, &bytes)?,
            Err(Error::Fetch(error)) if error.is_missing() => ModuleDocument::default(),
            Err(error) => return Err(error),
        };
        let deprecated = document.deprecation();
        let mut listed = Listed { deprecated, versions: Vec::new() };
        if let Some(current) = document.current_release {
            listed.versions.extend(self.keep(name, current, &url)?);
        }
        listed.versions.extend(document.releases.iter().filter_map(document::Summary::version));
        if listed.versions.is_empty() {
            listed.versions = self.ask_for_releases(name)?;
        }
        listed.versions.sort();
        listed.versions.dedup();
        Ok(listed)
    }

    /// The way of mirrors that know releases only, page by page.
    fn ask_for_releases(&self, name: &ModuleName) -> Result<Vec<Version>, Error> {
        let first = format!("/v3/releases?module={}&limit=100&{WITHOUT}", slug(name));
        let (mut next, mut versions, mut asked) = (Some(first), Vec::new(), Vec::new());
        while let Some(path) = next.take() {
            let url = self.url(&path);
            let page: Page = match self.network.get(&url, LONGEST_ANSWER) {
                Ok(bytes) => read(&url, &bytes)?,
                Err(Error::Fetch(error)) if error.is_missing() && asked.is_empty() => Page::default(),
                Err(error) => return Err(error),
            };
            for release in page.results {
                versions.extend(self.keep(name, release, &url)?);
            }
            asked.push(path);
            next = page.pagination.next.filter(|next| !asked.contains(next));
        }
        Ok(versions)
    }

    /// Remembers a release; its version, unless it was withdrawn or has none.
    fn keep(
        &self,
        name: &ModuleName,
        document: ReleaseDocument,
        url: &str,
    ) -> Result<Option<Version>, Error> {
        let Some(version) = document.available_version() else { return Ok(None) };
        let unusable = |reason: String| Error::Forge { url: url.to_owned(), reason };
        let file =
            document.file_uri.ok_or_else(|| unusable(format!("release {version} has no `file_uri`")))?;
        let checksum = match (document.file_sha256, document.file_md5) {
            (Some(sha256), _) => {
                Checksum::Sha256(sha256.parse().map_err(|error| unusable(format!("`file_sha256`: {error}")))?)
            }
            (None, Some(md5)) => Checksum::Md5(md5),
            (None, None) => Checksum::Unknown,
        };
        let metadata = Metadata::from(document.metadata.unwrap_or_default());
        for oddity in &metadata.oddities {
            self.network.progress.warn(&format!("{name} {version}: {oddity}"));
        }
        let release = Release { file, checksum, dependencies: metadata.dependencies };
        lock(&self.releases).insert((name.clone(), version.clone()), Arc::new(release));
        Ok(Some(version))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn slug(name: &ModuleName) -> String {
    name.slug().unwrap_or_else(|| name.short().to_owned())
}

fn read<T: serde::de::DeserializeOwned>(url: &str, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Forge { url: url.to_owned(), reason: error.to_string() })
}

/// An address as requests need it: with a scheme, without a slash at the end, without the API's own path.
fn normalised(address: Option<&str>) -> String {
    let Some(address) = address else { return PUBLIC.to_owned() };
    let trimmed = address.trim_end_matches('/');
    let trimmed = trimmed.strip_suffix("/v3").unwrap_or(trimmed).trim_end_matches('/');
    let host = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
    match host {
        _ if ALIASES.contains(&host.unwrap_or(trimmed)) => PUBLIC.to_owned(),
        Some(_) => trimmed.to_owned(),
        None => format!("https://{trimmed}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_understood_as_people_write_them() {
        for (given, expected) in [
            (None, PUBLIC),
            (Some("forge.puppetlabs.com"), PUBLIC),
            (Some("http://forge.puppetlabs.com/"), PUBLIC),
            (Some("https://forgeapi.puppetlabs.com"), PUBLIC),
            (Some("forge.example.org"), "https://forge.example.org"),
            (Some("http://127.0.0.1:8080/v3/"), "http://127.0.0.1:8080"),
            (Some("https://mirror.example.org/api/forge/"), "https://mirror.example.org/api/forge"),
        ] {
            assert_eq!(normalised(given), expected, "{given:?}");
        }
    }
}
