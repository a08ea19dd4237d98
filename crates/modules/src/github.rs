//! `github_tarball`: archives that GitHub makes of a repository's tags.

use serde::Deserialize;

use crate::network::{Checksum, Network};
use crate::{Error, Range, Version};
use sha256::Digest;

/// Where GitHub's API is.
pub const PUBLIC: &str = "https://api.github.com";

const LONGEST_ANSWER: u64 = 8 << 20;
const TAGS_PER_PAGE: usize = 100;

#[derive(Deserialize)]
struct Tag {
    name: String,
}

/// The tag of the newest version, or of the newest in a range.
pub(crate) fn tag(
    network: &Network<'_>,
    api: &str,
    repository: &str,
    range: Option<&str>,
) -> Result<String, Error> {
    let mut tags: Vec<Tag> = Vec::new();
    for page in 1.. {
        let url = format!("{api}/repos/{repository}/tags?page={page}&per_page={TAGS_PER_PAGE}");
        let bytes = network.get(&url, LONGEST_ANSWER)?;
        let found: Vec<Tag> = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Forge { url, reason: error.to_string() })?;
        let is_last = found.len() < TAGS_PER_PAGE;
        tags.extend(found);
        if is_last {
            break;
        }
    }
    let suiting = tags.iter().filter(|tag| range.is_none_or(|range| suits(range, &tag.name)));
    let best = suiting
        .filter_map(|tag| Some((version(&tag.name)?, &tag.name)))
        .max_by_key(|(version, _)| (version.is_stable(), version.clone()));
    best.map(|(_, tag)| tag.clone()).ok_or_else(|| Error::NoReference {
        url: format!("https://github.com/{repository}"),
        reference: range.map_or("tag that is a version".to_owned(), |range| format!("tag in `{range}`")),
    })
}

/// Brings the archive of a tag into the cache.
pub(crate) fn fetch(network: &Network<'_>, api: &str, repository: &str, tag: &str) -> Result<Digest, Error> {
    network.fetch_archive(&url(api, repository, tag), &Checksum::Unknown)
}

/// The address of a tag's archive.
pub(crate) fn url(api: &str, repository: &str, tag: &str) -> String {
    format!("{api}/repos/{repository}/tarball/{tag}")
}

/// Whether a tag is a version in a range.
pub(crate) fn suits(range: &str, tag: &str) -> bool {
    let in_range = |version: Version| range.parse::<Range>().is_ok_and(|range| range.contains(&version));
    tag == range || version(tag).is_some_and(in_range)
}

/// The version that a tag stands for: `v1.2.3`, or `1.2` as people write it.
pub(crate) fn version(tag: &str) -> Option<Version> {
    let bare = tag.strip_prefix('v').unwrap_or(tag);
    bare.parse().or_else(|_| format!("{bare}.0").parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_versions_with_or_without_a_letter() {
        for (range, tag, expected) in [
            ("1.2.3", "v1.2.3", true),
            ("1.x", "1.4", true),
            (">= 2.0.0", "v1.9.9", false),
            ("release-7", "release-7", true),
            ("1.x", "nightly", false),
        ] {
            assert_eq!(suits(range, tag), expected, "{range} {tag}");
        }
    }
}
