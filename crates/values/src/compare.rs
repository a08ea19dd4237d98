//! Puppet's comparisons: `==`, `<` and its like, `in`, `=~` and the matches of `case`.
//!
//! Texts are compared without regard to the case of ASCII letters, numbers by what they are worth.

use std::cmp::Ordering;

use regexp::Captures;

use crate::types::is_instance;
use crate::value::{Map, Value};
use crate::version::SemanticVersion;

/// An ordering operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// Why two values have no order, in Puppet's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say what each is")]
pub enum CompareError {
    #[error("A String is not comparable to a non String")]
    String,
    #[error("A Numeric is not comparable to non Numeric")]
    Numeric,
    #[error("Symbol not comparable to non Symbol")]
    Default,
    #[error("Timespans are only comparable to Timespans, Integers, and Floats")]
    Timespan,
    #[error("Timestamps are only comparable to Timestamps, Integers, and Floats")]
    Timestamp,
    #[error("Versions not comparable to non Versions")]
    Version,
    #[error("Only Strings, Numbers, Timespans, Timestamps, and Versions are comparable")]
    Other,
}

/// Is told what a regular expression matched, or that it did not.
pub type OnMatch<'a> = dyn FnMut(Option<&Captures<'_, '_>>) + 'a;

/// Puppet's `==`. Types are equal where each takes the other.
pub fn equals(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Type(left), Value::Type(right)) => left.is_equivalent(right),
        (left, right) => same(left, right),
    }
}

/// `==` within arrays and hashes, where types must be written alike.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.eq_ignore_ascii_case(right),
        (Value::Integer(left), Value::Float(right)) | (Value::Float(right), Value::Integer(left)) => {
            compare_mixed(*left, *right) == Some(Ordering::Equal)
        }
        (Value::Float(left), Value::Float(right)) => left == right,
        (Value::Timespan(_) | Value::Timestamp(_), Value::Integer(_) | Value::Float(_)) => {
            compare(left, right) == Ok(Ordering::Equal)
        }
        (Value::Integer(_) | Value::Float(_), Value::Timespan(_) | Value::Timestamp(_)) => same(right, left),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Hash(left), Value::Hash(right)) => {
            let other = |key: &Value| right.get(key).unwrap_or(&Value::Undef);
            left.len() == right.len() && left.iter().all(|(key, value)| same(other(key), value))
        }
        (left, right) => left == right,
    }
}

/// Puppet's `<`, `<=`, `>`, `>=`. Types are compared by which takes which.
pub fn relate(left: &Value, relation: Relation, right: &Value) -> Result<bool, CompareError> {
    if let Value::Type(own) = left {
        let Value::Type(other) = right else { return Ok(false) };
        return Ok(match relation {
            Relation::Less => other.is_assignable(own) && !own.is_equivalent(other),
            Relation::LessOrEqual => other.is_assignable(own),
            Relation::Greater => own.is_assignable(other) && !own.is_equivalent(other),
            Relation::GreaterOrEqual => own.is_assignable(other),
        });
    }
    let order = compare(left, right)?;
    Ok(match relation {
        Relation::Less => order.is_lt(),
        Relation::LessOrEqual => order.is_le(),
        Relation::Greater => order.is_gt(),
        Relation::GreaterOrEqual => order.is_ge(),
    })
}

/// The order of two values that have one.
pub fn compare(left: &Value, right: &Value) -> Result<Ordering, CompareError> {
    let number = |order: Option<Ordering>| order.ok_or(CompareError::Numeric);
    match (left, right) {
        (Value::String(left), Value::String(right)) => Ok(compare_ignoring_case(left, right)),
        (Value::String(_), _) => Err(CompareError::String),
        (Value::Integer(left), Value::Integer(right)) => Ok(left.cmp(right)),
        (Value::Integer(left), Value::Float(right)) => number(compare_mixed(*left, *right)),
        (Value::Float(left), Value::Integer(right)) => {
            number(compare_mixed(*right, *left)).map(Ordering::reverse)
        }
        (Value::Float(left), Value::Float(right)) => number(left.partial_cmp(right)),
        // Where the number stands first, parts of seconds count for integers as well.
        (Value::Integer(_) | Value::Float(_), Value::Timespan(right)) => {
            number(seconds_of(left).partial_cmp(&right.seconds()))
        }
        (Value::Integer(_) | Value::Float(_), Value::Timestamp(right)) => {
            number(seconds_of(left).partial_cmp(&right.seconds()))
        }
        (Value::Integer(_) | Value::Float(_), _) => Err(CompareError::Numeric),
        (Value::Timespan(left), Value::Timespan(right)) => Ok(left.cmp(right)),
        (Value::Timespan(left), Value::Integer(right)) => Ok(left.whole_seconds().cmp(&i128::from(*right))),
        (Value::Timespan(left), Value::Float(right)) => number(left.seconds().partial_cmp(right)),
        (Value::Timespan(_), _) => Err(CompareError::Timespan),
        (Value::Timestamp(left), Value::Timestamp(right)) => Ok(left.cmp(right)),
        (Value::Timestamp(left), Value::Integer(right)) => Ok(left.whole_seconds().cmp(&i128::from(*right))),
        (Value::Timestamp(left), Value::Float(right)) => number(left.seconds().partial_cmp(right)),
        (Value::Timestamp(_), _) => Err(CompareError::Timestamp),
        (Value::SemVer(left), Value::SemVer(right)) => Ok(left.compare(right)),
        (Value::SemVer(_), _) => Err(CompareError::Version),
        (Value::Default, Value::Default) => Ok(Ordering::Equal),
        (Value::Default, _) => Err(CompareError::Default),
        _ => Err(CompareError::Other),
    }
}

