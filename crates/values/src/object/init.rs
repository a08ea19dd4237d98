//! `Init[Type]`: what a value of a type can be made of.
//!
//! Knows which arguments `new` takes for each type, as Puppet's documentation of `new` tells it, and nothing
//! of what it makes of them.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::types::{
    InitType, NoTypes, Range, Really, TupleType, Type, TypeError, TypeLoader, guarded, infer_set, parse,
    really, rich_data,
};
use crate::value::Value;

/// Types that the signatures name, in lower case.
const NAMED: [(&str, &str); 8] = [
    (
        "floattext",
        concat!(
            r"Pattern[/\A[+-]?\s*(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE]-?\d+)?",
            r"|0[xX][0-9A-Fa-f]+|0[0-7]+|0[bB][01]+)\z/]"
        ),
    ),
    ("integertext", r"Pattern[/\A[+-]?\s*(?:\d+|0[xX][0-9A-Fa-f]+|0[bB][01]+)\z/]"),
    (
        "versiontext",
        concat!(
            r"Pattern[/\A(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)",
            r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?\Z/]"
        ),
    ),
    ("qualifier", r"Pattern[/\A(?<part>[0-9A-Za-z-]+)(?:\.\g<part>)*\Z/]"),
    ("radix", "Variant[Default, Integer[2,2], Integer[8,8], Integer[10,10], Integer[16,16]]"),
    ("formats", "Variant[String[2], Array[String[2], 1]]"),
    ("base64format", "Enum['%b', '%u', '%B', '%s', '%r']"),
    ("flag", "Enum['false', 'true', 'yes', 'no', 'y', 'n', true]"),
];

/// The arguments that `new` takes for each kind of type, each a Tuple. Other kinds have no `new`.
const SIGNATURES: [(&str, &[&str]); 18] = [
    ("Numeric", NUMBER),
    ("Float", NUMBER),
    (
        "Integer",
        &[
            "Tuple[Variant[Numeric, Boolean, IntegerText, Timespan, Timestamp], Radix, Boolean, 1, 3]",
            "Tuple[Struct[{
                from => Variant[Numeric, Boolean, IntegerText, Timespan, Timestamp],
                Optional[radix] => Radix, Optional[abs] => Boolean}]]",
        ],
    ),
    ("Boolean", &["Tuple[Variant[Integer, Float, Boolean, Flag]]"]),
    ("String", &["Tuple[Any, Variant[Default, String[1], Hash[Type, Variant[String, Hash]]], 1, 2]"]),
    ("Array", LIST),
    ("Tuple", LIST),
    ("Hash", ENTRIES),
    ("Struct", ENTRIES),
    ("Regexp", &["Tuple[String, Boolean, 1, 2]"]),
    (
        "Binary",
        &[
            "Tuple[String, Base64Format, 1, 2]",
            "Tuple[Array[Integer[0,255]]]",
            "Tuple[Variant[
                Struct[{value => String, 'format' => Optional[Base64Format]}],
                Struct[{value => Array[Integer[0,255]]}]]]",
        ],
    ),
    (
        "SemVer",
        &[
            "Tuple[VersionText]",
            "Tuple[Integer[0], Integer[0], Integer[0], Qualifier, Qualifier, 3, 5]",
            "Tuple[Struct[{major => Integer[0], minor => Integer[0], patch => Integer[0],
                Optional[prerelease] => Qualifier, Optional[build] => Qualifier}]]",
        ],
    ),
    (
        "SemVerRange",
        &[
            "Tuple[String[1]]",
            "Tuple[Variant[Default,SemVer], Variant[Default,SemVer], Boolean, 2, 3]",
            "Tuple[Struct[{min => Variant[Default,SemVer], Optional[max] => Variant[Default,SemVer],
                Optional[exclude_max] => Boolean}]]",
        ],
    ),
    (
        "Timespan",
        &[
            "Tuple[Variant[Integer,Float]]",
            "Tuple[String[1], Formats, 1, 2]",
            "Tuple[Integer, Integer, Integer, Integer, Integer, Integer, Integer, 4, 7]",
            "Tuple[Struct[{string => String[1], Optional[format] => Formats}]]",
            "Tuple[Struct[{Optional[negative] => Boolean, Optional[days] => Integer, Optional[hours] => Integer,
                Optional[minutes] => Integer, Optional[seconds] => Integer, Optional[milliseconds] => Integer,
                Optional[microseconds] => Integer, Optional[nanoseconds] => Integer}]]",
        ],
    ),
    (
        "Timestamp",
        &[
            "Tuple[Any, 0, 0]",
            "Tuple[Variant[Integer,Float]]",
            "Tuple[String[1], Formats, String[1], 1, 3]",
            "Tuple[Struct[{string => String[1], Optional[format] => Formats, Optional[timezone] => String[1]}]]",
        ],
    ),
    (
        "URI",
        &[
            "Tuple[String[1]]",
            "Tuple[Struct[{Optional[scheme] => String[1], Optional[userinfo] => String[1],
                Optional[host] => String[1], Optional[port] => Integer[0], Optional[path] => String[1],
                Optional[query] => String[1], Optional[fragment] => String[1], Optional[opaque] => String[1]}]]",
        ],
    ),
    ("Sensitive", &["Tuple[Sensitive]", "Tuple[Any]"]),
    ("Type", &["Tuple[String[1]]"]),
];

