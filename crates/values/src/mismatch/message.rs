//! Mismatches as messages.

use std::fmt;

use super::kinds::{Mismatch, PathElement, Reason};
use crate::label::with_article;
use crate::types::{Expanded, Range, Size, Type};

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (signature, rest) = match self.path.split_first() {
            Some((first @ PathElement::Signature(_), rest)) => (Some(first), rest),
            _ => (None, self.path.as_slice()),
        };
        for element in signature.into_iter().chain(rest) {
            write!(f, " {element}")?;
        }
        match &self.reason {
            Reason::MissingKey(key) => write!(f, " expects a value for key '{key}'"),
            Reason::MissingParameter(name) => write!(f, " expects a value for parameter '{name}'"),
            Reason::ExtraneousKey(key) => write!(f, " unrecognized key '{key}'"),
            Reason::InvalidParameter(name) => write!(f, " has no parameter named '{name}'"),
            Reason::UnexpectedBlock => f.write_str(" does not expect a block"),
            Reason::MissingBlock => f.write_str(" expects a block"),
            Reason::Unresolved(name) => write!(f, " references an unresolved type '{name}'"),
            Reason::Type { expected, actual } => write!(f, " {}", of_types(expected, actual)),
            Reason::Pattern { expected, actual } => write!(f, " {}", of_pattern(expected, actual)),
            Reason::Size { expected, actual } => {
                write!(f, " expects size to be {}, got {}", range(*expected, "0"), range(*actual, "0"))
            }
            Reason::Count { expected, actual } => {
                let (least, most) = (expected.least(), expected.to());
                let single =
                    least == 1 && (most == Some(1) || most.is_none()) || least == 0 && most == Some(1);
                let plural = if single { "" } else { "s" };
                let (expected, actual) = (range(*expected, "no"), range(*actual, "none"));
                write!(f, " expects {expected} argument{plural}, got {actual}")
            }
        }
    }
}

fn range(size: Size, zero: &str) -> String {
    match (size.least(), size.to()) {
        (0, Some(0)) => zero.to_owned(),
        (least, Some(most)) if least == most => least.to_string(),
        (0, None) => "unlimited".to_owned(),
        (0, Some(most)) => format!("at most {most}"),
        (least, None) => format!("at least {least}"),
        (least, Some(most)) => format!("between {least} and {most}"),
    }
}

fn of_pattern(expected: &Type, actual: &Type) -> String {
    let (prefix, expected) = match expected {
        Type::Optional(Some(inner)) => ("an undef value or ", inner.as_ref()),
        other => ("", other),
    };
    let actual = match actual {
        Type::ExactString(text) => format!("'{text}'"),
        other => short_name(other),
    };
    format!("expects {prefix}a match for {}, got {actual}", Expanded(expected))
}

fn of_types(expected: &Type, actual: &Type) -> String {
    let (optional, expected) = match expected {
        Type::Optional(Some(inner)) => (true, inner.as_ref()),
        other => (false, other),
    };
    let choices: &[Type] = match expected {
        Type::Variant(types) => types,
        other => std::slice::from_ref(other),
    };
    let detailed = choices.iter().any(|choice| always_detailed(choice, actual))
        || choices.iter().any(|choice| kind_takes(choice, actual));
    let (mut names, got): (Vec<String>, String) = if detailed {
        let names = choices.iter().map(|choice| Expanded(choice).to_string()).collect();
        (names, detailed_actual(choices, actual))
    } else {
        let mut names: Vec<String> = Vec::new();
        for name in choices.iter().map(short_name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (names, short_name(actual))
    };
    if optional {
        names.insert(0, "Undef".into());
    }
    match names.as_slice() {
        [only] => format!("expects {} value, got {got}", with_article(only)),
        [one, other] => format!("expects a value of type {one} or {other}, got {got}"),
        [several @ .., last] => {
            format!("expects a value of type {}, or {last}, got {got}", several.join(", "))
        }
        [] => format!("expects a value of type , got {got}"),
    }
}

/// The name alone, with that of what it holds.
fn short_name(found: &Type) -> String {
    let held = match found {
        Type::Optional(Some(inner))
        | Type::NotUndef(Some(inner))
        | Type::Type(Some(inner))
        | Type::Iterable(Some(inner))
        | Type::Iterator(Some(inner))
        | Type::Sensitive(Some(inner)) => Some(inner.as_ref()),
        Type::Init(Some(init)) => Some(&init.made),
        _ => None,
    };
    match held {
        Some(inner) if !matches!(inner, Type::Any) => format!("{}[{}]", name(found), name(inner)),
        _ => name(found),
    }
}

/// What a type is called: its own name, or that of its kind.
fn name(found: &Type) -> String {
    match found {
        Type::Alias(alias) => alias.name.to_string(),
        Type::Object(Some(object)) => object.name().map_or("Object", |name| name.as_str()).to_owned(),
        Type::Object(None) => "Object".into(),
        Type::TypeSet(Some(set)) => set.name.as_deref().unwrap_or("TypeSet").to_owned(),
        other => simple_name(other),
    }
}

fn simple_name(found: &Type) -> String {
    let last = |label: &str| label.rsplit("::").next().unwrap_or(label).to_owned();
    match found {
        Type::Object(object) => {
            object.as_ref().map_or_else(|| "Object".into(), |object| last(object.label()))
        }
        Type::Parameterized(found) => last(found.base.label()),
        Type::TypeSet(_) => "TypeSet".into(),
        other => other.simple_name().unwrap_or_default().to_owned(),
    }
}

/// Whether both are of one kind, or one is an alias, or the one is a closer form of the other.
fn always_detailed(expected: &Type, actual: &Type) -> bool {
    match (expected, actual) {
        (Type::Alias(_), _) | (_, Type::Alias(_)) => true,
        (Type::Struct(_), Type::Hash(_)) | (Type::Tuple(_), Type::Array(_)) => true,
        (Type::Object(_), Type::Object(_)) | (Type::Parameterized(_), Type::Parameterized(_)) => true,
        (Type::TypeSet(_), Type::TypeSet(_)) => true,
        (expected, actual) => {
            let kinds = expected.simple_name().zip(actual.simple_name());
            kinds.is_some_and(|(expected, actual)| expected == actual)
        }
    }
}

/// Whether the kind of type, without parameters, takes it.
fn kind_takes(expected: &Type, actual: &Type) -> bool {
    general_kind(expected.resolved()).is_assignable(actual)
}

/// A type without its parameters.
fn general_kind(found: &Type) -> Type {
    match found {
        Type::Init(_) => Type::Init(None),
        Type::Object(_) => Type::Object(None),
        Type::TypeSet(_) => Type::TypeSet(None),
        Type::Parameterized(_) => Type::Any,
        Type::Reference(_) => Type::Reference("UnresolvedReference".into()),
        Type::Integer(_) => Type::Integer(Range::Any),
        other => {
            let name = other.simple_name().unwrap_or_default().to_lowercase();
            crate::types::known::by_name(&name).unwrap_or(Type::Any)
        }
    }
}

fn detailed_actual(expected: &[Type], actual: &Type) -> String {
    let resolved = || expected.iter().map(Type::resolved);
    if resolved().any(|choice| always_detailed(choice, actual)) {
        return Expanded(actual).to_string();
    }
    let general = actual.generalize();
    if resolved().any(|choice| choice.is_assignable(&general)) {
        Expanded(actual).to_string()
    } else {
        simple_name(actual)
    }
}
