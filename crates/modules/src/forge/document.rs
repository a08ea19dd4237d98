//! The Forge's answers, as far as they matter here. Every field may be missing: mirrors leave out many.

use serde::Deserialize;
use serde_json::Value;

use crate::Version;
use crate::requirement::MetadataDocument;

/// `/v3/modules/SLUG`
#[derive(Debug, Default, Deserialize)]
pub struct ModuleDocument {
    pub current_release: Option<ReleaseDocument>,
    #[serde(default)]
    pub releases: Vec<Summary>,
    #[serde(default)]
    deprecated_at: Option<Value>,
    #[serde(default)]
    deprecated_for: Option<String>,
    #[serde(default)]
    superseded_by: Option<Superseder>,
}

#[derive(Debug, Deserialize)]
struct Superseder {
    slug: Option<String>,
}

/// A release in a module's list.
#[derive(Debug, Deserialize)]
pub struct Summary {
    version: String,
    #[serde(default)]
    deleted_at: Option<Value>,
}

/// `/v3/releases/SLUG-VERSION`
#[derive(Debug, Deserialize)]
pub struct ReleaseDocument {
    version: String,
    #[serde(default)]
    deleted_at: Option<Value>,
    pub file_uri: Option<String>,
    pub file_sha256: Option<String>,
    pub file_md5: Option<String>,
    pub metadata: Option<MetadataDocument>,
}

/// `/v3/releases`
#[derive(Debug, Default, Deserialize)]
pub struct Page {
    #[serde(default)]
    pub results: Vec<ReleaseDocument>,
    #[serde(default)]
    pub pagination: Pagination,
}

/// Where the next page is.
#[derive(Debug, Default, Deserialize)]
pub struct Pagination {
    pub next: Option<String>,
}

impl ModuleDocument {
    /// Why the module should not be used any more.
    pub fn deprecation(&self) -> Option<String> {
        is_set(self.deprecated_at.as_ref()).then(|| {
            let successor = self.superseded_by.as_ref().and_then(|module| module.slug.as_ref());
            let successor = successor.map(|slug| format!("superseded by {slug}"));
            successor.or_else(|| self.deprecated_for.clone()).unwrap_or_else(|| "deprecated".to_owned())
        })
    }
}

impl Summary {
    /// The version, unless it was withdrawn or is none.
    pub fn version(&self) -> Option<Version> {
        available(&self.version, self.deleted_at.as_ref())
    }
}

impl ReleaseDocument {
    /// The version, unless it was withdrawn or is none.
    pub fn available_version(&self) -> Option<Version> {
        available(&self.version, self.deleted_at.as_ref())
    }
}

fn available(version: &str, deleted_at: Option<&Value>) -> Option<Version> {
    if is_set(deleted_at) { None } else { version.parse().ok() }
}

fn is_set(time: Option<&Value>) -> bool {
    time.is_some_and(|time| !time.is_null())
}
