//! `find_template`.

use super::content;
use crate::prelude::*;
use crate::ruby::flatten;

/// Gives the path of the first template that there is, of a module or by its full path.
pub(crate) static FIND_TEMPLATE: Function = Function {
    name: "find_template",
    summary: "Gives the path of the first template that there is, of a module or by its full path.",
    dispatches: &[
        Dispatch {
            signature: "(String *$paths)",
            run: |context, arguments| content::find("find_template", context, "templates", arguments.values),
        },
        Dispatch {
            signature: "(Array[String] *$paths_array)",
            run: |context, arguments| {
                content::find("find_template", context, "templates", &flatten(arguments.values))
            },
        },
    ],
    examples: &[Example {
        code: "find_template('site/motd.epp')",
        gives: "'/modules/site/templates/motd.epp'",
    }],
    signatures: OnceLock::new(),
};