const NUMBER: &[&str] = &[
    "Tuple[Variant[Numeric, Boolean, FloatText, Timespan, Timestamp], Boolean, 1, 2]",
    "Tuple[Struct[{
        from => Variant[Numeric, Boolean, FloatText, Timespan, Timestamp], Optional[abs] => Boolean}]]",
];

const LIST: &[&str] =
    &["Tuple[Variant[Array,Hash,Binary,Iterable], Boolean[false], 1, 2]", "Tuple[Any, Boolean[true]]"];

const ENTRIES: &[&str] = &[
    "Tuple[Array[Tuple[Array,Any],1], Enum[tree, hash_tree], 1, 2]",
    "Tuple[Array[Tuple[Any,Any],1]]",
    "Tuple[Any]",
];

/// Knows what the signatures name.
struct Named;

impl TypeLoader for Named {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        let found = NAMED.iter().find(|(known, _)| *known == name);
        found.map(|(_, text)| parse(text, &NoTypes)).transpose()
    }
}

/// What `new` takes for a type, one after another.
fn tuples(made: &Type) -> Vec<TupleType> {
    if let Type::Object(Some(object)) = made.resolved() {
        let types = object.parameters().into_iter().map(|found| found.value_type.clone()).collect();
        let by_hash = TupleType { types: vec![object.init_struct()], size: Range::Any };
        return vec![by_hash, TupleType { types, size: object.arity() }];
    }
    static READ: LazyLock<Mutex<HashMap<&'static str, Vec<TupleType>>>> = LazyLock::new(Mutex::default);
    let Some(kind) = made.resolved().simple_name() else { return Vec::new() };
    if let Some(known) = READ.lock().unwrap_or_else(PoisonError::into_inner).get(kind) {
        return known.clone();
    }
    let read = |text: &&str| match parse(text, &Named) {
        Ok(Type::Tuple(tuple)) => Some((*tuple).clone()),
        _ => None,
    };
    let signatures = SIGNATURES.iter().find(|(known, _)| *known == kind);
    let found: Vec<TupleType> =
        signatures.into_iter().flat_map(|(_, texts)| *texts).filter_map(read).collect();
    READ.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, found.clone());
    found
}

/// What an `Init` takes: the type itself, and single arguments; lists of arguments; whether one argument is
/// one.
struct Accepted {
    single: Vec<Type>,
    lists: Vec<Type>,
    one_is_list: bool,
}

fn accepted(init: &InitType) -> Accepted {
    let mut accepted = Accepted { single: vec![init.made.clone()], lists: Vec::new(), one_is_list: false };
    let given: Vec<Type> = init.arguments.iter().map(infer_set).collect();
    for tuple in tuples(&init.made) {
        let size = tuple.size_range();
        let first = || tuple.types.first().cloned();
        if !init.arguments.is_empty() {
            let arguments = first().into_iter().chain(given.iter().cloned()).collect();
            let arguments = Type::tuple(arguments, Range::Any);
            if Type::Tuple(std::sync::Arc::new(tuple.clone())).is_assignable(&arguments) {
                accepted.single.extend(first());
            }
        } else if size == Range::Between(1, 1) {
            accepted.single.extend(first());
        } else {
            accepted.one_is_list |= size.least() == 1;
            accepted.lists.push(Type::Tuple(std::sync::Arc::new(tuple)));
        }
    }
    accepted
}

/// Whether an Init type takes another type.
pub(crate) fn takes(own: &Type, other: &Type, guard: Option<&mut crate::types::Guard>) -> bool {
    let Type::Init(own) = own else { return false };
    match (own, other) {
        (None, Type::Init(_)) => true,
        (None, other) => rich_data().is_assignable(other),
        (Some(own), Type::Init(Some(other))) => guarded(guard, |_| own.made.is_assignable(&other.made)),
        (Some(_), Type::Init(None)) => false,
        (Some(own), other) => {
            let accepted = accepted(own);
            let as_list = Type::tuple(vec![other.clone()], Range::Any);
            accepted.single.iter().any(|found| found.is_assignable(other))
                || accepted.lists.iter().any(|found| {
                    found.is_assignable(other) || accepted.one_is_list && found.is_assignable(&as_list)
                })
        }
    }
}

/// Whether a value is one that a value of the type can be made of.
pub(crate) fn is_initializer(own: &Type, value: &Value) -> bool {
    let Type::Init(Some(own)) = own else { return really(&rich_data(), value, None) == Really::Yes };
    let accepted = accepted(own);
    let as_list = Value::array([value.clone()]);
    accepted.single.iter().any(|found| found.is_instance(value))
        || accepted
            .lists
            .iter()
            .any(|found| found.is_instance(value) || accepted.one_is_list && found.is_instance(&as_list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_signatures_are_types() {
        for text in SIGNATURES.iter().flat_map(|(_, texts)| *texts) {
            let read = parse(text, &Named).unwrap();
            assert!(
                crate::types::find_reference(&read).is_none() && matches!(read, Type::Tuple(_)),
                "{text}"
            );
        }
    }
}
