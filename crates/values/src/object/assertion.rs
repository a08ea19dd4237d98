//! Asserting what init hashes are, in Puppet's words.

use std::sync::LazyLock;

use super::ObjectError;
use crate::mismatch;
use crate::types::{NoTypes, Type, infer_set, parse};
use crate::value::Value;

/// That a value is of a type; otherwise `SUBJECT has wrong type, expects ...`.
pub(super) fn instance_of(subject: &str, expected: &Type, value: &Value) -> Result<(), ObjectError> {
    mismatch::assert_instance_of(subject, expected, value).map_err(ObjectError::Mismatch)
}

/// That a value is a type.
pub(super) fn type_of<'a>(subject: &str, value: &'a Value) -> Result<&'a Type, ObjectError> {
    value.as_type().ok_or_else(|| {
        let actual = infer_set(value);
        ObjectError::Mismatch(mismatch::describe_mismatch(
            &format!("{subject} has wrong type,"),
            &Type::Type(None),
            &actual,
        ))
    })
}

/// What `Object[...]` takes.
pub(super) static OBJECT: LazyLock<Type> = LazyLock::new(|| {
    known(
        r"Struct[{
            Optional[name] => Pattern[/\A[A-Z]\w*(?:::[A-Z]\w*)*\z/],
            Optional[parent] => Type,
            Optional[type_parameters] => Hash[Pattern[/\A[a-z_]\w*\z/], NotUndef],
            Optional[attributes] => Hash[Pattern[/\A[a-z_]\w*\z/], NotUndef],
            Optional[constants] => Hash[Pattern[/\A[a-z_]\w*\z/], Any],
            Optional[functions] => Hash[Variant[Pattern[/\A[a-z_]\w*\z/], Enum['[]']], NotUndef],
            Optional[equality] => Variant[Pattern[/\A[a-z_]\w*\z/], Array[Pattern[/\A[a-z_]\w*\z/]]],
            Optional[equality_include_type] => Boolean,
            Optional[checks] => Any,
            Optional[annotations] => Optional[Hash]
        }]",
    )
});

/// What an attribute is said to be.
pub(super) static ATTRIBUTE: LazyLock<Type> = LazyLock::new(|| {
    known(
        "Struct[{
            type => Type,
            Optional[final] => Boolean,
            Optional[override] => Boolean,
            Optional[kind] => Enum[constant, derived, given_or_derived, reference],
            Optional[value] => Any,
            Optional[annotations] => Optional[Hash]
        }]",
    )
});

/// What a function is said to be.
pub(super) static FUNCTION: LazyLock<Type> = LazyLock::new(|| {
    known(
        "Struct[{
            type => Type[Callable],
            Optional[final] => Boolean,
            Optional[override] => Boolean,
            Optional[annotations] => Optional[Hash]
        }]",
    )
});

/// What `TypeSet[...]` takes.
pub(super) static TYPE_SET: LazyLock<Type> = LazyLock::new(|| {
    known(
        r"Struct[{
            Optional[pcore_uri] => String,
            pcore_version => Variant[String[1], SemVer],
            Optional[name_authority] => String,
            Optional[name] => Pattern[/\A[A-Z]\w*(?:::[A-Z]\w*)*\z/],
            Optional[version] => Variant[String[1], SemVer],
            Optional[types] => Hash[Pattern[/\A[A-Z]\w*\z/], Variant[Type, Hash], 1, default],
            Optional[references] => Hash[Pattern[/\A[A-Z]\w*\z/], Hash, 1, default],
            Optional[annotations] => Optional[Hash]
        }]",
    )
});

fn known(text: &str) -> Type {
    parse(text, &NoTypes).expect("the types of init hashes are written in this file")
}
