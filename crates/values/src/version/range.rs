//! Ranges of versions: alternatives, each an interval.

use std::fmt;

use ecow::EcoString;

use super::{SemanticVersion, VersionError, parse};

/// A range of versions. Two are equal where their intervals are, however they were written.
#[derive(Clone, Debug)]
pub struct VersionRange {
    intervals: Vec<Interval>,
    text: Option<EcoString>,
}

/// An interval of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    lower: Option<(Comparator, SemanticVersion)>,
    upper: Option<(Comparator, SemanticVersion)>,
    exactly: bool,
}

/// How a bound compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

impl VersionRange {
    /// Reads a range in one of npm's forms: `>=1.0.0 <2.0.0`, `~1.2`, `^1.2.3`, `1.x`, `1.0.0 - 2.0.0`, and
    /// alternatives of these with `||`. An empty text takes every version.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        parse::range(text)
    }

    /// From one version to another, the last included or not.
    pub fn between(from: SemanticVersion, to: SemanticVersion, exclude_end: bool) -> Self {
        let text = if exclude_end { format!(">={to} <{from}") } else { format!("{to} - {from}") };
        let end = if exclude_end { Comparator::Below } else { Comparator::AtMost };
        let lower = Interval::bounded(Comparator::AtLeast, from);
        let interval = lower.intersection(&Interval::bounded(end, to));
        Self::new(interval.into_iter().collect(), Some(text.into()))
    }

    /// Exactly one version.
    pub fn exactly(version: &SemanticVersion) -> Self {
        Self::between(version.clone(), version.clone(), false)
    }

    pub(super) fn new(intervals: Vec<Interval>, text: Option<EcoString>) -> Self {
        let mut intervals = merged(intervals);
        if intervals.is_empty() {
            intervals.push(Interval::nothing());
        }
        Self { intervals, text }
    }

    /// Whether it takes a version. A prerelease is only taken where a bound names one of the same three
    /// numbers.
    pub fn includes(&self, version: &SemanticVersion) -> bool {
        let takes = |interval: &Interval| {
            interval.contains(version) && (version.is_stable() || interval.names_prerelease(version))
        };
        self.intervals.iter().any(takes)
    }

    /// Its intervals as comparisons: `>=1.0.0 <2.0.0 || >=3.0.0`.
    pub fn normal_form(&self) -> String {
        self.intervals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" || ")
    }

    /// Whether it takes nothing that the other does not. Ranges of several intervals cover nothing.
    pub(crate) fn is_covered_by(&self, other: &Self) -> bool {
        let ([own], [others]) = (self.intervals.as_slice(), other.intervals.as_slice()) else { return false };
        let begins = others.begin().compare(&own.begin()).is_le();
        let ends = others.end().compare(&own.end());
        begins && (ends.is_gt() || ends.is_eq() && (!others.excludes_end() || own.excludes_end()))
    }

    /// Both as one, where they touch.
    pub(crate) fn merge(&self, other: &Self) -> Option<Self> {
        let ([own], [others]) = (self.intervals.as_slice(), other.intervals.as_slice()) else { return None };
        let (begin, end) = (own.begin(), own.end());
        let (other_begin, other_end) = (others.begin(), others.end());
        if self.includes(&other_begin) || other.includes(&begin) {
            let order = end.compare(&other_end);
            let excludes = match (own.excludes_end(), others.excludes_end()) {
                (true, by_other) => order.is_gt() || order.is_eq() && by_other,
                (false, true) => order.is_lt(),
                (false, false) => false,
            };
            let from = if begin.compare(&other_begin).is_le() { begin } else { other_begin };
            let to = if order.is_ge() { end } else { other_end };
            return Some(Self::between(from, to, excludes));
        }
        if own.excludes_end() && end == other_begin {
            return Some(Self::between(begin, other_end, others.excludes_end()));
        }
        if others.excludes_end() && other_end == begin {
            return Some(Self::between(other_begin, end, own.excludes_end()));
        }
        None
    }
}

impl PartialEq for VersionRange {
    fn eq(&self, other: &Self) -> bool {
        self.intervals == other.intervals
    }
}

impl Eq for VersionRange {}

/// As it was written.
impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => f.write_str(text),
            None => f.write_str(&self.normal_form()),
        }
    }
}

impl Interval {
    pub(super) fn everything() -> Self {
        Self { lower: None, upper: None, exactly: false }
    }

    pub(super) fn nothing() -> Self {
        Self::bounded(Comparator::Below, SemanticVersion::least())
    }

    pub(super) fn exactly(version: SemanticVersion) -> Self {
        let lower = Some((Comparator::AtLeast, version.clone()));
        Self { lower, upper: Some((Comparator::AtMost, version)), exactly: true }
    }

    pub(super) fn bounded(comparator: Comparator, version: SemanticVersion) -> Self {
        let bound = Some((comparator, version));
        match comparator {
            Comparator::Above | Comparator::AtLeast => Self { lower: bound, ..Self::everything() },
            Comparator::Below | Comparator::AtMost => Self { upper: bound, ..Self::everything() },
        }
    }

    pub(super) fn from_until(from: SemanticVersion, until: SemanticVersion) -> Self {
        let upper = Some((Comparator::Below, until));
        Self { lower: Some((Comparator::AtLeast, from)), upper, exactly: false }
    }

    fn begin(&self) -> SemanticVersion {
        self.lower.as_ref().map_or_else(SemanticVersion::least, |(_, version)| version.clone())
    }