/// Puppet's `element in collection`. Regular expressions tell what they match to `on_match`.
pub fn includes(collection: &Value, element: &Value, on_match: &mut OnMatch<'_>) -> bool {
    match collection {
        Value::String(text) => match element {
            Value::String(part) => text.to_lowercase().contains(part.to_lowercase().as_str()),
            Value::Regexp(pattern) => matches_pattern(pattern, text, on_match),
            _ => false,
        },
        Value::Binary(bytes) => match element {
            Value::Binary(part) => holds_bytes(bytes, part),
            Value::String(part) => holds_bytes(bytes, part.as_bytes()),
            Value::Integer(byte) => u8::try_from(*byte).is_ok_and(|byte| bytes.contains(&byte)),
            _ => false,
        },
        Value::Array(elements) => array_includes(elements.iter(), element, on_match),
        Value::Hash(entries) => array_includes(Map::keys(entries), element, on_match),
        Value::SemVerRange(_) => matches_with(element, collection, on_match),
        _ => false,
    }
}

fn array_includes<'a>(
    mut elements: impl Iterator<Item = &'a Value>,
    element: &Value,
    on_match: &mut OnMatch<'_>,
) -> bool {
    match element {
        Value::Regexp(pattern) => {
            for found in elements.filter_map(Value::as_str) {
                if let Ok(Some(captures)) = pattern.captures(found) {
                    on_match(Some(&captures));
                    return true;
                }
            }
            on_match(None);
            false
        }
        Value::String(_) | Value::SemVer(_) => {
            elements.any(|pattern| matches_with(element, pattern, on_match))
        }
        Value::Type(found) => elements.any(|value| is_instance(found, value)),
        other => elements.any(|value| same(value, other)),
    }
}

/// Whether a value matches a pattern, as options of `case` do: a type by its instances, a regular expression
/// by its matches, arrays and hashes part by part, `default` always.
pub fn matches(value: &Value, pattern: &Value) -> bool {
    matches_with(value, pattern, &mut |_| ())
}

/// The same; regular expressions tell what they match to `on_match`.
pub fn matches_with(value: &Value, pattern: &Value, on_match: &mut OnMatch<'_>) -> bool {
    match (pattern, value) {
        (Value::Regexp(pattern), Value::String(text)) => matches_pattern(pattern, text, on_match),
        (Value::Regexp(_), _) => false,
        (Value::SemVer(pattern), Value::SemVer(version)) => pattern == version,
        (Value::SemVer(pattern), Value::String(text)) => {
            SemanticVersion::parse(text).is_ok_and(|version| version == **pattern)
        }
        (Value::SemVer(_), _) => false,
        (Value::SemVerRange(range), Value::SemVer(version)) => range.includes(version),
        (Value::SemVerRange(range), Value::String(text)) => {
            SemanticVersion::parse(text).is_ok_and(|version| range.includes(&version))
        }
        (Value::SemVerRange(_), _) => false,
        (Value::Type(found), value) => is_instance(found, value),
        (Value::Array(patterns), Value::Array(values)) => {
            patterns.len() == values.len()
                && patterns.iter().zip(values).all(|(pattern, value)| matches_with(value, pattern, on_match))
        }
        (Value::Array(_), _) => false,
        (Value::Hash(patterns), Value::Hash(values)) => patterns
            .iter()
            .all(|(key, pattern)| matches_with(values.get(key).unwrap_or(&Value::Undef), pattern, on_match)),
        (Value::Hash(_), _) => false,
        (Value::Default, _) => true,
        (pattern, value) => same(value, pattern),
    }
}

/// A match that could not be done is none.
fn matches_pattern(pattern: &regexp::Regexp, text: &str, on_match: &mut OnMatch<'_>) -> bool {
    let captures = pattern.captures(text).ok().flatten();
    on_match(captures.as_ref());
    captures.is_some()
}

#[expect(clippy::cast_precision_loss, reason = "as Ruby compares them")]
fn seconds_of(number: &Value) -> f64 {
    match number {
        Value::Integer(value) => *value as f64,
        Value::Float(value) => *value,
        _ => f64::NAN,
    }
}

/// As Ruby's `casecmp`, which knows ASCII letters alone.
fn compare_ignoring_case(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

/// Exactly, where a float could not hold the integer.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the range is looked at first"
)]
fn compare_mixed(integer: i64, float: f64) -> Option<Ordering> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        return None;
    }
    if float >= BEYOND {
        return Some(Ordering::Less);
    }
    if float < -BEYOND {
        return Some(Ordering::Greater);
    }
    let whole = float.trunc() as i64;
    Some(
        integer.cmp(&whole).then_with(|| 0.0.partial_cmp(&(float - whole as f64)).unwrap_or(Ordering::Equal)),
    )
}

fn holds_bytes(bytes: &[u8], part: &[u8]) -> bool {
    part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixed_numbers_compare_exactly() {
        let great = 9_007_199_254_740_993_i64;
        assert_eq!(compare_mixed(great, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(compare_mixed(1, 1.5), Some(Ordering::Less));
        assert_eq!(compare_mixed(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(compare_mixed(i64::MAX, 1e19), Some(Ordering::Less));
    }

    #[test]
    fn captures_are_told() {
        let pattern = Value::Regexp(std::sync::Arc::new(regexp::Regexp::new("b(.)").unwrap()));
        let mut seen = Vec::new();
        let mut tell = |captures: Option<&Captures<'_, '_>>| {
            seen.push(captures.and_then(|captures| captures.get(1)).map(str::to_owned));
        };
        assert!(includes(&Value::array(["a".into(), "bc".into()]), &pattern, &mut tell));
        assert!(!matches_with(&"x".into(), &pattern, &mut tell));
        assert_eq!(seen, [Some("c".to_owned()), None]);
    }
}
