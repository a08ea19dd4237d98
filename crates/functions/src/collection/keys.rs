//! `keys`.

use crate::prelude::*;

/// Gives the keys of a hash.
pub(crate) static KEYS: Function = Function {
    name: "keys",
    summary: "Gives the keys of a hash.",
    dispatches: &[Dispatch { signature: "(Hash $hsh)", run }],
    examples: &[Example { code: "keys({'a' => 1, 'b' => 2})", gives: "['a', 'b']" }],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    Ok(Value::array(arguments.get(0).as_hash().into_iter().flatten().map(|(key, _)| key.clone())))
}
