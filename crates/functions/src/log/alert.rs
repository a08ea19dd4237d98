//! `alert`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `alert`: what must be acted upon at once.
pub(crate) static ALERT: Function = Function {
    name: "alert",
    summary: "Writes its arguments to the log at the level `alert`: what must be acted upon at once.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Alert, context, arguments),
    }],
    examples: &[Example { code: r#"alert("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
