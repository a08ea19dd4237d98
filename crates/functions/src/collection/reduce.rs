//! `reduce`.

use crate::iteration::iterator;
use crate::prelude::*;

/// Puts the elements together one after another, as a block says.
pub(crate) static REDUCE: Function = Function {
    name: "reduce",
    summary: "Puts the elements together one after another, as a block says.",
    dispatches: &[
        Dispatch {
            signature: "(Iterable $enumerable, Callable[2,2] &$block)",
            run: |context, arguments| run(context, arguments, None),
        },
        Dispatch {
            signature: "(Iterable $enumerable, Any $memo, Callable[2,2] &$block)",
            run: |context, arguments| run(context, arguments, arguments.values.get(1).cloned()),
        },
    ],
    examples: &[
        Example { code: "[1, 2, 3].reduce |$sum, $x| { $sum + $x }", gives: "6" },
        Example { code: "reduce([1, 2], 10) |$sum, $x| { $sum + $x }", gives: "13" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, first: Option<Value>) -> Answer {
    let iterator = iterator("reduce", arguments.get(0))?;
    let mut elements = iterator.iter();
    let Some(mut memo) = first.or_else(|| elements.next()) else { return Ok(Value::Undef) };
    for element in elements {
        match run_block(context, arguments, &[memo.clone(), element]) {
            Ok(next) => memo = next,
            Err(Raised::Break) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(memo)
}
