//! Reading versions and ranges.

use ecow::EcoString;

use super::range::{Comparator, Interval, VersionRange};
use super::{Identifier, SemanticVersion, VersionError};

pub(super) fn version(text: &str) -> Result<SemanticVersion, VersionError> {
    let refused = || VersionError::Version(text.to_owned());
    // Ruby's `\Z` lets a newline end the text.
    let partial = Partial::read(text.strip_suffix('\n').unwrap_or(text)).ok_or_else(refused)?;
    match (partial.major, partial.minor, partial.patch) {
        (Some(_), Some(_), Some(_)) => partial.version(),
        _ => Err(refused()),
    }
}

pub(super) fn range(text: &str) -> Result<VersionRange, VersionError> {
    let refused = || VersionError::Range(text.to_owned());
    let tidy = without_blanks_after_operators(text);
    let alternatives: Vec<&str> =
        if tidy.is_empty() { Vec::new() } else { tidy.split("||").map(str::trim).collect() };
    if alternatives.is_empty() {
        return Ok(VersionRange::new(vec![Interval::everything()], Some("*".into())));
    }
    let mut intervals: Vec<Interval> = Vec::new();
    for alternative in alternatives {
        let interval = match hyphen(alternative) {
            Some((from, to)) => {
                let from = Interval::bounded(Comparator::AtLeast, from.version()?);
                from.intersection(&Interval::bounded(Comparator::AtMost, to.version()?))
            }
            None => simples(alternative, &refused)?,
        };
        if let Some(interval) = interval.filter(|interval| !intervals.contains(interval)) {
            intervals.push(interval);
        }
    }
    Ok(VersionRange::new(intervals, Some(text.into())))
}

fn simples(text: &str, refused: &dyn Fn() -> VersionError) -> Result<Option<Interval>, VersionError> {
    let mut result: Option<Interval> = None;
    for (index, word) in text.split_whitespace().enumerate() {
        let simple = simple(word).ok_or_else(refused)??;
        result = match result {
            None if index == 0 => Some(simple),
            None => None,
            Some(earlier) => earlier.intersection(&simple),
        };
    }
    if text.split_whitespace().next().is_none() {
        return Err(refused());
    }
    Ok(result)
}

/// One comparison; `None` where the text is none.
fn simple(word: &str) -> Option<Result<Interval, VersionError>> {
    let operators = ["<=", ">=", "~>", "~=", "<", ">", "=", "~", "^"];
    let operator = operators.into_iter().find(|operator| word.starts_with(operator)).unwrap_or("");
    let partial = Partial::read(word.get(operator.len()..)?)?;
    Some(match operator {
        "~" | "~>" | "~=" => partial.patch_updates(true),
        "^" if partial.major == Some(0) => partial.patch_updates(true),
        "^" => partial.minor_updates(),
        ">" => partial.greater(),
        ">=" => partial.version().map(|version| Interval::bounded(Comparator::AtLeast, version)),
        "<" => partial.version().map(|version| Interval::bounded(Comparator::Below, version)),
        "<=" => partial.at_most(),
        _ => partial.patch_updates(false),
    })
}

fn hyphen(text: &str) -> Option<(Partial<'_>, Partial<'_>)> {
    let mut words = text.split_whitespace();
    let (from, dash, to) = (words.next()?, words.next()?, words.next()?);
    (dash == "-" && words.next().is_none()).then_some(())?;
    Some((Partial::read(from)?, Partial::read(to)?))
}

/// `> 1.0` and `>v1.0` are `>1.0`.
fn without_blanks_after_operators(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        tidy.push(character);
        rest = &rest[character.len_utf8()..];
        if matches!(character, '>' | '<' | '=' | '~' | '^') {
            let trimmed = rest.trim_start();
            rest = trimmed.strip_prefix('v').unwrap_or(trimmed);
        }
    }
    tidy
}

/// A version of which the end may be missing, or `x`.
struct Partial<'a> {
    major: Option<u64>,
    minor: Option<u64>,
    patch: Option<u64>,
    prerelease: Option<&'a str>,
    build: Option<&'a str>,
}

