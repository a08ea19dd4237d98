//! `ceiling`.

use crate::prelude::*;
use crate::rounding;

/// Rounds a number up to an integer.
pub(crate) static CEILING: Function = Function {
    name: "ceiling",
    summary: "Rounds a number up to an integer.",
    dispatches: &[
        Dispatch {
            signature: "(Numeric $val)",
            run: |_, arguments| rounding::of_number(arguments, f64::ceil),
        },
        Dispatch {
            signature: "(String $val)",
            run: |context, arguments| rounding::of_text("ceiling", context, arguments, f64::ceil),
        },
    ],
    examples: &[Example { code: "ceiling(3.2)", gives: "4" }, Example { code: "ceiling(-3.2)", gives: "-3" }],
    signatures: OnceLock::new(),
};
