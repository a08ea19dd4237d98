//! Instances of Object types, `Deferred` and `Error` among them: of values in order, or of a hash of them by
//! name.

use std::sync::Arc;

use super::ConversionError;
use super::constructor::{refused, signature};
use crate::mismatch::Signature;
use crate::object::{Instance, ObjectType};
use crate::types::Type;
use crate::value::Value;

/// The forms of arguments: a hash first, then values in order.
pub(super) fn signatures(object: &ObjectType) -> Vec<Signature> {
    let parameters = object.parameters();
    let required = parameters.iter().filter(|attribute| attribute.value.is_none()).count();
    let types: Vec<Type> = parameters.iter().map(|attribute| attribute.value_type.clone()).collect();
    let names = parameters.iter().map(|attribute| attribute.name.clone()).collect();
    vec![signature(vec![object.init_struct()], vec!["hash".into()], 1), signature(types, names, required)]
}

/// Makes an instance.
pub(super) fn instance(object: &Arc<ObjectType>, arguments: &[Value]) -> Result<Value, ConversionError> {
    let signatures = signatures(object);
    let fits = |place: usize| {
        signatures.get(place).is_some_and(|signature: &Signature| signature.callable.takes(arguments, None))
    };
    if let ([Value::Hash(entries)], true) = (arguments, fits(0)) {
        let made = Instance::from_hash(object, entries);
        return made.map(Value::Object).map_err(|error| ConversionError::Mismatch(error.to_string()));
    }
    if fits(1) {
        return Ok(Value::Object(Instance::from_arguments(object, arguments)));
    }
    let name = format!("new_{}", object.label());
    Err(ConversionError::Mismatch(refused(&name, &signatures, arguments)))
}
