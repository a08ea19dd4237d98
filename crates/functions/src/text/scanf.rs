//! `scanf`.

use crate::prelude::*;
use crate::scan::scan;

/// Reads values from a text as a format of C's `scanf` says, and gives them to a block if there is one.
pub(crate) static SCANF: Function = Function {
    name: "scanf",
    summary: "Reads values from a text as a format of C's `scanf` says, and gives them to a block if there is one.",
    dispatches: &[Dispatch { signature: "(String $data, String $format, Optional[Callable] &$block)", run }],
    examples: &[
        Example { code: "scanf('42 apples', '%d %s')", gives: "[42, 'apples']" },
        Example { code: "scanf('0x1F', '%i')[0]", gives: "31" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let text = |index| arguments.get(index).as_str().unwrap_or_default();
    let found = scan(text(0), text(1))?;
    run_block(context, arguments, &[Value::array(found)])
}
