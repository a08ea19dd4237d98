//! `any`.

use crate::iteration::Parameters::{self, One, Two};
use crate::iteration::{iterator, rounds};
use crate::prelude::*;

/// Says whether a block gives true for any element.
pub(crate) static ANY: Function = Function {
    name: "any",
    summary: "Says whether a block gives true for any element.",
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
        Example { code: "[1, 2].any |$x| { $x > 1 }", gives: "true" },
        Example { code: "any([]) |$x| { true }", gives: "false" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, parameters: Parameters) -> Answer {
    let iterator = iterator("any", arguments.get(0))?;
    for round in rounds(&iterator) {
        if round.run(context, arguments, parameters)?.is_truthy() {
            return Ok(Value::Boolean(true));
        }
    }
    Ok(Value::Boolean(false))
}
