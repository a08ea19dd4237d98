//! `tagged`.

use super::{compilation, tags};
use crate::legacy::{self, Arity};
use crate::prelude::*;

/// Says whether the class or the defined type around has all of some tags.
pub(crate) static TAGGED: Function = Function {
    name: "tagged",
    summary: "Says whether the class or the defined type around has all of some tags.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[
        Example { code: "tagged('nothing')", gives: "false" },
        Example { code: "tag('web') tagged('web')", gives: "true" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("tagged", Arity::AtLeast(1), arguments)?;
    Ok(Value::Boolean(compilation("tagged", context)?.is_tagged(&tags(&values))))
}
