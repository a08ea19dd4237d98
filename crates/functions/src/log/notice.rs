//! `notice`.

use super::message;
use crate::context::Level;
use crate::prelude::*;

/// Writes its arguments to the log at the level `notice`: a remark.
pub(crate) static NOTICE: Function = Function {
    name: "notice",
    summary: "Writes its arguments to the log at the level `notice`: a remark.",
    dispatches: &[Dispatch {
        signature: "(Any *$values) >> Undef",
        run: |context, arguments| message::log(Level::Notice, context, arguments),
    }],
    examples: &[Example { code: r#"notice("hello", 1)"#, gives: "undef" }],
    signatures: OnceLock::new(),
};