impl<'a> Partial<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut partial = Self { major: None, minor: None, patch: None, prerelease: None, build: None };
        let (number, mut rest) = number(text)?;
        partial.major = number;
        let Some(after) = rest.strip_prefix('.') else { return rest.is_empty().then_some(partial) };
        (partial.minor, rest) = self::number(after)?;
        let Some(after) = rest.strip_prefix('.') else { return rest.is_empty().then_some(partial) };
        (partial.patch, rest) = self::number(after)?;
        if let Some(after) = rest.strip_prefix('-') {
            let (found, after) = after.split_at(after.find('+').unwrap_or(after.len()));
            (partial.prerelease, rest) = (Some(parts(found)?), after);
        }
        if let Some(after) = rest.strip_prefix('+') {
            (partial.build, rest) = (Some(parts(after)?), "");
        }
        rest.is_empty().then_some(partial)
    }

    /// With zeros for what is missing.
    fn version(&self) -> Result<SemanticVersion, VersionError> {
        let number = |place: Option<u64>| place.unwrap_or(0);
        let mut version = SemanticVersion::new(number(self.major), number(self.minor), number(self.patch));
        version.prerelease = self.prerelease.map(prerelease).transpose()?;
        version.build = self.build.map(|build| build.split('.').map(EcoString::from).collect());
        Ok(version)
    }

    fn patch_updates(&self, up_to_minor: bool) -> Result<Interval, VersionError> {
        let Some(major) = self.major else { return Ok(Interval::everything()) };
        let Some(minor) = self.minor else { return Ok(between((major, 0), (major.saturating_add(1), 0))) };
        if self.patch.is_none() {
            return Ok(between((major, minor), (major, minor.saturating_add(1))));
        }
        let version = self.version()?;
        Ok(if up_to_minor {
            Interval::from_until(version, SemanticVersion::new(major, minor.saturating_add(1), 0))
        } else {
            Interval::exactly(version)
        })
    }

    fn minor_updates(&self) -> Result<Interval, VersionError> {
        let Some(major) = self.major else { return Ok(Interval::everything()) };
        let from = if self.patch.is_some() && self.prerelease.is_some() {
            self.version()?
        } else {
            SemanticVersion::new(
                major,
                self.minor.unwrap_or(0),
                self.patch.filter(|_| self.minor.is_some()).unwrap_or(0),
            )
        };
        Ok(Interval::from_until(from, SemanticVersion::new(major.saturating_add(1), 0, 0)))
    }

    fn greater(&self) -> Result<Interval, VersionError> {
        let at_least =
            |major, minor| Interval::bounded(Comparator::AtLeast, SemanticVersion::new(major, minor, 0));
        Ok(match (self.major, self.minor, self.patch) {
            (None, ..) => Interval::nothing(),
            (Some(major), None, _) => at_least(major.saturating_add(1), 0),
            (Some(major), Some(minor), None) => at_least(major, minor.saturating_add(1)),
            _ => Interval::bounded(Comparator::Above, self.version()?),
        })
    }

    fn at_most(&self) -> Result<Interval, VersionError> {
        let below =
            |major, minor| Interval::bounded(Comparator::Below, SemanticVersion::new(major, minor, 0));
        Ok(match (self.major, self.minor, self.patch) {
            (None, ..) => Interval::everything(),
            (Some(major), None, _) => below(major.saturating_add(1), 0),
            (Some(major), Some(minor), None) => below(major, minor.saturating_add(1)),
            _ => Interval::bounded(Comparator::AtMost, self.version()?),
        })
    }
}

fn between(from: (u64, u64), until: (u64, u64)) -> Interval {
    Interval::from_until(SemanticVersion::new(from.0, from.1, 0), SemanticVersion::new(until.0, until.1, 0))
}

/// A number without leading zeros, or a placeholder, and what follows.
fn number(text: &str) -> Option<(Option<u64>, &str)> {
    if let Some(rest) = text.strip_prefix(['x', 'X', '*']) {
        return Some((None, rest));
    }
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let digits = text.get(..end)?;
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((Some(digits.parse().ok().filter(|number| *number < u64::MAX)?), text.get(end..)?))
}

fn parts(text: &str) -> Option<&str> {
    let character = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(character)).then_some(text)
}

fn prerelease(text: &str) -> Result<Vec<Identifier>, VersionError> {
    let part = |part: &str| {
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Identifier::Word(part.into()));
        }
        if part.len() > 1 && part.starts_with('0') {
            return Err(VersionError::LeadingZero);
        }
        Ok(part.parse().map_or_else(|_| Identifier::Word(part.into()), Identifier::Number))
    };
    text.split('.').map(part).collect()
}
