//! `type`.

use values::types::{infer, infer_set};

use crate::prelude::*;

/// Gives the type of a value: in all its detail, reduced or generalized.
pub(crate) static TYPE: Function = Function {
    name: "type",
    summary: "Gives the type of a value: in all its detail, reduced or generalized.",
    dispatches: &[
        Dispatch {
            signature: "(Any $value, Enum[detailed] $inference_method = detailed)",
            run: |_, arguments| Ok(Value::Type(infer_set(arguments.get(0)))),
        },
        Dispatch {
            signature: "(Any $value, Enum[reduced] $inference_method)",
            run: |_, arguments| Ok(Value::Type(infer(arguments.get(0)))),
        },
        Dispatch {
            signature: "(Any $value, Enum[generalized] $inference_method)",
            run: |_, arguments| Ok(Value::Type(infer(arguments.get(0)).generalize())),
        },
    ],
    examples: &[
        Example { code: "type(42)", gives: "Integer[42, 42]" },
        Example { code: "type([1, 'a'], 'generalized')", gives: "Array[ScalarData]" },
    ],
    signatures: OnceLock::new(),
};
