//! `SemVer.new` and `SemVerRange.new`: of texts, of their parts, of hashes of these.

use std::sync::{Arc, OnceLock};

use ecow::EcoString;

use super::ConversionError;
use super::constructor::{Constructor, Form, LIST_FORMS, Refusal};
use super::not_convertible;
use crate::value::{Text, Value};
use crate::version::{Identifier, SemanticVersion, VersionError, VersionRange};

pub(super) static VERSION: Constructor = Constructor {
    name: "new_Version",
    types: &[
        ("PositiveInteger", "Integer[0,default]"),
        ("SemVerQualifier", r"Pattern[/\A(?<part>[0-9A-Za-z-]+)(?:\.\g<part>)*\Z/]"),
        (
            "SemVerPattern",
            concat!(
                r"Pattern[/\A(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)",
                r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?\Z/]"
            ),
        ),
        (
            "SemVerHash",
            "Struct[{major=>PositiveInteger,minor=>PositiveInteger,patch=>PositiveInteger,\
             Optional[prerelease]=>SemVerQualifier,Optional[build]=>SemVerQualifier}]",
        ),
    ],
    forms: &[
        Form {
            parameters: &[("SemVerPattern", "str")],
            required: 1,
            make: |arguments, _| {
                Ok(version(SemanticVersion::parse(arguments[0].as_str().unwrap_or_default())?))
            },
        },
        Form {
            parameters: &[
                ("PositiveInteger", "major"),
                ("PositiveInteger", "minor"),
                ("PositiveInteger", "patch"),
                ("SemVerQualifier", "prerelease"),
                ("SemVerQualifier", "build"),
            ],
            required: 3,
            make: |arguments, _| of_parts(|place, _| arguments.get(place)),
        },
        Form {
            parameters: &[("SemVerHash", "hash_args")],
            required: 1,
            make: |arguments, _| of_parts(|_, name| arguments[0].as_hash()?.get(&Text(name))),
        },
    ],
    refuse: |arguments| match arguments {
        [from @ Value::String(_)] => Some(Refusal::Named(not_convertible(from, "a SemVer"))),
        _ => None,
    },
    read: OnceLock::new(),
};

pub(super) static RANGE: Constructor = Constructor {
    name: "new_VersionRange",
    types: &[
        ("SemVerRangeString", "String[1]"),
        (
            "SemVerRangeHash",
            "Struct[{min=>Variant[Default,SemVer],Optional[max]=>Variant[Default,SemVer],\
             Optional[exclude_max]=>Boolean}]",
        ),
    ],
    forms: &[
        Form {
            parameters: &[("SemVerRangeString", "str")],
            required: 1,
            make: |arguments, _| {
                let range = VersionRange::parse(arguments[0].as_str().unwrap_or_default())?;
                Ok(Value::SemVerRange(Arc::new(range)))
            },
        },
        Form {
            parameters: &[
                ("Variant[Default,SemVer]", "min"),
                ("Variant[Default,SemVer]", "max"),
                ("Boolean", "exclude_max"),
            ],
            required: 2,
            make: |arguments, _| Ok(between(arguments.first(), arguments.get(1), arguments.get(2))),
        },
        Form {
            parameters: &[("SemVerRangeHash", "hash_args")],
            required: 1,
            make: |arguments, _| {
                let named = |name: &str| arguments[0].as_hash()?.get(&Text(name));
                Ok(between(named("min"), named("max"), named("exclude_max")))
            },
        },
    ],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

impl From<VersionError> for ConversionError {
    fn from(error: VersionError) -> Self {
        Self::failed(error.to_string())
    }
}

fn version(version: SemanticVersion) -> Value {
    Value::SemVer(Arc::new(version))
}

fn of_parts<'a>(part: impl Fn(usize, &str) -> Option<&'a Value>) -> Result<Value, ConversionError> {
    let number = |place, name| {
        let value = part(place, name).and_then(Value::as_integer);
        value.and_then(|value| u64::try_from(value).ok()).unwrap_or(0)
    };
    // Puppet does not take these apart at their dots.
    let text = |place, name| part(place, name).and_then(Value::as_str).map(EcoString::from);
    Ok(version(SemanticVersion {
        prerelease: text(3, "prerelease").map(|text| vec![Identifier::Word(text)]),
        build: text(4, "build").map(|text| vec![text]),
        ..SemanticVersion::new(number(0, "major"), number(1, "minor"), number(2, "patch"))
    }))
}

fn between(from: Option<&Value>, to: Option<&Value>, exclude_end: Option<&Value>) -> Value {
    let bound = |value: Option<&Value>, open: fn() -> SemanticVersion| match value {
        Some(Value::SemVer(version)) => (**version).clone(),
        _ => open(),
    };
    let exclude_end = matches!(exclude_end, Some(Value::Boolean(true)));
    let (from, to) = (bound(from, SemanticVersion::least), bound(to, SemanticVersion::greatest));
    Value::SemVerRange(Arc::new(VersionRange::between(from, to, exclude_end)))
}
