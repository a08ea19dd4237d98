//! Parameters of types that hold no others.

use std::sync::Arc;

use super::{AccessError, arity, check, collections, count, kind, plain};
use crate::label::class_name;
use crate::text::interpolated;
use crate::time::{self, SECOND, Timespan, Timestamp};
use crate::types::normalize::merged_versions;
use crate::types::{Range, RuntimeType, Type};
use crate::uri::Uri;
use crate::value::{Text, Value};
use crate::version::VersionRange;

pub(super) fn boolean(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    check(base, keys, (1, 1), "TrueClass or FalseClass", |key| matches!(key, Value::Boolean(_)))?;
    Ok(Type::Boolean(keys.first().map(Value::is_truthy)))
}

pub(super) fn choices(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    let (keys, ignores_case) = match keys.split_last() {
        Some((Value::Boolean(last), rest)) => (rest, *last),
        _ => (keys, false),
    };
    check(base, keys, (1, usize::MAX), "String", |key| matches!(key, Value::String(_)))?;
    let values = keys.iter().filter_map(Value::as_str).map(Into::into);
    Ok(Type::choices(values, ignores_case))
}

pub(super) fn regexp(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    if keys.len() != 1 {
        return Err(arity(&super::base_label(base), (1, None), keys.len()));
    }
    check(base, keys, (1, 1), "String or Regexp", |key| matches!(key, Value::String(_) | Value::Regexp(_)))?;
    Ok(Type::Regexp(keys.first().map(compiled).transpose()?))
}

fn compiled(key: &Value) -> Result<Arc<regexp::Regexp>, AccessError> {
    match key {
        Value::Regexp(pattern) => Ok(pattern.clone()),
        other => {
            let source = other.as_str().unwrap_or_default();
            regexp::Regexp::new(source).map(Arc::new).map_err(|error| plain(error.to_string()))
        }
    }
}

pub(super) fn pattern(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    check(base, keys, (1, usize::MAX), "String or Regexp or Pattern-Type or Regexp-Type", |key| {
        matches!(key, Value::String(_) | Value::Regexp(_) | Value::Type(Type::Pattern(_) | Type::Regexp(_)))
    })?;
    let mut patterns: Vec<Arc<regexp::Regexp>> = Vec::new();
    for key in keys {
        let more = match key {
            Value::Type(Type::Pattern(more)) => more.to_vec(),
            Value::Type(Type::Regexp(Some(one))) => vec![one.clone()],
            Value::Type(_) => vec![compiled(&Value::from(""))?],
            other => vec![compiled(other)?],
        };
        let new: Vec<_> = more.into_iter().filter(|pattern| !patterns.contains(pattern)).collect();
        patterns.extend(new);
    }
    Ok(Type::Pattern(patterns.into()))
}

pub(super) fn integer(keys: &[Value]) -> Result<Type, AccessError> {
    if !(1..=2).contains(&keys.len()) {
        return Err(count(format!(
            "Integer-Type supports [] with one or two arguments (from, to). Got {}",
            keys.len()
        )));
    }
    for (index, key) in keys.iter().enumerate() {
        if !matches!(key, Value::Integer(_) | Value::Default) {
            let actual = class_name(key);
            let message =
                format!("Integer-Type [] requires all arguments to be integers (or default). Got {actual}");
            return Err(kind(index, message));
        }
    }
    integer_range(keys).map(Type::Integer)
}

/// From one integer to another; `default` leaves an end open.
pub(super) fn integer_range(keys: &[Value]) -> Result<Range<i64>, AccessError> {
    let bound = |index: usize| keys.get(index).and_then(Value::as_integer);
    ordered(bound(0), bound(1), |value| value.to_string())
}

fn ordered<T: Copy + PartialOrd>(
    from: Option<T>,
    to: Option<T>,
    shown: impl Fn(T) -> String,
) -> Result<Range<T>, AccessError> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            let (from, to) = (shown(from), shown(to));
            Err(plain(format!("'from' must be less or equal to 'to'. Got ({from}, {to}")))
        }
        (from, to) => Ok(Range::new(from, to)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "what Ruby's `Float()` gives")]
pub(super) fn float(keys: &[Value]) -> Result<Type, AccessError> {
    if !(1..=2).contains(&keys.len()) {
        return Err(count(format!(
            "Float-Type supports [] with one or two arguments (from, to). Got {}",
            keys.len()
        )));
    }
    let bound = |index: usize| match keys.get(index) {
        None | Some(Value::Default) => Ok(None),
        Some(Value::Integer(value)) => Ok(Some(*value as f64)),
        Some(Value::Float(value)) => Ok(Some(*value)),
        Some(other) => {
            let actual = class_name(other);
            let expected = "floats, or integers (or default)";
            Err(kind(index, format!("Float-Type [] requires all arguments to be {expected}. Got {actual}")))
        }
    };
    ordered(bound(0)?, bound(1)?, crate::text::float).map(Type::Float)
}

pub(super) fn string(keys: &[Value]) -> Result<Type, AccessError> {
    if !(1..=2).contains(&keys.len()) {
        return Err(count(format!("String supports [] with one or two arguments. Got {}", keys.len())));
    }
    collections::size(0, keys).map(Type::String)
}

