//! `values`.

use crate::prelude::*;

/// Gives the values of a hash.
pub(crate) static VALUES: Function = Function {
    name: "values",
    summary: "Gives the values of a hash.",
    dispatches: &[Dispatch { signature: "(Hash $hsh)", run }],
    examples: &[Example { code: "values({'a' => 1, 'b' => 2})", gives: "[1, 2]" }],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    Ok(Value::array(arguments.get(0).as_hash().into_iter().flatten().map(|(_, value)| value.clone())))
}
