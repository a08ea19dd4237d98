//! `new`.

use std::time::{SystemTime, UNIX_EPOCH};

use values::new;
use values::time::Timestamp;

use crate::prelude::*;

/// Makes an instance of a type, and gives it to a block if there is one.
pub(crate) static NEW: Function = Function {
    name: "new",
    summary: "Makes an instance of a type, and gives it to a block if there is one.",
    dispatches: &[Dispatch { signature: "(Type $type, Any *$args, Optional[Callable] &$block)", run }],
    examples: &[
        Example { code: "new(Integer, '0x1F')", gives: "31" },
        Example { code: "new(Array, {'a' => 1})", gives: "[['a', 1]]" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let [Value::Type(made), given @ ..] = arguments.values else { return Ok(Value::Undef) };
    let elapsed =
        SystemTime::now().duration_since(UNIX_EPOCH).map(|elapsed| elapsed.as_nanos()).unwrap_or_default();
    let now = Timestamp::from_nanoseconds(i128::try_from(elapsed).unwrap_or_default());
    let result = new::create(made, given, &new::Context::new(context.types(), now));
    let result = result.map_err(|error| Failure::new(error.to_string()))?;
    run_block(context, arguments, &[result])
}
