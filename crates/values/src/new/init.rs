//! `Init.new`: `new` of the type it holds, of one value or of a list of arguments.

use super::constructor::{refused, signature};
use super::{Context, ConversionError, constructor_of, create, object};
use crate::types::{InitType, Range, TupleType, Type, infer_set};
use crate::value::Value;

/// Makes what an Init says, of one argument.
pub(super) fn convert(
    init: &InitType,
    arguments: &[Value],
    context: &Context<'_>,
) -> Result<Value, ConversionError> {
    let forms = forms(&init.made).ok_or_else(|| ConversionError::Unsupported(init.made.to_string()))?;
    check_arguments(init, &forms)?;
    let [value] = arguments else {
        let any = signature(vec![Type::Any], vec!["value".into()], 1);
        let array = signature(vec![Type::any_array()], vec!["value".into()], 1);
        let signatures = if init.arguments.is_empty() { vec![array, any] } else { vec![any] };
        return Err(ConversionError::Mismatch(refused("new_Init", &signatures, arguments)));
    };
    if !init.arguments.is_empty() {
        let all: Vec<Value> = std::iter::once(value).chain(&init.arguments).cloned().collect();
        return create(&init.made, &all, context);
    }
    match value {
        Value::Array(elements) if !is_one_argument(init, &forms, value) => {
            create(&init.made, elements, context)
        }
        _ => create(&init.made, std::slice::from_ref(value), context),
    }
}

/// The parameters that `new` takes for a type; absent where there is no `new`, and for types that only add to
/// others.
pub(crate) fn forms(made: &Type) -> Option<Vec<TupleType>> {
    match made.resolved() {
        Type::Object(Some(found)) => {
            let signatures = object::signatures(found).into_iter();
            Some(signatures.filter_map(|signature| signature.callable.parameters).collect())
        }
        Type::Optional(_) | Type::NotUndef(_) | Type::Init(_) => None,
        found => Some(constructor_of(found)?.parameters().cloned().collect()),
    }
}

/// Whether an array is an argument itself, not a list of them.
fn is_one_argument(init: &InitType, forms: &[TupleType], value: &Value) -> bool {
    let is_single = |form: &&TupleType| form.size_range() == Range::Between(1, 1);
    let single = |form: &TupleType| form.types.first().is_some_and(|found| found.is_instance(value));
    init.made.is_instance(value) || forms.iter().filter(is_single).any(single)
}

/// That the arguments an Init gives are such that `new` takes.
fn check_arguments(init: &InitType, forms: &[TupleType]) -> Result<(), ConversionError> {
    if init.arguments.is_empty() {
        return Ok(());
    }
    let given: Vec<Type> = init.arguments.iter().map(infer_set).collect();
    let takes = |form: &TupleType| {
        let first = form.types.first().cloned();
        let types: Vec<Type> = first.into_iter().chain(given.iter().cloned()).collect();
        form.size_range().takes(types.len())
            && Type::Tuple(std::sync::Arc::new(form.clone())).is_assignable(&Type::tuple(types, Range::Any))
    };
    if forms.iter().any(takes) {
        return Ok(());
    }
    let own = Type::Init(Some(std::sync::Arc::new(init.clone())));
    let subject = init.made.generalize().simple_name().unwrap_or("Object").to_owned();
    Err(ConversionError::failed(format!(
        "The type '{own}' does not represent a valid set of parameters for {subject}.new()"
    )))
}
