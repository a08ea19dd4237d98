//! `partition`.

use crate::iteration::{Parameters, iterator, rounds};
use crate::prelude::*;

/// Parts elements into those for which a block gives true, and the others.
pub(crate) static PARTITION: Function = Function {
    name: "partition",
    summary: "Parts elements into those for which a block gives true, and the others.",
    dispatches: &[
        Dispatch {
            signature: "(Collection $collection, Callable[1,1] &$block) >> Tuple[Array, Array]",
            run: |context, arguments| run(context, arguments, Parameters::One),
        },
        Dispatch {
            signature: "(Array $array, Callable[2,2] &$block) >> Tuple[Array, Array]",
            run: |context, arguments| run(context, arguments, Parameters::Two),
        },
        Dispatch {
            signature: "(Collection $collection, Callable[2,2] &$block) >> Tuple[Array, Array]",
            run: |context, arguments| run(context, arguments, Parameters::Two),
        },
    ],
    examples: &[
        Example { code: "partition([1, 2, 3]) |$x| { $x > 1 }", gives: "[[2, 3], [1]]" },
        Example { code: "partition({'a' => 1}) |$key, $value| { $value > 1 }", gives: "[[], [['a', 1]]]" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, parameters: Parameters) -> Answer {
    let iterator = iterator("partition", arguments.get(0))?;
    let (mut accepted, mut others) = (Vec::new(), Vec::new());
    for round in rounds(&iterator) {
        let part =
            if round.run(context, arguments, parameters)?.is_truthy() { &mut accepted } else { &mut others };
        part.push(round.element);
    }
    Ok(Value::array([Value::array(accepted), Value::array(others)]))
}
