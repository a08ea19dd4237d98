//! Semantic versions and ranges of them, as the library `semantic_puppet` has them.

mod parse;
mod range;

use std::cmp::Ordering;
use std::fmt;

use ecow::EcoString;

pub use range::{Comparator, Interval, VersionRange};

/// A semantic version. Order leaves out the build; equality and hash do not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SemanticVersion {
    /// The first number. [`u64::MAX`] stands for infinity, which is part of no version but the greatest.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
    /// What follows `-`, at its dots; `None` for what is stable.
    pub prerelease: Option<Vec<Identifier>>,
    /// What follows `+`, at its dots.
    pub build: Option<Vec<EcoString>>,
}

/// A part of a prerelease. Numbers come before words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identifier {
    /// Digits alone.
    Number(u64),
    /// Anything else.
    Word(EcoString),
}

/// What is no version, or no range of versions, in the words of the library.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not a version.
    #[error("Unable to parse '{0}' as a semantic version identifier")]
    Version(String),
    /// `1.0.0-01`.
    #[error("Numeric pre-release identifiers MUST NOT contain leading zeroes")]
    LeadingZero,
    /// Not a range.
    #[error("Unparsable version range: \"{0}\"")]
    Range(String),
}

impl SemanticVersion {
    /// `major.minor.patch`.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { major, minor, patch, prerelease: None, build: None }
    }

    /// Reads `1.2.3-rc.1+build`.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        parse::version(text)
    }

    /// The least version, which comes before `0.0.0`.
    pub(crate) fn least() -> Self {
        Self { prerelease: Some(Vec::new()), ..Self::new(0, 0, 0) }
    }

    /// What no version reaches.
    pub(crate) fn greatest() -> Self {
        Self::new(u64::MAX, 0, 0)
    }

    /// Whether it is no prerelease.
    pub fn is_stable(&self) -> bool {
        self.prerelease.as_ref().is_none_or(Vec::is_empty)
    }

    /// `-1`, `0`, `1` as an order; the build does not count.
    pub fn compare(&self, other: &Self) -> Ordering {
        let numbers = |version: &Self| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| match (&self.prerelease, &other.prerelease) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(left), Some(right)) => left.cmp(right),
        })
    }
}

impl fmt::Display for SemanticVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.major {
            u64::MAX => f.write_str("Infinity")?,
            major => write!(f, "{major}")?,
        }
        write!(f, ".{}.{}", self.minor, self.patch)?;
        if let Some(prerelease) = &self.prerelease {
            let mut separator = '-';
            if prerelease.is_empty() {
                f.write_str("-")?;
            }
            for identifier in prerelease {
                match identifier {
                    Identifier::Number(number) => write!(f, "{separator}{number}")?,
                    Identifier::Word(word) => write!(f, "{separator}{word}")?,
                }
                separator = '.';
            }
        }
        match &self.build {
            Some(build) => write!(f, "+{}", build.join(".")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_versions() {
        let sorted = ["0.9.9", "1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.0.1"];
        let versions: Vec<_> = sorted.iter().map(|text| SemanticVersion::parse(text).unwrap()).collect();
        assert!(versions.windows(2).all(|pair| pair[0].compare(&pair[1]).is_lt()));
        assert!(versions.iter().zip(sorted).all(|(version, text)| version.to_string() == text));
        assert!(SemanticVersion::least().compare(&versions[0]).is_lt());
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in ["1.2", "01.2.3", "1.2.3-", "1.2.3-01", "v1.2.3", "1.2.3+"] {
            assert!(SemanticVersion::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_include_versions() {
        let cases = [
            (">=1.0.0 <2.0.0", "1.5.0", true),
            (">=1.0.0 <2.0.0", "2.0.0", false),
            ("~1.2", "1.2.9", true),
            ("~1.2", "1.3.0", false),
            ("^1.2.3", "1.9.0", true),
            ("^0.2.3", "0.3.0", false),
            ("1.x", "1.7.2", true),
            ("1.0.0 - 2.0.0", "2.0.0", true),
            ("<1.0.0 || >2.0.0", "3.0.0", true),
            ("<1.0.0 || >2.0.0", "1.5.0", false),
            (">=1.0.0-rc1", "1.0.0-rc2", true),
            (">=1.0.0", "1.1.0-rc2", false),
            ("*", "7.0.0", true),
            ("", "7.0.0", true),
            ("> 1.0", "1.0.5", false),
        ];
        for (range, version, expected) in cases {
            let parsed = VersionRange::parse(range).unwrap();
            assert_eq!(
                parsed.includes(&SemanticVersion::parse(version).unwrap()),
                expected,
                "{version} in {range}"
            );
        }
        assert!(VersionRange::parse("one").is_err());
    }
}
