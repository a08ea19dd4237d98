//! `return`.

use crate::prelude::*;

/// Ends the function, class or defined type around, with a value.
pub(crate) static RETURN: Function = Function {
    name: "return",
    summary: "Ends the function, class or defined type around, with a value.",
    dispatches: &[Dispatch {
        signature: "(Any $value = undef)",
        run: |_, arguments| Err(Raised::Return(arguments.get(0).clone())),
    }],
    examples: &[],
    signatures: OnceLock::new(),
};
