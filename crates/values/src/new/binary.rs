//! `Binary.new`: of base64 in several dialects, of a text's own bytes, of numbers.

use std::sync::OnceLock;

use super::ConversionError;
use super::constructor::{Constructor, Form, LIST_FORMS};
use crate::base64;
use crate::value::{Text, Value};

pub(super) static BINARY: Constructor = Constructor {
    name: "new_Binary",
    types: &[
        ("ByteInteger", "Integer[0,255]"),
        ("Base64Format", "Enum['%b', '%u', '%B', '%s', '%r']"),
        ("StringHash", "Struct[{value => String, 'format' => Optional[Base64Format]}]"),
        ("ArrayHash", "Struct[{value => Array[ByteInteger]}]"),
        ("BinaryArgsHash", "Variant[StringHash, ArrayHash]"),
    ],
    forms: &[
        Form {
            parameters: &[("String", "str"), ("Base64Format", "format")],
            required: 1,
            make: |arguments, _| text(&arguments[0], arguments.get(1)),
        },
        Form {
            parameters: &[("Array[ByteInteger]", "byte_array")],
            required: 1,
            make: |arguments, _| Ok(bytes(&arguments[0])),
        },
        Form {
            parameters: &[("BinaryArgsHash", "hash_args")],
            required: 1,
            make: |arguments, _| {
                let named = |name: &str| arguments[0].as_hash().and_then(|entries| entries.get(&Text(name)));
                match named("value") {
                    Some(value @ Value::Array(_)) => Ok(bytes(value)),
                    Some(value) => text(value, named("format")),
                    None => Ok(Value::Undef),
                }
            },
        },
    ],
    refuse: LIST_FORMS,
    read: OnceLock::new(),
};

fn bytes(value: &Value) -> Value {
    let numbers = value.as_array().into_iter().flatten().filter_map(Value::as_integer);
    Value::Binary(numbers.filter_map(|number| u8::try_from(number).ok()).collect())
}

fn text(value: &Value, format: Option<&Value>) -> Result<Value, ConversionError> {
    let text = value.as_str().unwrap_or_default();
    let invalid = || ConversionError::failed("invalid base64");
    let bytes = match format.and_then(Value::as_str).unwrap_or("%B") {
        "%b" => lenient(text),
        "%u" => url_safe(text).ok_or_else(invalid)?,
        "%B" => strict(text).ok_or_else(invalid)?,
        _ => text.as_bytes().to_vec(),
    };
    Ok(Value::Binary(bytes.into()))
}

/// With `-` and `_` for `+` and `/`; padding may be missing.
fn url_safe(text: &str) -> Option<Vec<u8>> {
    let mut text = text.replace('-', "+").replace('_', "/");
    if !text.ends_with('=') {
        text.extend(std::iter::repeat_n('=', (4 - text.len() % 4) % 4));
    }
    strict(&text)
}

/// With nothing in the bits that make no byte.
fn strict(text: &str) -> Option<Vec<u8>> {
    base64::decode(text).filter(|bytes| base64::encode(bytes) == text)
}

/// As far as it goes: what is no letter of base64 is left out, padding ends it.
fn lenient(text: &str) -> Vec<u8> {
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    let letters = text.bytes().take_while(|byte| *byte != b'=').filter(known);
    let mut letters: String = letters.map(char::from).collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    // The last bits that make no byte are left out.
    let padding = (4 - letters.len() % 4) % 4;
    letters.extend(std::iter::repeat_n('=', padding));
    base64::decode(&letters).unwrap_or_default()
}
