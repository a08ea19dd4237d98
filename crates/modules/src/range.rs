//! Ranges of versions as Puppet's metadata and Puppetfiles write them: `>= 1.0.0 < 2.0.0`, `1.x`, `~> 1.2`,
//! `^1.2.3`, `1.0.0 - 1.5.0`, and several of these with `||` between them.
//!
//! Means what SemanticPuppet means by them; the recorded answers in `cases/ranges.tsv` say so. Where that
//! library crashes on a text that is good, ours takes the text for what it says.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use diagnostics::Hint;

use crate::Version;

/// A range of versions. Displays as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    text: String,
    /// Empty if nothing is in it.
    alternatives: Vec<Interval>,
}

/// A text that is no range of versions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a range of versions")]
pub struct InvalidRange(pub String);

impl Hint for InvalidRange {
    fn hint(&self) -> Option<String> {
        Some("write it like `9.4.1`, `>= 9.0.0 < 10.0.0`, `9.x` or `~> 9.4`".to_owned())
    }
}

impl Range {
    /// The range that every version is in.
    pub fn any() -> Self {
        Self { text: ">= 0.0.0".to_owned(), alternatives: vec![Interval::from(Version::new(0, 0, 0))] }
    }

    /// Whether a version is in the range. A pre-release is only if one of the range's ends names a pre-release of
    /// the same three numbers.
    pub fn contains(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|interval| interval.contains(version))
    }

    /// The one version that is written, if the range is a version.
    pub fn exact(&self) -> Option<&Version> {
        match self.alternatives.as_slice() {
            [Interval { exact: true, lower: Some(edge), .. }] => Some(&edge.version),
            _ => None,
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Range {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        let invalid = || InvalidRange(text.to_owned());
        let joined = join_operators(text);
        let mut sides: Vec<&str> = joined.split("||").map(str::trim).collect();
        // As Ruby splits: what is empty at the end is not there.
        while sides.len() > 1 && sides.ends_with(&[""]) {
            sides.pop();
        }
        let mut alternatives = Vec::new();
        for side in sides {
            alternatives.extend(read_alternative(side).ok_or_else(invalid)?);
        }
        Ok(Self { text: text.trim().to_owned(), alternatives })
    }
}

/// Versions between two ends, either of which may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Interval {
    lower: Option<Edge>,
    upper: Option<Edge>,
    /// Written as one version: then its build counts too.
    exact: bool,
    /// `*`: every pre-release is welcome.
    everything: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    version: Version,
    inclusive: bool,
}

impl Interval {
    fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    fn exactly(version: Version) -> Self {
        let edge = Some(Edge { version, inclusive: true });
        Self { lower: edge.clone(), upper: edge, exact: true, everything: false }
    }

    /// From a version on.
    fn from(version: Version) -> Self {
        Self { lower: Some(Edge { version, inclusive: true }), ..Self::default() }
    }

    fn above(version: Version) -> Self {
        Self { lower: Some(Edge { version, inclusive: false }), ..Self::default() }
    }

    fn below(version: Version) -> Self {
        Self { upper: Some(Edge { version, inclusive: false }), ..Self::default() }
    }

    fn up_to(version: Version) -> Self {
        Self { upper: Some(Edge { version, inclusive: true }), ..Self::default() }
    }

    fn between(from: Version, below: Version) -> Self {
        Self { upper: Self::below(below).upper, ..Self::from(from) }
    }

    fn contains(&self, version: &Version) -> bool {
        if self.exact {
            return self.lower.as_ref().is_some_and(|edge| edge.version == *version);
        }
        let above = self.lower.as_ref().is_none_or(|edge| edge.admits(version, Ordering::Greater));
        let below = self.upper.as_ref().is_none_or(|edge| edge.admits(version, Ordering::Less));
        let named = |edge: &Edge| !edge.version.is_stable() && edge.version.same_triple(version);
        let welcome = version.is_stable()
            || self.everything
            || [&self.lower, &self.upper].into_iter().flatten().any(named);
        above && below && welcome
    }

