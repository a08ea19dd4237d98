//! `warning`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `warning`: a warning.
pub(crate) static WARNING: Function = Function {
    name: "warning",
    summary: "Writes its arguments to the log at the level `warning`: a warning.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Warning, context, arguments),
    }],
    examples: &[Example { code: r#"warning("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
