//! `unwrap`.

use crate::prelude::*;

/// Gives what a Sensitive hides, to a block if there is one.
pub(crate) static UNWRAP: Function = Function {
    name: "unwrap",
    summary: "Gives what a Sensitive hides, to a block if there is one.",
    dispatches: &[
        Dispatch { signature: "(Sensitive $arg, Optional[Callable] &$block)", run },
        Dispatch { signature: "(Any $arg, Optional[Callable] &$block)", run },
    ],
    examples: &[
        Example { code: "unwrap(Sensitive('secret'))", gives: "'secret'" },
        Example { code: "unwrap(Sensitive(1)) |$x| { $x + 1 }", gives: "2" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let value = match arguments.get(0) {
        Value::Sensitive(secret) => secret.unwrap().clone(),
        other => other.clone(),
    };
    run_block(context, arguments, &[value])
}
