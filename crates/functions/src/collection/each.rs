//! `each`.

use crate::iteration::Parameters::{self, One, Two};
use crate::iteration::{iterator, rounds, until_break};
use crate::prelude::*;

/// Runs a block for each element, and gives what it iterated over.
pub(crate) static EACH: Function = Function {
    name: "each",
    summary: "Runs a block for each element, and gives what it iterated over.",
    dispatches: &[
        Dispatch {
            signature: "(Hash[Any, Any] $hash, Callable[2,2] &$block)",
            run: |context, arguments| run(context, arguments, Two),
        },
        Dispatch {
            signature: "(Hash[Any, Any] $hash, Callable[1,1] &$block)",
            run: |context, arguments| run(context, arguments, One),
        },
        Dispatch {
            signature: "(Iterable $enumerable, Callable[2,2] &$block)",
            run: |context, arguments| run(context, arguments, Two),
        },
        Dispatch {
            signature: "(Iterable $enumerable, Callable[1,1] &$block)",
            run: |context, arguments| run(context, arguments, One),
        },
    ],
    examples: &[
        Example { code: "[1, 2].each |$x| { }", gives: "[1, 2]" },
        Example { code: "each({'a' => 1}) |$key, $value| { }", gives: "{'a' => 1}" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, parameters: Parameters) -> Answer {
    let iterator = iterator("each", arguments.get(0))?;
    let run = rounds(&iterator).try_for_each(|round| round.run(context, arguments, parameters).map(drop));
    until_break(run)?;
    Ok(arguments.get(0).clone())
}
