//! `group_by`.

use crate::iteration::{Groups, Parameters, iterator, rounds};
use crate::prelude::*;

/// Gathers elements by what a block makes of them.
pub(crate) static GROUP_BY: Function = Function {
    name: "group_by",
    summary: "Gathers elements by what a block makes of them.",
    dispatches: &[
        Dispatch {
            signature: "(Collection $collection, Callable[1,1] &$block) >> Hash",
            run: |context, arguments| run(context, arguments, Parameters::One),
        },
        Dispatch {
            signature: "(Array $array, Callable[2,2] &$block) >> Hash",
            run: |context, arguments| run(context, arguments, Parameters::Two),
        },
        Dispatch {
            signature: "(Collection $collection, Callable[2,2] &$block) >> Hash",
            run: |context, arguments| run(context, arguments, Parameters::Two),
        },
    ],
    examples: &[Example {
        code: "group_by([1, 2, 3]) |$x| { $x > 1 }",
        gives: "{false => [1], true => [2, 3]}",
    }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, parameters: Parameters) -> Answer {
    let iterator = iterator("group_by", arguments.get(0))?;
    let mut groups = Groups::default();
    for round in rounds(&iterator) {
        groups.add(round.run(context, arguments, parameters)?, round.element);
    }
    Ok(groups.into_value())
}
