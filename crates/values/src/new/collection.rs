//! `Array.new`: of what is iterable, and with `true` of anything; `Tuple.new` as well.

use std::sync::OnceLock;

use ecow::EcoVec;

use super::constructor::{Constructor, Form, Refusal};
use super::{ConversionError, not_convertible};
use crate::iterator::Iterator;
use crate::value::Value;

pub(super) static ARRAY: Constructor = Constructor {
    name: "new_array",
    types: &[],
    forms: &[
        Form {
            parameters: &[("Variant[Array,Hash,Binary,Iterable]", "from"), ("Boolean[false]", "wrap")],
            required: 1,
            make: |arguments, _| elements(&arguments[0]),
        },
        Form {
            parameters: &[("Any", "from"), ("Boolean[true]", "wrap")],
            required: 2,
            make: |arguments, _| {
                Ok(match &arguments[0] {
                    array @ Value::Array(_) => array.clone(),
                    other => Value::array([other.clone()]),
                })
            },
        },
    ],
    refuse: |arguments| match arguments {
        [from] | [from, Value::Boolean(_)] => Some(Refusal::Named(match from {
            // Strings are iterable, so this is not said of them.
            Value::String(_) => return None,
            other => not_convertible(other, "Array"),
        })),
        _ => None,
    },
    read: OnceLock::new(),
};

fn elements(from: &Value) -> Result<Value, ConversionError> {
    Ok(match from {
        array @ Value::Array(_) => array.clone(),
        Value::Binary(bytes) => Value::array(bytes.iter().map(|byte| Value::Integer((*byte).into()))),
        other => match Iterator::over(other) {
            Some(iterator) => Value::Array(all_of(&iterator)?),
            None => return Err(ConversionError::failed(not_convertible(other, "Array"))),
        },
    })
}

/// The most elements that are made of an iterator: `Array(9223372036854775807)` would take all memory.
const MOST: usize = 1 << 22;

/// All that an iterator gives.
pub(super) fn all_of(iterator: &Iterator) -> Result<EcoVec<Value>, ConversionError> {
    let elements: EcoVec<Value> = iterator.iter().take(MOST + 1).collect();
    if elements.len() > MOST {
        return Err(ConversionError::failed(format!(
            "the iterator has more than the {MOST} elements that are made"
        )));
    }
    Ok(elements)
}