    /// What is in both; none if nothing is.
    fn and(self, other: Self) -> Option<Self> {
        if self.everything {
            return Some(other);
        }
        if other.everything {
            return Some(self);
        }
        let lower = stricter(self.lower, other.lower, Ordering::Greater);
        let upper = stricter(self.upper, other.upper, Ordering::Less);
        if let (Some(lower), Some(upper)) = (&lower, &upper) {
            match lower.version.precedence(&upper.version) {
                Ordering::Greater => return None,
                Ordering::Equal if !(lower.inclusive && upper.inclusive) => return None,
                _ => {}
            }
        }
        Some(Self { lower, upper, exact: self.exact || other.exact, everything: false })
    }
}

impl Edge {
    fn admits(&self, version: &Version, side: Ordering) -> bool {
        let order = version.precedence(&self.version);
        order == side || (self.inclusive && order == Ordering::Equal)
    }
}

/// The edge that leaves less; `side` is where versions lie that it admits.
fn stricter(a: Option<Edge>, b: Option<Edge>, side: Ordering) -> Option<Edge> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let order = a.version.precedence(&b.version);
            let first = order == side || (order == Ordering::Equal && !a.inclusive);
            Some(if first { a } else { b })
        }
        (a, b) => a.or(b),
    }
}

/// Takes out white space, and a `v`, behind an operator, so that what is left splits at white space.
fn join_operators(text: &str) -> String {
    let mut joined = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['>', '<', '=', '~', '^']) {
        let (head, tail) = rest.split_at(at + 1);
        joined.push_str(head);
        let bare = tail.trim_start();
        rest = bare.strip_prefix('v').unwrap_or(bare);
    }
    joined + rest
}

/// One side of `||`: an interval, or none if nothing can be in it. The outer none: it cannot be read.
fn read_alternative(text: &str) -> Option<Option<Interval>> {
    if text.is_empty() {
        return Some(Some(Interval::everything()));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [from, "-", to] = words[..] {
        let (from, to) = (Partial::read(from)?.filled()?, Partial::read(to)?.filled()?);
        return Some(Interval::from(from).and(Interval::up_to(to)));
    }
    let mut all = Some(Interval::everything());
    for word in words {
        let simple = read_simple(word)?;
        all = all.and_then(|interval| interval.and(simple?));
    }
    Some(all)
}

/// An operator and a version that may lack its end; see [`read_alternative`] about the answer.
fn read_simple(word: &str) -> Option<Option<Interval>> {
    let operators = ["<=", ">=", "~>", "~=", "<", ">", "=", "~", "^"];
    let operator = operators.into_iter().find(|operator| word.starts_with(operator)).unwrap_or_default();
    let partial = Partial::read(&word[operator.len()..])?;
    let interval = match operator {
        "<" => Interval::below(partial.filled()?),
        ">=" => Interval::from(partial.filled()?),
        ">" => match (partial.major, partial.minor, partial.patch) {
            (None, ..) => return Some(None),
            (Some(major), None, _) => Interval::from(Version::new(major.checked_add(1)?, 0, 0)),
            (Some(major), Some(minor), None) => Interval::from(Version::new(major, minor.checked_add(1)?, 0)),
            _ => Interval::above(partial.filled()?),
        },
        "<=" => match partial.end_of_numbers()? {
            Some(end) if partial.patch.is_none() => Interval::below(end),
            Some(_) => Interval::up_to(partial.filled()?),
            None => Interval::everything(),
        },
        "^" if partial.major.is_some_and(|major| major > 0) => {
            let next = Version::new(partial.major?.checked_add(1)?, 0, 0);
            Interval::between(partial.filled()?, next)
        }
        "~" | "~>" | "~=" | "^" => match partial.end_of_numbers()? {
            Some(end) => Interval::between(partial.filled()?, end),
            None => Interval::everything(),
        },
        _ => match partial.end_of_numbers()? {
            Some(_) if partial.patch.is_some() => Interval::exactly(partial.filled()?),
            Some(end) => Interval::between(partial.filled()?, end),
            None => Interval::everything(),
        },
    };
    Some(Some(interval))
}

/// A version whose end is left out or given as `x`.
struct Partial<'a> {
    major: Option<u64>,
    minor: Option<u64>,
    patch: Option<u64>,
    /// What follows the three numbers, from `-` or `+` on.
    rest: &'a str,
}

