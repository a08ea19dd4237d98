//! `empty`.

use crate::context::Level;
use crate::prelude::*;

/// Says whether there is nothing in a collection, a text or bytes, and whether a value is `undef`.
pub(crate) static EMPTY: Function = Function {
    name: "empty",
    summary: "Says whether there is nothing in a collection, a text or bytes, and whether a value is `undef`.",
    dispatches: &[
        Dispatch {
            signature: "(Collection $coll)",
            run: |_, arguments| Ok(Value::Boolean(is_empty(arguments.get(0)))),
        },
        Dispatch {
            signature: "(Sensitive[String] $str)",
            run: |_, arguments| Ok(Value::Boolean(is_empty(arguments.get(0)))),
        },
        Dispatch {
            signature: "(String $str)",
            run: |_, arguments| Ok(Value::Boolean(is_empty(arguments.get(0)))),
        },
        Dispatch { signature: "(Numeric $num)", run: of_number },
        Dispatch {
            signature: "(Binary $bin)",
            run: |_, arguments| Ok(Value::Boolean(is_empty(arguments.get(0)))),
        },
        Dispatch {
            signature: "(Undef $x)",
            run: |_, arguments| Ok(Value::Boolean(is_empty(arguments.get(0)))),
        },
    ],
    examples: &[
        Example { code: "empty([])", gives: "true" },
        Example { code: "empty('a')", gives: "false" },
        Example { code: "empty(undef)", gives: "true" },
    ],
    signatures: OnceLock::new(),
};

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Hash(entries) => entries.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Binary(bytes) => bytes.is_empty(),
        Value::Sensitive(secret) => is_empty(secret.unwrap()),
        other => other.is_undef(),
    }
}

fn of_number(context: &mut dyn Context, _: &Arguments<'_>) -> Answer {
    context.log(Level::Warning, "Calling function empty() with Numeric value is deprecated.".into());
    Ok(Value::Boolean(false))
}
