//! `dig`.

use crate::prelude::*;
use crate::walk::dig;

/// Walks into nested arrays and hashes, a key a step; `undef` where there is nothing.
pub(crate) static DIG: Function = Function {
    name: "dig",
    summary: "Walks into nested arrays and hashes, a key a step; `undef` where there is nothing.",
    dispatches: &[Dispatch { signature: "(Optional[Collection] $data, Any *$arg)", run }],
    examples: &[
        Example { code: "dig({'a' => [10, {'b' => 20}]}, 'a', 1, 'b')", gives: "20" },
        Example { code: "dig({'a' => 1}, 'x', 'y')", gives: "undef" },
    ],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let keys = arguments.values.get(1..).unwrap_or_default();
    dig(arguments.get(0), keys).map_err(|stray| Failure::new(stray.message).into())
}
