//! Why a value or a call does not fit, in Puppet's words, which users search for.

mod describe;
mod kinds;
mod message;
mod signature;

use crate::types::{StructElement, Type, infer_set};
use crate::value::{Map, Text, Value};
use kinds::{Mismatch, PathElement, Reason};

pub use signature::{Signature, describe_signatures};

/// Describes why `actual` is no `expected`: `SUBJECT expects an Integer value, got String`. Empty where it is
/// one.
pub fn describe_mismatch(subject: &str, expected: &Type, actual: &Type) -> String {
    let errors = describe::describe(expected, actual, &[PathElement::Subject(subject.into())]);
    match errors.as_slice() {
        [] => String::new(),
        [only] => only.to_string().trim().to_owned(),
        several => joined(several, "\n "),
    }
}

/// That a value is of a type; otherwise `SUBJECT has wrong type, expects ...`.
pub fn assert_instance_of(subject: &str, expected: &Type, value: &Value) -> Result<(), String> {
    if expected.is_instance(value) {
        return Ok(());
    }
    Err(describe_mismatch(&format!("{subject} has wrong type,"), expected, &infer_set(value)))
}

/// That a type takes another; otherwise `SUBJECT is incorrect, expects ...`.
pub fn assert_assignable(subject: &str, expected: &Type, actual: &Type) -> Result<(), String> {
    if expected.is_assignable(actual) {
        return Ok(());
    }
    Err(describe_mismatch(&format!("{subject} is incorrect,"), expected, actual))
}

/// That the parameters given to a class or a resource are those it has: `SUBJECT:\n parameter 'a' expects
/// ...`. Deferred values fit, since what they give is not known.
pub fn validate_parameters(
    subject: &str,
    parameters: &[StructElement],
    given: &Map,
    missing_ok: bool,
) -> Result<(), String> {
    let mut errors = Vec::new();
    for name in given.keys().filter_map(Value::as_str) {
        if !parameters.iter().any(|parameter| parameter.name == name) {
            errors.push(Mismatch::new(&[], Reason::InvalidParameter(name.into())));
        }
    }
    for parameter in parameters {
        match given.get(&Text(&parameter.name)) {
            Some(Value::Object(instance)) if instance.object.label() == "Deferred" => {}
            Some(value) if parameter.value.is_instance(value) => {}
            Some(value) => {
                let path = [PathElement::Parameter(parameter.name.clone())];
                errors.extend(describe::describe(&parameter.value, &infer_set(value), &path));
            }
            None if missing_ok || parameter.optional => {}
            None => errors.push(Mismatch::new(&[], Reason::MissingParameter(parameter.name.clone()))),
        }
    }
    reported(subject, &errors)
}

/// That a parameter's default is of its type.
pub fn validate_default_parameter(
    subject: &str,
    name: &str,
    expected: &Type,
    value: &Value,
) -> Result<(), String> {
    if expected.is_instance(value) {
        return Ok(());
    }
    let path = [PathElement::Parameter(name.into())];
    reported(subject, &describe::describe(expected, &infer_set(value).generalize(), &path))
}

fn reported(subject: &str, errors: &[Mismatch]) -> Result<(), String> {
    match errors {
        [] => Ok(()),
        [only] => Err(format!("{subject}:{only}")),
        several => Err(format!("{subject}:\n {}", joined(several, "\n "))),
    }
}

fn joined(errors: &[Mismatch], separator: &str) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
}