pub(super) fn versions(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    let expected = "String or SemanticPuppet::VersionRange";
    check(base, keys, (1, usize::MAX), expected, |key| {
        matches!(key, Value::String(_) | Value::SemVerRange(_))
    })?;
    let range = |key: &Value| match key {
        Value::SemVerRange(range) => Ok(range.clone()),
        other => {
            let text = other.as_str().unwrap_or_default();
            VersionRange::parse(text).map(Arc::new).map_err(|error| plain(error.to_string()))
        }
    };
    let ranges: Vec<_> = keys.iter().map(range).collect::<Result<_, _>>()?;
    Ok(Type::SemVer(merged_versions(ranges).into()))
}

pub(super) fn timespan(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    if keys.len() > 2 {
        return Err(arity(&super::base_label(base), (0, Some(2)), keys.len()));
    }
    let bound = |key: Option<&Value>| match key {
        None | Some(Value::Undef | Value::Default) => Ok(None),
        Some(Value::Timespan(span)) => Ok(Some(*span)),
        Some(Value::Integer(seconds)) => Ok(Some(Timespan::from_seconds(*seconds))),
        Some(Value::Float(seconds)) => Ok(Some(Timespan::from_float_seconds(*seconds))),
        Some(Value::String(text)) => read_timespan(text).map(Some),
        Some(hash @ Value::Hash(_)) => timespan_of_fields(hash).map(Some),
        Some(other) => Err(plain(format!(
            "Unable to create a Puppet::Pops::Time::Timespan from a {}",
            class_name(other)
        ))),
    };
    ordered(bound(keys.first())?, bound(keys.get(1))?, |span| span.to_string()).map(Type::timespan)
}

fn read_timespan(text: &str) -> Result<Timespan, AccessError> {
    time::parse_timespan(text).ok_or_else(|| {
        let formats = "%D-%H:%M:%S.%-N, %H:%M:%S.%-N, %M:%S.%-N, %S.%-N, %D-%H:%M:%S, %H:%M:%S, %D-%H:%M, %S";
        plain(format!("Unable to parse '{text}' using any of the formats {formats}"))
    })
}

fn timespan_of_fields(hash: &Value) -> Result<Timespan, AccessError> {
    let field = |name: &str| hash.as_hash().and_then(|entries| entries.get(&Text(name)));
    if let Some(text) = field("string") {
        return read_timespan(&interpolated(text));
    }
    let number = |name: &str| i128::from(field(name).and_then(Value::as_integer).unwrap_or(0));
    let seconds = ((number("days") * 24 + number("hours")) * 60 + number("minutes")) * 60 + number("seconds");
    let fraction = (number("milliseconds") * 1000 + number("microseconds")) * 1000 + number("nanoseconds");
    let total = seconds * SECOND + fraction;
    let negative = field("negative").is_some_and(Value::is_truthy);
    Ok(Timespan::from_nanoseconds(if negative { -total } else { total }))
}

pub(super) fn timestamp(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    if keys.len() > 2 {
        return Err(arity(&super::base_label(base), (0, Some(2)), keys.len()));
    }
    let bound = |key: Option<&Value>| match key {
        None | Some(Value::Undef | Value::Default) => Ok(None),
        Some(Value::Timestamp(stamp)) => Ok(Some(*stamp)),
        Some(Value::Integer(seconds)) => Ok(Some(Timestamp::from_seconds(*seconds))),
        Some(Value::Float(seconds)) => Ok(Some(Timestamp::from_float_seconds(*seconds))),
        Some(Value::String(text)) => time::parse_timestamp(text).map(Some).ok_or_else(|| {
            let formats =
                "%FT%T.%N %Z, %FT%T %Z, %F %T.%N %Z, %F %T %Z, %F %Z, %FT%T.%N, %FT%T, %F %T.%N, %F %T, %F";
            plain(format!("Unable to parse '{text}' using any of the formats {formats}"))
        }),
        Some(other) => Err(plain(format!(
            "Unable to create a Puppet::Pops::Time::Timestamp from a {}",
            class_name(other)
        ))),
    };
    ordered(bound(keys.first())?, bound(keys.get(1))?, |stamp| stamp.to_string()).map(Type::timestamp)
}

pub(super) fn uri(keys: &[Value]) -> Result<Type, AccessError> {
    match keys {
        [Value::String(text)] if !text.is_empty() => {
            let uri = Uri::parse(text).map_err(|error| plain(error.to_string()))?;
            Ok(Type::Uri(uri.parts().map(Arc::new)))
        }
        [Value::Hash(entries)] => Ok(Type::Uri((!entries.is_empty()).then(|| entries.clone()))),
        [other] => Err(kind(0, format!("URI-Type[] arguments must be types. Got {}", class_name(other)))),
        _ => Err(arity("URI-Type", (1, None), keys.len())),
    }
}

pub(super) fn runtime(base: &Type, keys: &[Value]) -> Result<Type, AccessError> {
    check(base, keys, (2, 2), "String or String", |key| matches!(key, Value::String(_)))?;
    let runtime = keys.first().and_then(Value::as_str).unwrap_or_default().into();
    Ok(Type::Runtime(Some(Arc::new(RuntimeType { runtime, name: keys.get(1).cloned() }))))
}
