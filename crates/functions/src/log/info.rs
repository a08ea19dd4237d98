//! `info`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `info`: for information.
pub(crate) static INFO: Function = Function {
    name: "info",
    summary: "Writes its arguments to the log at the level `info`: for information.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Info, context, arguments),
    }],
    examples: &[Example { code: r#"info("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
