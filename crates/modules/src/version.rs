//! Versions of modules: semantic versions as Puppet reads them.

use std::fmt;
use std::str::FromStr;

use diagnostics::Hint;

/// A semantic version, e.g. `9.4.1` or `2.0.0-rc.1`. Ordered by precedence; between versions that differ in
/// their build alone the order is fixed, but means nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(semver::Version);

/// A text that is no semantic version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version")]
pub struct InvalidVersion(pub String);

impl Hint for InvalidVersion {
    fn hint(&self) -> Option<String> {
        Some("a version has three numbers, e.g. `9.4.1`".to_owned())
    }
}

impl Version {
    /// A version without a pre-release.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self(semver::Version::new(major, minor, patch))
    }

    /// Whether it is no pre-release.
    pub fn is_stable(&self) -> bool {
        self.0.pre.is_empty()
    }

    /// The order of releases alone: what comes after `+` does not count.
    pub fn precedence(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp_precedence(&other.0)
    }

    /// Whether both are of the same `major.minor.patch`.
    pub fn same_triple(&self, other: &Self) -> bool {
        (self.0.major, self.0.minor, self.0.patch) == (other.0.major, other.0.minor, other.0.patch)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        text.parse().map(Self).map_err(|_| InvalidVersion(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What SemanticPuppet says, a line each: `VERSION<TAB>valid|invalid`, then `A<TAB><|=|><TAB>B`.
    const CASES: &str = include_str!("../cases/versions.tsv");

    #[test]
    fn versions_are_read_and_ordered_as_puppet_does() {
        for line in CASES.lines().filter(|line| !line.starts_with('#')) {
            match line.split('\t').collect::<Vec<_>>()[..] {
                [text, valid] => assert_eq!(text.parse::<Version>().is_ok(), valid == "valid", "{text}"),
                [a, sign, b] => {
                    let version = |text: &str| text.parse::<Version>().unwrap();
                    let order = match version(a).precedence(&version(b)) {
                        std::cmp::Ordering::Less => "<",
                        std::cmp::Ordering::Equal => "=",
                        std::cmp::Ordering::Greater => ">",
                    };
                    assert_eq!(order, sign, "{line}");
                }
                _ => panic!("{line}"),
            }
        }
    }
}
