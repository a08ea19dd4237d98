//! `then`.

use crate::prelude::*;

/// Runs a block with a value, unless it is `undef`.
pub(crate) static THEN: Function = Function {
    name: "then",
    summary: "Runs a block with a value, unless it is `undef`.",
    dispatches: &[Dispatch { signature: "(Any $arg, Callable[1,1] &$block)", run }],
    examples: &[
        Example { code: "then(2) |$x| { $x + 1 }", gives: "3" },
        Example { code: "then(undef) |$x| { 1 }", gives: "undef" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    if arguments.get(0).is_undef() {
        Ok(Value::Undef)
    } else {
        run_block(context, arguments, arguments.values)
    }
}
