//! `err`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `err`: an error, and goes on.
pub(crate) static ERR: Function = Function {
    name: "err",
    summary: "Writes its arguments to the log at the level `err`: an error, and goes on.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Err, context, arguments),
    }],
    examples: &[Example { code: r#"err("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
