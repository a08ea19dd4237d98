//! `with`.

use crate::prelude::*;

/// Runs a block with the arguments.
pub(crate) static WITH: Function = Function {
    name: "with",
    summary: "Runs a block with the arguments.",
    dispatches: &[Dispatch {
        signature: "(Any *$arg, Callable &$block)",
        run: |context, arguments| run_block(context, arguments, arguments.values),
    }],
    examples: &[Example { code: r#"with(1, 'a') |$x, $y| { "$y$x" }"#, gives: "'a1'" }],
    signatures: OnceLock::new(),
};
