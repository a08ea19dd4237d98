//! `emerg`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `emerg`: that the system cannot be used.
pub(crate) static EMERG: Function = Function {
    name: "emerg",
    summary: "Writes its arguments to the log at the level `emerg`: that the system cannot be used.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Emerg, context, arguments),
    }],
    examples: &[Example { code: r#"emerg("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
