//! `floor`.

use crate::prelude::*;
use crate::rounding;

/// Rounds a number down to an integer.
pub(crate) static FLOOR: Function = Function {
    name: "floor",
    summary: "Rounds a number down to an integer.",
    dispatches: &[
        Dispatch {
            signature: "(Numeric $val)",
            run: |_, arguments| rounding::of_number(arguments, f64::floor),
        },
        Dispatch {
            signature: "(String $val)",
            run: |context, arguments| rounding::of_text("floor", context, arguments, f64::floor),
        },
    ],
    examples: &[Example { code: "floor(3.8)", gives: "3" }, Example { code: "floor(-3.2)", gives: "-4" }],
    signatures: OnceLock::new(),
};
