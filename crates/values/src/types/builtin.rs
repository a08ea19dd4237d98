//! Types that are always there: by name, the aliases `Data` and `RichData`, the Object types `Deferred` and
//! `Error`, and references to the resource types of Puppet itself.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use ecow::EcoString;

use super::parse::{TypeError, TypeLoader, parse_value};
use super::{Alias, Range, Type, parse};
use crate::object::ObjectType;

/// Types that are always there.
pub struct BuiltinTypes {
    by_name: HashMap<EcoString, Type>,
}

impl TypeLoader for BuiltinTypes {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        Ok(self.by_name.get(name).cloned())
    }
}

/// `Data`: what JSON can say.
pub fn data() -> Type {
    DATA.clone()
}

/// `RichData`: what a catalog can say.
pub fn rich_data() -> Type {
    RICH_DATA.clone()
}

/// The Object type `Deferred`.
pub fn deferred() -> Arc<ObjectType> {
    DEFERRED.clone()
}

/// The Object type `Error`.
pub fn error() -> Arc<ObjectType> {
    ERROR.clone()
}

/// All types that are always there.
pub fn builtin() -> &'static BuiltinTypes {
    static BUILTIN: LazyLock<BuiltinTypes> = LazyLock::new(|| {
        let mut by_name: HashMap<EcoString, Type> = HashMap::new();
        let aliases = [
            data(),
            RICH_DATA_KEY.clone(),
            rich_data(),
            Type::Alias(Alias::of("Puppet::LookupKey", RICH_DATA_KEY.clone())),
            Type::Alias(Alias::of("Puppet::LookupValue", rich_data())),
        ];
        let patterns = [
            ("Pcore::SimpleTypeName", r"Pattern[/\A[A-Z]\w*\z/]"),
            ("Pcore::MemberName", r"Pattern[/\A[a-z_]\w*\z/]"),
            ("Pcore::TypeName", r"Pattern[/\A[A-Z]\w*(?:::[A-Z]\w*)*\z/]"),
            ("Pcore::QRef", r"Pattern[/\A[A-Z]\w*(?:::[A-Z]\w*)*\z/]"),
        ];
        let patterns = patterns.map(|(name, text)| Type::Alias(Alias::of(name, written(text, &Empty))));
        for alias in aliases.into_iter().chain(patterns) {
            if let Type::Alias(found) = &alias {
                by_name.insert(found.name.to_lowercase(), alias.clone());
            }
        }
        by_name.insert("deferred".into(), Type::Object(Some(deferred())));
        by_name.insert("error".into(), Type::Object(Some(error())));
        for name in RESOURCE_TYPES {
            by_name.insert(name.to_lowercase().into(), Type::resource(name, None));
        }
        BuiltinTypes { by_name }
    });
    &BUILTIN
}

/// Whether an alias is so well known that it is told by its name alone.
pub(super) fn is_builtin_alias(name: &str) -> bool {
    ["Data", "RichDataKey", "RichData", "Puppet::LookupKey", "Puppet::LookupValue"].contains(&name)
}

const RESOURCE_TYPES: [&str; 15] = [
    "Component",
    "Exec",
    "File",
    "Filebucket",
    "Group",
    "Node",
    "Notify",
    "Package",
    "Resources",
    "Schedule",
    "Service",
    "Stage",
    "Tidy",
    "User",
    "Whit",
];

/// Knows the one alias that is being made.
struct Only<'a>(&'a Arc<Alias>);

impl TypeLoader for Only<'_> {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        if name == "richdatakey" {
            return Ok(Some(RICH_DATA_KEY.clone()));
        }
        Ok(self.0.name.eq_ignore_ascii_case(name).then(|| Type::Alias(self.0.clone())))
    }
}

struct Empty;

impl TypeLoader for Empty {
    fn load(&self, name: &str) -> Result<Option<Type>, TypeError> {
        Ok(if name == "data" { Some(data()) } else { None })
    }
}

fn written(text: &str, loader: &dyn TypeLoader) -> Type {
    parse(text, loader).expect("the built-in types are written in this file")
}

fn recursive(name: &str, text: &str) -> Type {
    let alias = Alias::new(name);
    let stands_for = written(text, &Only(&alias));
    alias.resolve_as_written(stands_for).expect("the built-in aliases stand for something");
    Type::Alias(alias)
}

static DATA: LazyLock<Type> =
    LazyLock::new(|| recursive("Data", "Variant[ScalarData, Undef, Hash[String, Data], Array[Data]]"));

static RICH_DATA_KEY: LazyLock<Type> = LazyLock::new(|| {
    Type::Alias(Alias::of("RichDataKey", Type::variant([Type::String(Range::Any), Type::Numeric])))
});

static RICH_DATA: LazyLock<Type> = LazyLock::new(|| {
    recursive(
        "RichData",
        "Variant[Scalar, SemVerRange, Binary, Sensitive, Type, TypeSet, URI, Object, Undef, Default,
            Hash[RichDataKey, RichData], Array[RichData]]",
    )
});

static DEFERRED: LazyLock<Arc<ObjectType>> = LazyLock::new(|| {
    object(
        "Deferred",
        r"{ attributes => {
            name => { type => Pattern[/\A[$]?[a-z][a-z0-9_]*(?:::[a-z][a-z0-9_]*)*\z/] },
            arguments => { type => Optional[Array[Any]], value => undef }
        } }",
    )
});

static ERROR: LazyLock<Arc<ObjectType>> = LazyLock::new(|| {
    object(
        "Error",
        "{ type_parameters => {
            kind => Optional[Variant[String,Regexp,Type[Enum],Type[Pattern],Type[NotUndef],Type[Undef]]],
            issue_code => Optional[Variant[String,Regexp,Type[Enum],Type[Pattern],Type[NotUndef],Type[Undef]]]
        },
        attributes => {
            msg => String[1],
            kind => { type => Optional[String[1]], value => undef },
            details => { type => Optional[Hash[String[1], Data]], value => undef },
            issue_code => { type => Optional[String[1]], value => undef }
        },
        functions => { message => Callable[[], String[1]] } }",
    )
});

fn object(name: &str, text: &str) -> Arc<ObjectType> {
    let object = ObjectType::new(Some(name.into()));
    let init_hash = parse_value(text, &Empty).expect("the built-in types are written in this file");
    object.define(&init_hash).expect("the built-in types are well defined");
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn data_takes_what_json_can_say() {
        let nested = Value::hash([("a", Value::array([Value::Integer(1), Value::Undef]))]);
        assert!(data().is_instance(&nested));
        assert!(!data().is_instance(&Value::array([Value::Default])));
        assert!(rich_data().is_instance(&Value::array([Value::Default, nested])));
        assert!(rich_data().is_assignable(&data()) && !data().is_assignable(&rich_data()));
        assert_eq!(data().to_string(), "Data");
    }
}
