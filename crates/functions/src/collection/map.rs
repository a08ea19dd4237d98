//! `map`.

use crate::iteration::Parameters::{self, One, Two};
use crate::iteration::{iterator, rounds, until_break};
use crate::prelude::*;

/// Gives what a block makes of each element, as an array.
pub(crate) static MAP: Function = Function {
    name: "map",
    summary: "Gives what a block makes of each element, as an array.",
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
        Example { code: "[1, 2].map |$x| { $x + 1 }", gives: "[2, 3]" },
        Example { code: r#"{'a' => 1}.map |$key, $value| { "$key$value" }"#, gives: "['a1']" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, parameters: Parameters) -> Answer {
    let iterator = iterator("map", arguments.get(0))?;
    let mut result = Vec::new();
    let run = rounds(&iterator).try_for_each(|round| {
        result.push(round.run(context, arguments, parameters)?);
        Ok(())
    });
    until_break(run)?;
    Ok(Value::array(result))
}
