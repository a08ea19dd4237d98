//! `tag`.

use super::{compilation, tags};
use crate::legacy::{self, Arity};
use crate::prelude::*;

/// Adds tags to the class or the defined type around.
pub(crate) static TAG: Function = Function {
    name: "tag",
    summary: "Adds tags to the class or the defined type around.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[Example { code: "tag('web', 'front')", gives: "undef" }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("tag", Arity::AtLeast(1), arguments)?;
    compilation("tag", context)?.tag(&tags(&values))?;
    Ok(Value::Undef)
}
