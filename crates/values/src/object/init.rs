//! `Init[Type]`: what a value of a type can be made of.
//!
//! Asks `new` which arguments it takes for a type, and knows nothing of what it makes of them.

use std::sync::Arc;

use crate::new::forms;
use crate::types::{InitType, Range, Really, Type, guarded, infer_set, really, rich_data};
use crate::value::Value;

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
    for tuple in forms(&init.made).unwrap_or_default() {
        let size = tuple.size_range();
        let first = || tuple.types.first().cloned();
        if !init.arguments.is_empty() {
            let arguments = first().into_iter().chain(given.iter().cloned()).collect();
            let arguments = Type::tuple(arguments, Range::Any);
            if Type::Tuple(Arc::new(tuple.clone())).is_assignable(&arguments) {
                accepted.single.extend(first());
            }
        } else if size == Range::Between(1, 1) {
            accepted.single.extend(first());
        } else {
            accepted.one_is_list |= size.least() == 1;
            accepted.lists.push(Type::Tuple(Arc::new(tuple)));
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
    use crate::types::builtin;

    #[test]
    fn all_types_that_are_made_have_forms() {
        let names = [
            "Integer",
            "Float",
            "Numeric",
            "Boolean",
            "String",
            "Array",
            "Tuple",
            "Hash",
            "Struct",
            "Regexp",
            "Binary",
            "SemVer",
            "SemVerRange",
            "Timespan",
            "Timestamp",
            "URI",
            "Sensitive",
            "Type",
            "Error",
        ];
        for name in names {
            let made = crate::types::parse(name, builtin()).unwrap();
            assert!(forms(&made).is_some_and(|forms| !forms.is_empty()), "{name}");
        }
        assert!(forms(&Type::Any).is_none());
    }
}
