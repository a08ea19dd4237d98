//! `require`.

use super::classes;
use crate::context::Inclusion;
use crate::prelude::*;

/// Declares classes, which are applied before the class around.
pub(crate) static REQUIRE: Function = Function {
    name: "require",
    summary: "Declares classes, which are applied before the class around.",
    dispatches: &[Dispatch {
        signature: "(Any +$names)",
        run: |context, arguments| classes::declare("require", Inclusion::Require, context, arguments),
    }],
    examples: &[Example { code: "require('site')", gives: "[Class['site']]" }],
    signatures: OnceLock::new(),
};
