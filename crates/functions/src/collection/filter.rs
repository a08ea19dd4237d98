//! `filter`.

use crate::iteration::Parameters::{self, One, Two};
use crate::iteration::{Round, iterator, rounds, until_break};
use crate::prelude::*;

/// Keeps the elements for which a block gives true.
pub(crate) static FILTER: Function = Function {
    name: "filter",
    summary: "Keeps the elements for which a block gives true.",
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
        Example { code: "[1, 2, 3].filter |$x| { $x > 1 }", gives: "[2, 3]" },
        Example { code: "filter({'a' => 1, 'b' => 2}) |$key, $value| { $value == 2 }", gives: "{'b' => 2}" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, parameters: Parameters) -> Answer {
    let iterator = iterator("filter", arguments.get(0))?;
    let mut kept = Vec::new();
    let run = rounds(&iterator).try_for_each(|round| {
        if round.run(context, arguments, parameters)?.is_truthy() {
            kept.push(round);
        }
        Ok(())
    });
    if iterator.pairs {
        run?;
        return Ok(Value::hash(kept.iter().map(Round::pair).map(|[key, value]| (key, value))));
    }
    until_break(run)?;
    Ok(Value::array(kept.into_iter().map(|round| round.element)))
}
