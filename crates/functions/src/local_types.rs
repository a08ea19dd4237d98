//! Types that the signatures of single functions name.

use std::collections::HashMap;
use std::sync::LazyLock;

use values::Type;
use values::types::{Alias, TypeError, TypeLoader, builtin, parse};

const TEXTS: [(&str, &str); 11] = [
    ("StringData", "Variant[String, Numeric, Array[StringData], Hash[StringData, StringData]]"),
    ("TimeComparable", "Variant[Numeric, Timespan, Timestamp]"),
    ("Comparable", "Variant[String, SemVer, TimeComparable]"),
    ("NameType", "Variant[String, Array[String]]"),
    ("ValueType", "Type"),
    ("DefaultValueType", "Any"),
    ("BlockType", "Callable[NameType]"),
    ("MergeType", "Variant[String[1], Hash[String, Scalar]]"),
    (
        "OptionsType",
        "Struct[{container_type => Optional[Type], include_root => Optional[Boolean], \
         include_containers => Optional[Boolean], include_values => Optional[Boolean], \
         order => Optional[Enum[depth_first, breadth_first]], include_refs => Optional[Boolean]}]",
    ),
    (
        "OptionsWithName",
        "Struct[{name => NameType, value_type => Optional[ValueType], default_value => Optional[DefaultValueType], \
         override => Optional[Hash[String,Any]], default_values_hash => Optional[Hash[String,Any]], \
         merge => Optional[MergeType]}]",
    ),
    (
        "OptionsWithoutName",
        "Struct[{value_type => Optional[ValueType], default_value => Optional[DefaultValueType], \
         override => Optional[Hash[String,Any]], default_values_hash => Optional[Hash[String,Any]], \
         merge => Optional[MergeType]}]",
    ),
];

/// Knows them beside the types of the language.
pub(crate) struct LocalTypes;

impl TypeLoader for LocalTypes {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        static TYPES: LazyLock<HashMap<String, Type>> = LazyLock::new(read);
        TYPES.get(name).map_or_else(|| builtin().load(name), |found| Ok(Some(found.clone())))
    }
}

struct Known<'a>(&'a HashMap<String, Type>);

impl TypeLoader for Known<'_> {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        self.0.get(name).map_or_else(|| builtin().load(name), |found| Ok(Some(found.clone())))
    }
}

fn read() -> HashMap<String, Type> {
    let aliases = TEXTS.map(|(name, text)| (Alias::new(name), text));
    let types = aliases
        .iter()
        .zip(TEXTS)
        .map(|((alias, _), (name, _))| (name.to_lowercase(), Type::Alias(alias.clone())));
    let types: HashMap<String, Type> = types.collect();
    for (alias, text) in &aliases {
        let found = parse(text, &Known(&types)).expect("a type that can be read");
        alias.resolve(&found).expect("a type that ends");
    }
    types
}
