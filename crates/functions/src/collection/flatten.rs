//! `flatten`.

use crate::prelude::*;
use crate::ruby;

/// Gives one array of all arguments and what stands in their arrays.
pub(crate) static FLATTEN: Function = Function {
    name: "flatten",
    summary: "Gives one array of all arguments and what stands in their arrays.",
    dispatches: &[Dispatch {
        signature: "(Any *$args)",
        run: |_, arguments| Ok(Value::array(ruby::flatten(arguments.values))),
    }],
    examples: &[Example { code: "flatten([1, [2, [3]]], 4)", gives: "[1, 2, 3, 4]" }],
    signatures: OnceLock::new(),
};
