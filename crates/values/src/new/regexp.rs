//! `Regexp.new`: of a pattern, or with `true` of a text that stands for itself.

use std::sync::{Arc, OnceLock};

use super::ConversionError;
use super::constructor::{Constructor, Form, LIST_FORMS};
use crate::value::Value;

pub(super) static REGEXP: Constructor = Constructor {
    name: "new_float",
    types: &[],
    forms: &[Form {
        parameters: &[("String", "pattern"), ("Boolean", "escape")],
        required: 1,
        make: |arguments, _| {
            let source = arguments[0].as_str().unwrap_or_default();
            let literal = matches!(arguments.get(1), Some(Value::Boolean(true)));
            let source = if literal { escaped(source) } else { source.to_owned() };
            let pattern =
                regexp::Regexp::new(&source).map_err(|error| ConversionError::failed(error.to_string()))?;
            Ok(Value::Regexp(Arc::new(pattern)))
        },
    }],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

/// A pattern that matches a text as it stands.
pub(crate) fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => result.push_str("\\n"),
            '\t' => result.push_str("\\t"),
            '\r' => result.push_str("\\r"),
            '\x0c' => result.push_str("\\f"),
            '\x0b' => result.push_str("\\v"),
            special if " #$()*+-.?[\\]^{|}".contains(special) => result.extend(['\\', special]),
            other => result.push(other),
        }
    }
    result
}
