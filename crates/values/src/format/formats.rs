//! Which format a value is given: formats by type, merged, the closest type first.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::sync::LazyLock;

use super::error::FormatError;
use super::specification::Specification;
use crate::types::{Range, Type, infer_set};
use crate::value::{Map, Text, Value};

/// Formats by type, in the order in which they are tried.
#[derive(Clone, Debug, Default)]
pub(crate) struct Formats(Vec<(Type, Specification)>);

/// A value and its type, which is found out when it is asked for.
pub(super) struct Typed<'a> {
    pub(super) value: &'a Value,
    inferred: OnceCell<Type>,
}

impl<'a> Typed<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        Self { value, inferred: OnceCell::new() }
    }

    pub(super) fn inferred(&self) -> &Type {
        self.inferred.get_or_init(|| infer_set(self.value))
    }

    /// Whether a type takes it. Most types say so without a look at what the value holds.
    fn is_taken_by(&self, found: &Type) -> bool {
        match (found, self.value) {
            (Type::Any, _) => true,
            (
                Type::Object(None) | Type::Float(_) | Type::Numeric | Type::Integer(_) | Type::Binary,
                Value::Array(_) | Value::Hash(_),
            ) => false,
            (Type::Array(array), Value::Array(_))
                if matches!(array.element, Type::Any) && array.size.is_open() =>
            {
                true
            }
            (Type::Array(_), Value::Hash(_)) | (Type::Hash(_), Value::Array(_)) => false,
            (found, _) => found.is_assignable(self.inferred()),
        }
    }
}

impl Formats {
    /// The formats where none are given.
    pub(super) fn usual() -> &'static Self {
        static USUAL: LazyLock<Formats> = LazyLock::new(|| {
            let plain = |text: &str| Specification::parse(text).expect("the usual formats are written here");
            let within = std::sync::Arc::new(Formats(vec![(Type::Any, plain("%p"))]));
            let container = |text: &str, assignment: &str| Specification {
                separator: Some(", ".into()),
                assignment: Some(assignment.into()),
                contained: Some(within.clone()),
                ..plain(text)
            };
            Formats(vec![
                (Type::Object(None), plain("%p")),
                (Type::Float(Range::Any), plain("%f")),
                (Type::Numeric, plain("%d")),
                (Type::any_array(), container("%a", ", ")),
                (Type::any_hash(), container("%h", " => ")),
                (Type::Binary, plain("%B")),
                (Type::Any, plain("%s")),
            ])
        });
        &USUAL
    }

    /// The formats of what is in a container that says nothing of it.
    pub(super) fn within() -> &'static Self {
        static WITHIN: LazyLock<Formats> =
            LazyLock::new(|| Formats(vec![(Type::Any, Specification::parse("%p").expect("it is a format"))]));
        &WITHIN
    }

    /// One format for one type.
    pub(super) fn only(found: Type, format: Specification) -> Self {
        Self(vec![(found, format)])
    }

    /// Reads a hash of formats by type, the values of which are texts or hashes.
    pub(super) fn read(entries: &Map) -> Result<Self, FormatError> {
        let read = |(key, value): (&Value, &Value)| {
            let Value::Type(found) = key else { return Err(FormatError::NotAFormat(key.to_string().into())) };
            let format = match value {
                Value::Hash(details) => container(details)?,
                other => Specification::parse(&other.to_string())?,
            };
            Ok((found.clone(), format))
        };
        entries.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The format of a value.
    pub(super) fn find(&self, typed: &Typed<'_>) -> Option<&Specification> {
        self.0.iter().find(|(found, _)| typed.is_taken_by(found)).map(|(_, format)| format)
    }

    /// With others over them. What another says of a broader type silences what is said here of a closer one.
    pub(super) fn overridden_by(&self, others: &Self) -> Self {
        let silenced =
            |own: &Type| others.0.iter().any(|(other, _)| other != own && other.is_assignable(own));
        let mut merged: Vec<(Type, Specification)> =
            self.0.iter().filter(|(own, _)| !silenced(own)).cloned().collect();
        for (found, format) in &others.0 {
            match merged.iter_mut().find(|(own, _)| own == found) {
                Some((_, own)) => *own = own.overridden_by(format),
                None => merged.push((found.clone(), format.clone())),
            }
        }
        Self(sorted(merged))
    }
}

type Entry = (Type, Specification);

/// Sorted by halves, as the C library that Ruby uses does: the order is none that all sorts agree on.
fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    if entries.len() < 2 {
        return entries;
    }
    let mut second = sorted(entries.split_off(entries.len() / 2)).into_iter().peekable();
    let mut first = sorted(entries).into_iter().peekable();
    let mut result = Vec::new();
    while let (Some(one), Some(other)) = (first.peek(), second.peek()) {
        let next = if compare(&one.0, &other.0).is_le() { first.next() } else { second.next() };
        result.extend(next);
    }
    result.extend(first);
    result.extend(second);
    result
}

/// Reads `{format => ..., separator => ..., separator2 => ..., string_formats => ...}`.
fn container(details: &Map) -> Result<Specification, FormatError> {
    let text = |name: &str| details.get(&Text(name)).and_then(Value::as_str);
    let contained = match details.get(&Text("string_formats")) {
        Some(Value::Hash(entries)) => Some(std::sync::Arc::new(Formats::read(entries)?)),
        _ => None,
    };
    Ok(Specification {
        separator: text("separator").map(Into::into),
        assignment: text("separator2").map(Into::into),
        contained,
        ..Specification::parse(text("format").unwrap_or_default())?
    })
}

/// Which of two types is tried first: the closer one, or the one of a closer kind, or by name.
fn compare(one: &Type, other: &Type) -> Ordering {
    if one == other {
        return Ordering::Equal;
    }
    match (other.is_assignable(one), one.is_assignable(other)) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => match (rank(one), rank(other)) {
            (0, _) | (_, 0) => one.to_string().cmp(&other.to_string()),
            (one, other) => one.cmp(&other),
        },
    }
}

fn rank(found: &Type) -> u8 {
    match found {
        Type::Struct(_) => 1,
        Type::Hash(_) => 2,
        Type::Tuple(_) => 3,
        Type::Array(_) => 4,
        Type::Pattern(_) => 10,
        Type::Enum(_) => 11,
        Type::String(_) | Type::ExactString(_) => 12,
        _ => 0,
    }
}
