//! `sprintf`.

use values::format;

use crate::legacy::{self, Arity};
use crate::prelude::*;

/// Writes values as a format of C's `printf` says.
pub(crate) static SPRINTF: Function = Function {
    name: "sprintf",
    summary: "Writes values as a format of C's `printf` says.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[
        Example { code: "sprintf('%05.1f|%-3s|%x', 3.14159, 'a', 255)", gives: "'003.1|a  |ff'" },
        Example {
            code: "sprintf('%<x>s : %<y>d', {'x' => 'value is', 'y' => 42})",
            gives: "'value is : 42'",
        },
    ],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("sprintf", Arity::AtLeast(1), arguments)?;
    match format::sprintf(&values) {
        Ok(text) => Ok(text.into()),
        Err(error) => fail(error.to_string()),
    }
}
