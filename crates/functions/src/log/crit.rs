//! `crit`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `crit`: a critical condition.
pub(crate) static CRIT: Function = Function {
    name: "crit",
    summary: "Writes its arguments to the log at the level `crit`: a critical condition.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Crit, context, arguments),
    }],
    examples: &[Example { code: r#"crit("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
