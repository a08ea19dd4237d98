//! `round`.

use crate::prelude::*;
use crate::rounding;

/// Rounds a number to the nearest integer, halves away from zero.
pub(crate) static ROUND: Function = Function {
    name: "round",
    summary: "Rounds a number to the nearest integer, halves away from zero.",
    dispatches: &[Dispatch { signature: "(Numeric $val)", run }],
    examples: &[Example { code: "round(3.5)", gives: "4" }, Example { code: "round(-2.5)", gives: "-3" }],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    match arguments.get(0) {
        Value::Float(value) => {
            let half = if *value > 0.0 { 0.5 } else { -0.5 };
            rounding::integer((value + half).trunc())
        }
        // As floats, so that great numbers lose their last digits, as they do in Puppet.
        #[expect(clippy::cast_precision_loss, reason = "meant")]
        Value::Integer(value) => {
            let half = if *value > 0 { 0.5 } else { -0.5 };
            rounding::integer((*value as f64 + half).trunc())
        }
        other => Ok(other.clone()),
    }
}
