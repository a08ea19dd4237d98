//! `length`.

use crate::prelude::*;

/// Counts elements, entries, characters or bytes.
pub(crate) static LENGTH: Function = Function {
    name: "length",
    summary: "Counts elements, entries, characters or bytes.",
    dispatches: &[
        Dispatch { signature: "(Collection $arg)", run: |_, arguments| Ok(count(arguments.get(0))) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| Ok(count(arguments.get(0))) },
        Dispatch { signature: "(Binary $arg)", run: |_, arguments| Ok(count(arguments.get(0))) },
    ],
    examples: &[
        Example { code: "length('roses')", gives: "5" },
        Example { code: "length([1, 2])", gives: "2" },
        Example { code: "length({})", gives: "0" },
    ],
    signatures: OnceLock::new(),
};

/// The length of a collection, a text or bytes.
pub(super) fn count(value: &Value) -> Value {
    let count = match value {
        Value::Array(elements) => elements.len(),
        Value::Hash(entries) => entries.len(),
        Value::String(text) => text.chars().count(),
        Value::Binary(bytes) => bytes.len(),
        _ => 0,
    };
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}
