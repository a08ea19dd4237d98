//! `next`.

use crate::prelude::*;

/// Ends this round of the iteration around, with a value.
pub(crate) static NEXT: Function = Function {
    name: "next",
    summary: "Ends this round of the iteration around, with a value.",
    dispatches: &[Dispatch {
        signature: "(Any $value = undef)",
        run: |_, arguments| Err(Raised::Next(arguments.get(0).clone())),
    }],
    examples: &[Example { code: "[1, 2].map |$x| { if $x == 1 { next('one') } $x }", gives: "['one', 2]" }],
    signatures: OnceLock::new(),
};
