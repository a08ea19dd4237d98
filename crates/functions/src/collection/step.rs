//! `step`.

use std::sync::Arc;

use values::iterator::Iterator;

use crate::iteration::{iterator, until_break};
use crate::prelude::*;

/// Takes the first element and every so many after it.
pub(crate) static STEP: Function = Function {
    name: "step",
    summary: "Takes the first element and every so many after it.",
    dispatches: &[
        Dispatch {
            signature: "(Iterable $iterable, Integer[1] $step)",
            run: |_, arguments| Ok(Value::Iterator(Arc::new(stepped(arguments)?))),
        },
        Dispatch { signature: "(Iterable $iterable, Integer[1] $step, Callable[1,1] &$block)", run },
    ],
    examples: &[Example { code: "Array(step([1, 2, 3, 4, 5], 2))", gives: "[1, 3, 5]" }],
    signatures: OnceLock::new(),
};

fn stepped(arguments: &Arguments<'_>) -> Result<Iterator, Raised> {
    let step = arguments.get(1).as_integer().unwrap_or(1);
    Ok(iterator("step", arguments.get(0))?.stepped(u32::try_from(step).unwrap_or(u32::MAX)))
}

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let stepped = stepped(arguments)?;
    until_break(stepped.iter().try_for_each(|element| run_block(context, arguments, &[element]).map(drop)))?;
    Ok(Value::Undef)
}
