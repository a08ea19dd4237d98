//! `fail`.

use crate::legacy::{self, Arity};
use crate::prelude::*;
use crate::ruby;

/// Stops the compilation with a message.
pub(crate) static FAIL: Function = Function {
    name: "fail",
    summary: "Stops the compilation with a message.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[Example { code: "fail('no', 'way')", gives: "error: no way" }],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("fail", Arity::AtLeast(0), arguments)?;
    fail(values.iter().map(ruby::to_s).collect::<Vec<_>>().join(" "))
}