impl<'a> Partial<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let end = text.find(['-', '+']).unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let parts: Vec<&str> = numbers.split('.').collect();
        if parts.len() > 3 || (!rest.is_empty() && parts.len() < 3) {
            return None;
        }
        let mut read = parts.iter().map(|part| number(part)).collect::<Option<Vec<_>>>()?;
        read.resize(3, None);
        let [major, minor, patch] = read[..] else { return None };
        // Behind an `x` nothing counts, but it has to be readable.
        format!("0.0.0{rest}").parse::<Version>().ok()?;
        let minor = major.and(minor);
        Some(Self { major, minor, patch: minor.and(patch), rest })
    }

    /// With zeros for what is missing.
    fn filled(&self) -> Option<Version> {
        let number = |part: Option<u64>| part.unwrap_or(0);
        let (major, minor, patch) = (number(self.major), number(self.minor), number(self.patch));
        let rest = if self.patch.is_some() { self.rest } else { "" };
        format!("{major}.{minor}.{patch}{rest}").parse().ok()
    }

    /// The first version that does not begin with the same numbers, of which at most two count. The inner
    /// none: there is no number.
    fn end_of_numbers(&self) -> Option<Option<Version>> {
        match (self.major, self.minor) {
            (None, _) => Some(None),
            (Some(major), None) => Some(Some(Version::new(major.checked_add(1)?, 0, 0))),
            (Some(major), Some(minor)) => Some(Some(Version::new(major, minor.checked_add(1)?, 0))),
        }
    }
}

/// The inner none: any number.
fn number(text: &str) -> Option<Option<u64>> {
    match text {
        "x" | "X" | "*" => Some(None),
        "0" => Some(Some(0)),
        digits if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) => None,
        digits => digits.parse().ok().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What SemanticPuppet says, a line each: `RANGE<TAB>invalid`, or `RANGE<TAB>VERSION<TAB>in|out`.
    const CASES: &str = include_str!("../cases/ranges.tsv");

    #[test]
    fn ranges_mean_what_puppet_means() {
        for line in CASES.lines().filter(|line| !line.starts_with('#')) {
            match line.split('\t').collect::<Vec<_>>()[..] {
                [text, "invalid"] => assert!(text.parse::<Range>().is_err(), "{text}"),
                [text, version, side] => {
                    let range: Range = text.parse().unwrap_or_else(|error| panic!("{error}"));
                    let version: Version = version.parse().unwrap();
                    assert_eq!(range.contains(&version), side == "in", "{line}");
                }
                _ => panic!("{line}"),
            }
        }
    }

    #[test]
    fn what_makes_the_original_crash_is_taken_for_what_it_says() {
        for (text, version, contained) in [
            ("^x", "1.2.3", true),
            ("<=*", "1.2.3", true),
            (">=1.0.0 || >=2.0.0", "2.5.0", true),
            (">=2.0.0 <1.0.0 >=0.1.0", "1.5.0", false),
            (" >= 1.0.0 ", "1.5.0", true),
            (" ", "1.5.0", true),
        ] {
            let range: Range = text.parse().unwrap();
            assert_eq!(range.contains(&version.parse().unwrap()), contained, "{text}");
        }
    }

    #[test]
    fn a_version_alone_is_exact() {
        let exact = |text: &str| text.parse::<Range>().unwrap().exact().map(ToString::to_string);
        assert_eq!(exact("1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(exact("= 1.2.3-rc1").as_deref(), Some("1.2.3-rc1"));
        assert_eq!((exact("1.2"), exact(">= 1.2.3")), (None, None));
    }
}
