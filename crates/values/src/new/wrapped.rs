//! `Sensitive.new`, `Type.new`, and types that take a value as it is.

use std::sync::OnceLock;

use super::constructor::{Constructor, Form, LIST_FORMS};
use crate::types::parse;
use crate::value::Value;

pub(super) static SENSITIVE: Constructor = Constructor {
    name: "new_Sensitive",
    types: &[],
    forms: &[
        Form {
            parameters: &[("Sensitive", "value")],
            required: 1,
            make: |arguments, _| Ok(arguments[0].clone()),
        },
        Form {
            parameters: &[("Any", "value")],
            required: 1,
            make: |arguments, _| Ok(Value::sensitive(arguments[0].clone())),
        },
    ],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

pub(super) static TYPE: Constructor = Constructor {
    name: "new_type",
    types: &[],
    forms: &[Form {
        parameters: &[("String[1]", "type_string")],
        required: 1,
        make: |arguments, context| {
            Ok(Value::Type(parse(arguments[0].as_str().unwrap_or_default(), context.loader)?))
        },
    }],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

pub(super) static UNIT: Constructor = Constructor {
    name: "new_unit",
    types: &[],
    forms: &[Form {
        parameters: &[("Any", "from")],
        required: 1,
        make: |arguments, _| Ok(arguments[0].clone()),
    }],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};
