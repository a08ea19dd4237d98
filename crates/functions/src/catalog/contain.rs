//! `contain`.

use super::classes;
use crate::context::Inclusion;
use crate::prelude::*;

/// Declares classes and contains them in the class around.
pub(crate) static CONTAIN: Function = Function {
    name: "contain",
    summary: "Declares classes and contains them in the class around.",
    dispatches: &[Dispatch {
        signature: "(Any +$names)",
        run: |context, arguments| classes::declare("contain", Inclusion::Contain, context, arguments),
    }],
    examples: &[Example { code: "contain('site', ['other'])", gives: "[Class['site'], Class['other']]" }],
    signatures: OnceLock::new(),
};