    fn end(&self) -> SemanticVersion {
        self.upper.as_ref().map_or_else(SemanticVersion::greatest, |(_, version)| version.clone())
    }

    fn excludes_begin(&self) -> bool {
        matches!(self.lower, Some((Comparator::Above, _)))
    }

    fn excludes_end(&self) -> bool {
        matches!(self.upper, Some((Comparator::Below, _)))
    }

    fn contains(&self, version: &SemanticVersion) -> bool {
        if self.exactly {
            return self.lower.as_ref().is_some_and(|(_, own)| own.compare(version).is_eq());
        }
        let meets = |bound: &Option<(Comparator, SemanticVersion)>| {
            bound.as_ref().is_none_or(|(comparator, bound)| match comparator {
                Comparator::Above => version.compare(bound).is_gt(),
                Comparator::AtLeast => version.compare(bound).is_ge(),
                Comparator::Below => version.compare(bound).is_lt(),
                Comparator::AtMost => version.compare(bound).is_le(),
            })
        };
        meets(&self.lower) && meets(&self.upper)
    }

    fn names_prerelease(&self, version: &SemanticVersion) -> bool {
        if self.lower.is_none() && self.upper.is_none() {
            return true;
        }
        let numbers = |version: &SemanticVersion| (version.major, version.minor, version.patch);
        let names = |bound: &Option<(Comparator, SemanticVersion)>| {
            bound.as_ref().is_some_and(|(_, bound)| !bound.is_stable() && numbers(bound) == numbers(version))
        };
        names(&self.lower) || names(&self.upper)
    }

    /// What both take; absent where that is nothing.
    pub(super) fn intersection(&self, other: &Self) -> Option<Self> {
        let lower = tighter(&self.lower, &other.lower, true);
        let upper = tighter(&self.upper, &other.upper, false);
        if let (Some((_, from)), Some((_, to))) = (&lower, &upper) {
            let order = from.compare(to);
            let excludes = matches!(lower, Some((Comparator::Above, _)))
                || matches!(upper, Some((Comparator::Below, _)));
            if order.is_gt() || order.is_eq() && excludes {
                return None;
            }
            if order.is_eq() {
                return Some(Self::exactly(from.clone()));
            }
        }
        Some(Self { lower, upper, exactly: false })
    }

    fn merge(&self, other: &Self) -> Option<Self> {
        let is_everything = |interval: &Self| interval.lower.is_none() && interval.upper.is_none();
        if is_everything(self) || is_everything(other) {
            return Some(Self::everything());
        }
        let touches = |first: &Self, second: &Self| {
            let (end, begin) = (first.end(), second.begin());
            if first.excludes_end() {
                return !second.excludes_begin() && end == begin;
            }
            let next = SemanticVersion::new(end.major, end.minor, end.patch.saturating_add(1));
            !second.excludes_begin() && next == begin
        };
        let overlaps = self.contains(&other.begin()) || other.contains(&self.begin());
        if !overlaps && !touches(self, other) && !touches(other, self) {
            return None;
        }
        let lower = wider(&self.lower, &other.lower, true);
        let upper = wider(&self.upper, &other.upper, false);
        Some(Self { lower, upper, exactly: false })
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |comparator: &Comparator| match comparator {
            Comparator::Above => ">",
            Comparator::AtLeast => ">=",
            Comparator::Below => "<",
            Comparator::AtMost => "<=",
        };
        match (&self.lower, &self.upper) {
            (None, None) => f.write_str("*"),
            (Some((_, version)), _) if self.exactly => write!(f, "{version}"),
            (Some((comparator, version)), None) => write!(f, "{}{version}", sign(comparator)),
            (None, Some((_, version))) if *version == SemanticVersion::least() => f.write_str("<0.0.0"),
            (None, Some((comparator, version))) => write!(f, "{}{version}", sign(comparator)),
            (Some((from, lower)), Some((to, upper))) => {
                write!(f, "{}{lower} {}{upper}", sign(from), sign(to))
            }
        }
    }
}

type Bound = Option<(Comparator, SemanticVersion)>;

fn tighter(left: &Bound, right: &Bound, lower: bool) -> Bound {
    choose(left, right, lower, true)
}

fn wider(left: &Bound, right: &Bound, lower: bool) -> Bound {
    if left.is_none() || right.is_none() {
        return None;
    }
    choose(left, right, lower, false)
}

/// Of two bounds the one that is greater (for the tighter of lower ones, the wider of upper ones) or less.
fn choose(left: &Bound, right: &Bound, lower: bool, tight: bool) -> Bound {
    let (Some((own, one)), Some((_, other))) = (left, right) else {
        return left.clone().or_else(|| right.clone());
    };
    let order = one.compare(other);
    if order.is_eq() {
        let excludes = matches!(own, Comparator::Above | Comparator::Below);
        return if excludes == tight { left.clone() } else { right.clone() };
    }
    if order.is_gt() == (lower == tight) { left.clone() } else { right.clone() }
}

/// Intervals that touch are one.
fn merged(mut intervals: Vec<Interval>) -> Vec<Interval> {
    loop {
        let before = intervals.len();
        let mut result: Vec<Interval> = Vec::new();
        while let Some(last) = intervals.pop() {
            let mut unmerged = Vec::new();
            let mut whole = last;
            for interval in intervals {
                match whole.merge(&interval) {
                    Some(merged) => whole = merged,
                    None => unmerged.push(interval),
                }
            }
            result.push(whole);
            intervals = unmerged;
        }
        result.reverse();
        if result.len() == before {
            return result;
        }
        intervals = result;
    }
}
