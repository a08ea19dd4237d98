//! `realize`.

use super::compilation;
use crate::legacy::{self, Arity};
use crate::prelude::*;
use crate::ruby::flatten;

/// Makes virtual resources real, by references to them.
pub(crate) static REALIZE: Function = Function {
    name: "realize",
    summary: "Makes virtual resources real, by references to them.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[Example { code: "realize(File['/etc/motd'])", gives: "undef" }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("realize", Arity::AtLeast(1), arguments)?;
    compilation("realize", context)?.realize(&flatten(&values))?;
    Ok(Value::Undef)
}
