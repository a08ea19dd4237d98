//! `lest`.

use crate::prelude::*;

/// Runs a block where a value is `undef`, and gives the value otherwise.
pub(crate) static LEST: Function = Function {
    name: "lest",
    summary: "Runs a block where a value is `undef`, and gives the value otherwise.",
    dispatches: &[Dispatch { signature: "(Any $arg, Callable[0,0] &$block)", run }],
    examples: &[
        Example { code: "lest(undef) || { 'other' }", gives: "'other'" },
        Example { code: "lest(1) || { 'other' }", gives: "1" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    if arguments.get(0).is_undef() {
        run_block(context, arguments, &[])
    } else {
        Ok(arguments.get(0).clone())
    }
}
