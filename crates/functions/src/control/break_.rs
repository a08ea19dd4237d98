//! `break`.

use crate::prelude::*;

/// Ends the iteration around.
pub(crate) static BREAK: Function = Function {
    name: "break",
    summary: "Ends the iteration around.",
    dispatches: &[Dispatch { signature: "()", run: |_, _| Err(Raised::Break) }],
    examples: &[Example { code: "[1, 2, 3].map |$x| { if $x == 2 { break() } $x }", gives: "[1]" }],
    signatures: OnceLock::new(),
};
