//! `reverse_each`.

use std::sync::Arc;

use values::iterator::Iterator;

use crate::iteration::{iterator, until_break};
use crate::prelude::*;

/// Takes the elements from the last to the first.
pub(crate) static REVERSE_EACH: Function = Function {
    name: "reverse_each",
    summary: "Takes the elements from the last to the first.",
    dispatches: &[
        Dispatch {
            signature: "(Iterable $iterable)",
            run: |_, arguments| Ok(Value::Iterator(Arc::new(reversed(arguments)?))),
        },
        Dispatch { signature: "(Iterable $iterable, Callable[1,1] &$block)", run },
    ],
    examples: &[Example { code: "Array(reverse_each([1, 2, 3]))", gives: "[3, 2, 1]" }],
    signatures: OnceLock::new(),
};

fn reversed(arguments: &Arguments<'_>) -> Result<Iterator, Raised> {
    Ok(iterator("reverse_each", arguments.get(0))?.reversed())
}

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let reversed = reversed(arguments)?;
    until_break(reversed.iter().try_for_each(|element| run_block(context, arguments, &[element]).map(drop)))?;
    Ok(Value::Undef)
}
