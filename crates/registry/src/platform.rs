//! Which machine an image is for, and the choice among the images of an index.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use store::Descriptor;

use crate::Error;

/// An operating system and an architecture, in the words of Go: `linux/arm64/v8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

/// A text that is no platform.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a platform, e.g. `linux/amd64`, `arm64` or `linux/arm/v7`")]
pub struct InvalidPlatform(String);

impl Platform {
    /// Linux on an architecture, e.g. `amd64`.
    pub fn linux(architecture: &str) -> Self {
        Self { os: "linux".to_owned(), architecture: architecture.to_owned(), variant: None }
    }

    /// The architecture, e.g. `amd64`.
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// Of a map with `os`, `architecture` and `variant`: a configuration, or the `platform` of a descriptor.
    pub fn of(map: &Value) -> Option<Self> {
        let field = |name| map[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Self { os: field("os")?, architecture: field("architecture")?, variant: field("variant") })
    }

    /// The image of an index that fits best; of equals the first. `what` names the index.
    ///
    /// # Errors
    /// [`Error::NoPlatform`].
    pub fn choose<'a>(&self, index: &'a [Descriptor], what: &str) -> Result<&'a Descriptor, Error> {
        choose(index, self).map_err(|offered| Error::NoPlatform {
            what: what.to_owned(),
            wanted: self.to_string(),
            offered,
        })
    }

    /// Whether a machine of this platform runs what is made for the other.
    pub fn runs(&self, other: &Self) -> bool {
        self.rank(other).is_some()
    }

    /// How well an image fits, the lower the better.
    fn rank(&self, other: &Self) -> Option<u32> {
        if self.os != other.os || self.architecture != other.architecture {
            return None;
        }
        let (own, theirs) = (self.level(), other.level());
        // The newest that an older one of the family still has.
        (theirs <= own).then(|| own - theirs)
    }

    /// The variants of an architecture build on each other.
    fn level(&self) -> u32 {
        let level = |text: &str| text.strip_prefix('v')?.parse().ok();
        let usual = match self.architecture.as_str() {
            "arm64" => 8,
            "arm" => 7,
            _ => 1,
        };
        match &self.variant {
            None => usual,
            // One that nobody knows fits itself only.
            Some(variant) => level(variant).unwrap_or(u32::MAX),
        }
    }
}

/// Gives all platforms on offer if none fits.
fn choose<'a>(index: &'a [Descriptor], wanted: &Platform) -> Result<&'a Descriptor, Vec<String>> {
    let platform = |descriptor: &Descriptor| Platform::of(descriptor.other.get("platform")?);
    let ranked = index.iter().filter_map(|descriptor| {
        let rank = wanted.rank(&platform(descriptor)?)?;
        Some((rank, descriptor))
    });
    if let Some((_, best)) = ranked.min_by_key(|(rank, _)| *rank) {
        return Ok(best);
    }
    // An index that tells of no platforms leaves no choice.
    if let [only] = index
        && !only.other.contains_key("platform")
    {
        return Ok(only);
    }
    let offered = index.iter().filter_map(platform).filter(|platform| platform.os != "unknown");
    let mut offered: Vec<String> = offered.map(|platform| platform.to_string()).collect();
    offered.dedup();
    Err(offered)
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

impl FromStr for Platform {
    type Err = InvalidPlatform;

    fn from_str(text: &str) -> Result<Self, InvalidPlatform> {
        let is_word = |part: &&str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let parts: Vec<&str> = text.split('/').collect();
        if !parts.iter().all(is_word) {
            return Err(InvalidPlatform(text.to_owned()));
        }
        let (os, architecture, variant) = match parts[..] {
            [architecture] => ("linux", architecture, None),
            [os, architecture] => (os, architecture, None),
            [os, architecture, variant] => (os, architecture, Some(variant.to_owned())),
            _ => return Err(InvalidPlatform(text.to_owned())),
        };
        // As the kernel and others say it.
        let architecture = match architecture {
            "aarch64" => "arm64",
            "x86_64" | "x8664" => "amd64",
            other => other,
        };
        Ok(Self { os: os.to_owned(), architecture: architecture.to_owned(), variant })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sha256::Digest;

    use super::*;

    fn index(platforms: &[&str]) -> Vec<Descriptor> {
        let descriptor = |text: &&str| {
            let mut descriptor = Descriptor::new("m", Digest::of(text), 1);
            let parts: Vec<&str> = text.split('/').collect();
            let platform = json!({"os": parts[0], "architecture": parts[1],
                                  "variant": parts.get(2).copied().unwrap_or_default()});
            descriptor.other.insert("platform".to_owned(), platform);
            descriptor
        };
        platforms.iter().map(descriptor).collect()
    }

    #[test]
    fn the_best_image_is_chosen() {
        let all = [
            "unknown/unknown",
            "linux/amd64/v3",
            "linux/arm/v5",
            "linux/arm/v7",
            "linux/arm64/v8",
            "linux/amd64",
        ];
        for (offered, wanted, expected) in [
            (&all[..], "amd64", Some("linux/amd64")),
            (&all, "linux/amd64/v4", Some("linux/amd64/v3")),
            (&all, "linux/amd64/v2", Some("linux/amd64")),
            (&all, "arm64", Some("linux/arm64/v8")),
            (&all, "linux/arm", Some("linux/arm/v7")),
            (&all, "linux/arm/v6", Some("linux/arm/v5")),
            (&all, "s390x", None),
            (&all, "windows/amd64", None),
            (&["linux/arm64"], "linux/arm64/v8", Some("linux/arm64")),
            (&["linux/amd64/v2"], "amd64", None),
            (&[], "amd64", None),
        ] {
            let index = index(offered);
            let chosen = choose(&index, &wanted.parse().unwrap());
            assert_eq!(chosen.ok().map(|chosen| chosen.digest), expected.map(Digest::of), "{wanted}");
        }
        let none = choose(&index(&all), &"s390x".parse().unwrap()).unwrap_err();
        assert_eq!(none[0], "linux/amd64/v3");
        let unlabelled = [Descriptor::new("m", Digest::of(""), 1)];
        assert!(choose(&unlabelled, &Platform::linux("amd64")).is_ok());
    }

    #[test]
    fn platforms_are_read_as_docker_writes_them() {
        for (text, expected) in
            [("arm64", "linux/arm64"), ("linux/arm/v7", "linux/arm/v7"), ("aarch64", "linux/arm64")]
        {
            assert_eq!(text.parse::<Platform>().unwrap().to_string(), expected);
        }
        for text in ["", "/", "linux/", "a/b/c/d", "Linux/amd64", "a b"] {
            assert!(text.parse::<Platform>().is_err(), "{text}");
        }
    }
}
