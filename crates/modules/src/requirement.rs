//! What one module asks of another, and the `metadata.json` in which it says so.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::{ModuleName, Range, Version};

/// A module that somebody asks for, in a range of versions. Displays as `owner/name RANGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Whom.
    pub name: ModuleName,
    /// In which versions.
    pub range: Range,
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.range)
    }
}

impl FromStr for Requirement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, range) = text.split_once(' ').unwrap_or((text, ""));
        let range = if range.trim().is_empty() { Range::any() } else { range.parse().map_err(say)? };
        Ok(Self { name: name.parse().map_err(say)?, range })
    }
}

fn say(error: impl fmt::Display) -> String {
    error.to_string()
}

/// What a module says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// Its version, if it is one.
    pub version: Option<Version>,
    /// What it asks for.
    pub dependencies: Vec<Requirement>,
    /// What could not be read, each in a sentence; such dependencies are left out, such ranges are any.
    pub oddities: Vec<String>,
}

/// The part of `metadata.json` that matters here; the Forge's API has the same.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct MetadataDocument {
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    dependencies: Vec<DependencyDocument>,
}

#[derive(Clone, Debug, Deserialize)]
struct DependencyDocument {
    name: String,
    #[serde(default)]
    version_requirement: Option<String>,
}

impl Metadata {
    /// Reads the text of a `metadata.json`. One that is no such document is as good as none.
    pub fn parse(text: &[u8]) -> Self {
        match serde_json::from_slice::<MetadataDocument>(text) {
            Ok(document) => Self::from(document),
            Err(error) => {
                Self { oddities: vec![format!("metadata.json is not valid: {error}")], ..Self::default() }
            }
        }
    }
}

impl From<MetadataDocument> for Metadata {
    fn from(document: MetadataDocument) -> Self {
        let version = document.version.and_then(|version| version.parse().ok());
        let mut metadata = Self { version, ..Self::default() };
        for dependency in document.dependencies {
            let name = match dependency.name.parse::<ModuleName>() {
                Ok(name) if name.owner().is_some() => name,
                _ => {
                    let oddity = format!("the dependency `{}` is not a module of the Forge", dependency.name);
                    metadata.oddities.push(oddity);
                    continue;
                }
            };
            let text = dependency.version_requirement.unwrap_or_default();
            let range = if text.trim().is_empty() { Ok(Range::any()) } else { text.parse() };
            let range = range.unwrap_or_else(|error: crate::InvalidRange| {
                metadata.oddities.push(format!("the dependency on `{name}`: {error}"));
                Range::any()
            });
            metadata.dependencies.push(Requirement { name, range });
        }
        metadata.dependencies.sort_by(|a, b| a.name.cmp(&b.name));
        metadata
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read_as_far_as_it_can_be() {
        let metadata = Metadata::parse(
            br#"{"version": "1.2.3", "dependencies": [
                {"name": "puppetlabs-stdlib", "version_requirement": ">= 9.0.0 < 10.0.0"},
                {"name": "puppetlabs/concat"}, {"name": "a/b", "version_requirement": "newest"},
                {"name": "stdlib"}]}"#,
        );
        assert_eq!(metadata.version, Some(Version::new(1, 2, 3)));
        let said: Vec<String> = metadata.dependencies.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            ["a/b >= 0.0.0", "puppetlabs/concat >= 0.0.0", "puppetlabs/stdlib >= 9.0.0 < 10.0.0"]
        );
        assert_eq!(metadata.oddities.len(), 2, "{:?}", metadata.oddities);
        assert_eq!(Metadata::parse(b"{}"), Metadata::default());
        assert_eq!(Metadata::parse(b"[").oddities.len(), 1);
        for requirement in metadata.dependencies {
            assert_eq!(requirement.to_string().parse(), Ok(requirement));
        }
    }
}
