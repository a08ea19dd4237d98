//! `Boolean.new`: of numbers, and of words for yes and no.

use std::sync::OnceLock;

use super::constructor::{Constructor, Form, Refusal};
use super::not_convertible;
use crate::value::Value;

pub(super) static BOOLEAN: Constructor = Constructor {
    name: "new_boolean",
    types: &[],
    forms: &[Form {
        parameters: &[(
            "Variant[Integer, Float, Boolean, Enum['false','true','yes','no','y','n',true]]",
            "from",
        )],
        required: 1,
        make: |arguments, _| {
            Ok(Value::Boolean(match &arguments[0] {
                Value::Boolean(value) => *value,
                Value::Integer(value) => *value != 0,
                Value::Float(value) => *value != 0.0,
                Value::String(text) => !matches!(text.to_lowercase().as_str(), "false" | "no" | "n"),
                _ => true,
            }))
        },
    }],
    refuse: |arguments| match arguments {
        [from] => Some(Refusal::Named(not_convertible(from, "Boolean"))),
        _ => None,
    },
    read: OnceLock::new(),
};
