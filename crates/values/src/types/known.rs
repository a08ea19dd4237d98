//! The types of the language by name, and how many parameters each takes.

use std::sync::Arc;

use super::{Range, Type};

/// The type of a name in lower case.
pub fn by_name(name: &str) -> Option<Type> {
    Some(match name {
        "any" => Type::Any,
        "undef" => Type::Undef,
        "default" => Type::Default,
        "scalar" => Type::Scalar,
        "scalardata" => Type::ScalarData,
        "numeric" => Type::Numeric,
        "integer" => Type::Integer(Range::Any),
        "float" => Type::Float(Range::Any),
        "boolean" => Type::Boolean(None),
        "string" => Type::String(Range::Any),
        "enum" => Type::choices([], false),
        "pattern" => Type::Pattern(Arc::new([])),
        "regexp" => Type::Regexp(None),
        "collection" => Type::Collection(Range::Any),
        "array" => Type::any_array(),
        "hash" => Type::any_hash(),
        "tuple" => Type::tuple(Vec::new(), Range::Any),
        "struct" => Type::structure(Vec::new()),
        "variant" => Type::Variant(Arc::new([])),
        "optional" => Type::Optional(None),
        "notundef" => Type::NotUndef(None),
        "type" => Type::Type(None),
        "callable" => Type::Callable(None),
        "catalogentry" => Type::CatalogEntry,
        "class" => Type::Class(None),
        "resource" => Type::Resource(None),
        "iterable" => Type::Iterable(None),
        "iterator" => Type::Iterator(None),
        "sensitive" => Type::Sensitive(None),
        "binary" => Type::Binary,
        "semver" => Type::SemVer(Arc::new([])),
        "semverrange" => Type::SemVerRange,
        "timespan" => Type::timespan(Range::Any),
        "timestamp" => Type::timestamp(Range::Any),
        "uri" => Type::Uri(None),
        "init" => Type::Init(None),
        "object" => Type::Object(None),
        "typeset" => Type::TypeSet(None),
        "typereference" => Type::Reference("UnresolvedReference".into()),
        "typealias" => {
            Type::Alias(super::Alias::of("UnresolvedAlias", Type::Reference("UnresolvedReference".into())))
        }
        "runtime" => Type::Runtime(None),
        _ => return None,
    })
}

/// The least and the greatest number of parameters, and how messages tell it.
pub(super) fn parameter_count(found: &Type) -> Option<(usize, usize, &'static str)> {
    const ANY: usize = usize::MAX;
    Some(match found {
        Type::Array(_) => (1, 3, "1 to 3"),
        Type::Hash(_) => (2, 4, "2 to 4"),
        Type::Collection(_) | Type::String(_) => (1, 2, "1 to 2"),
        Type::Class(_) | Type::Object(None) | Type::TypeSet(_) => (1, 1, "1"),
        Type::Regexp(_) | Type::Uri(_) | Type::Struct(_) | Type::Boolean(_) => (1, 1, "1"),
        Type::Iterable(_) | Type::Iterator(_) | Type::Optional(_) | Type::Type(_) => (1, 1, "1"),
        Type::Resource(None) | Type::Integer(_) | Type::Float(_) => (1, 2, "1 or 2"),
        Type::Enum(_) | Type::Pattern(_) | Type::Variant(_) | Type::Tuple(_) | Type::SemVer(_) => {
            (1, ANY, "1 or more")
        }
        Type::Sensitive(_) | Type::NotUndef(_) => (0, 1, "0 to 1"),
        Type::Runtime(_) => (2, 2, "2"),
        Type::Timespan(_) | Type::Timestamp(_) => (0, 2, "0 to 2"),
        _ => return None,
    })
}

/// The name of a type in messages about the number of its parameters.
pub(super) fn title(found: &Type, written: &str) -> String {
    match found {
        Type::TypeSet(_) => "Object".into(),
        Type::Uri(_) => "URI".into(),
        found => found.simple_name().map_or_else(|| written.to_owned(), ToOwned::to_owned),
    }
}

impl Type {
    /// The name of the kind of type, without parameters: what messages use where details do not help. Absent
    /// for those that have names of their own.
    pub fn simple_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Any => "Any",
            Self::Unit => "Unit",
            Self::Undef => "Undef",
            Self::Default => "Default",
            Self::Scalar => "Scalar",
            Self::ScalarData => "ScalarData",
            Self::Numeric => "Numeric",
            Self::Integer(_) => "Integer",
            Self::Float(_) => "Float",
            Self::Boolean(_) => "Boolean",
            Self::String(_) | Self::ExactString(_) => "String",
            Self::Enum(_) => "Enum",
            Self::Pattern(_) => "Pattern",
            Self::Regexp(_) => "Regexp",
            Self::Collection(_) => "Collection",
            Self::Array(_) => "Array",
            Self::Hash(_) => "Hash",
            Self::Tuple(_) => "Tuple",
            Self::Struct(_) => "Struct",
            Self::Variant(_) => "Variant",
            Self::Optional(_) => "Optional",
            Self::NotUndef(_) => "NotUndef",
            Self::Type(_) => "Type",
            Self::Callable(_) => "Callable",
            Self::CatalogEntry => "CatalogEntry",
            Self::Class(_) => "Class",
            Self::Resource(_) => "Resource",
            Self::Iterable(_) => "Iterable",
            Self::Iterator(_) => "Iterator",
            Self::Sensitive(_) => "Sensitive",
            Self::Binary => "Binary",
            Self::SemVer(_) => "SemVer",
            Self::SemVerRange => "SemVerRange",
            Self::Timespan(_) => "Timespan",
            Self::Timestamp(_) => "Timestamp",
            Self::Uri(_) => "URI",
            Self::Init(_) => "Init",
            Self::Reference(_) => "TypeReference",
            Self::Runtime(_) => "Runtime",
            Self::Alias(_) => "TypeAlias",
            Self::Object(_) | Self::Parameterized(_) | Self::TypeSet(_) => return None,
        })
    }
}
