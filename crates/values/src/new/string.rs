//! `String.new`: of everything, in formats by type.

use std::sync::OnceLock;

use super::constructor::{Constructor, Form, LIST_FORMS};
use crate::format::convert;
use crate::text::converted;
use crate::value::Value;

pub(super) static STRING: Constructor = Constructor {
    name: "new_string",
    types: &[
        ("Format", r"Pattern[/^%([\s\[+#0{<(|-]*)([1-9][0-9]*)?(?:\.([0-9]+))?([a-zA-Z])$/]"),
        (
            "ContainerFormat",
            "Struct[{
                Optional[format]         => Format,
                Optional[separator]      => String,
                Optional[separator2]     => String,
                Optional[string_formats] => Hash[Type, Format]
            }]",
        ),
        ("TypeMap", "Hash[Type, Variant[Format, ContainerFormat]]"),
        ("Convertible", "Any"),
        ("Formats", "Variant[Default, String[1], TypeMap]"),
    ],
    forms: &[Form {
        parameters: &[("Convertible", "from"), ("Formats", "string_formats")],
        required: 1,
        make: |arguments, _| match arguments {
            [value, formats] if !matches!(formats, Value::Default) => Ok(convert(value, formats)?.into()),
            [value, ..] => Ok(converted(value).into()),
            [] => Ok(Value::from("")),
        },
    }],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};
