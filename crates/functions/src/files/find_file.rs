//! `find_file`.

use super::content;
use crate::prelude::*;
use crate::ruby::flatten;

/// Gives the path of the first file that there is, of a module or by its full path.
pub(crate) static FIND_FILE: Function = Function {
    name: "find_file",
    summary: "Gives the path of the first file that there is, of a module or by its full path.",
    dispatches: &[
        Dispatch {
            signature: "(String *$paths)",
            run: |context, arguments| content::find("find_file", context, "files", arguments.values),
        },
        Dispatch {
            signature: "(Array[String] *$paths_array)",
            run: |context, arguments| {
                content::find("find_file", context, "files", &flatten(arguments.values))
            },
        },
    ],
    examples: &[
        Example { code: "find_file('site/nothing', 'site/motd')", gives: "'/modules/site/files/motd'" },
        Example { code: "find_file('site/nothing')", gives: "undef" },
    ],
    signatures: OnceLock::new(),
};
