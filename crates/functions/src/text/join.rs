//! `join`.

use crate::prelude::*;
use crate::ruby;

/// Puts the elements of an array into one text, with a delimiter between them.
pub(crate) static JOIN: Function = Function {
    name: "join",
    summary: "Puts the elements of an array into one text, with a delimiter between them.",
    dispatches: &[Dispatch { signature: "(Array $arg, String $delimiter = '')", run }],
    examples: &[
        Example { code: "join(['a', 'b', 'c'], ',')", gives: "'a,b,c'" },
        Example { code: "join(['a', [1, undef], true], '-')", gives: "'a-1--true'" },
    ],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let delimiter = arguments.get(1).as_str().unwrap_or_default();
    let elements = arguments.get(0).as_array().map(|elements| elements.as_slice()).unwrap_or_default();
    Ok(ruby::join(elements, delimiter).into())
}
