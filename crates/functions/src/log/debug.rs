//! `debug`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `debug`: what helps to find mistakes.
pub(crate) static DEBUG: Function = Function {
    name: "debug",
    summary: "Writes its arguments to the log at the level `debug`: what helps to find mistakes.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Debug, context, arguments),
    }],
    examples: &[Example { code: r#"debug("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
