//! `get`.

use crate::prelude::*;
use crate::walk::get;

/// Walks into a value by a path of keys that dots separate, with a default for what is not there.
pub(crate) static GET: Function = Function {
    name: "get",
    summary: "Walks into a value by a path of keys that dots separate, with a default for what is not there.",
    dispatches: &[Dispatch {
        signature: "(Any $value, String $dotted_string, Any $default_value = undef, Optional[Callable[1,1]] &$block)",
        run,
    }],
    examples: &[
        Example { code: "get({'a' => [10, 20]}, 'a.1')", gives: "20" },
        Example { code: "get({'a' => 1}, 'b.c', 'none')", gives: "'none'" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let path = arguments.get(1).as_str().unwrap_or_default();
    get(context, arguments.get(0), path, arguments.get(2), arguments.block)
}
