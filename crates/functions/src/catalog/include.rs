//! `include`.

use super::classes;
use crate::context::Inclusion;
use crate::prelude::*;

/// Declares classes that are not declared yet.
pub(crate) static INCLUDE: Function = Function {
    name: "include",
    summary: "Declares classes that are not declared yet.",
    dispatches: &[Dispatch {
        signature: "(Any +$names)",
        run: |context, arguments| classes::declare("include", Inclusion::Include, context, arguments),
    }],
    examples: &[Example { code: "include('site')", gives: "[Class['site']]" }],
    signatures: OnceLock::new(),
};
