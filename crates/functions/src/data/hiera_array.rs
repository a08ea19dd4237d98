//! `hiera_array`.

use super::old_lookup;
use crate::prelude::*;

/// Looks up the values of a key on all levels as one array. Superseded by `lookup`.
pub(crate) static HIERA_ARRAY: Function = Function {
    name: "hiera_array",
    summary: "Looks up the values of a key on all levels as one array. Superseded by `lookup`.",
    dispatches: &[
        Dispatch {
            signature: "(Tuple[String, Any, Any, 1, 3] $args)",
            run: |context, arguments| old_lookup::run("hiera_array", "unique", context, arguments),
        },
        Dispatch {
            signature: "(String $key)",
            run: |context, arguments| old_lookup::run("hiera_array", "unique", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Any $default, Any $override = undef)",
            run: |context, arguments| old_lookup::run("hiera_array", "unique", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Callable[1,1] &$default_block)",
            run: |context, arguments| old_lookup::run("hiera_array", "unique", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Any $override, Callable[1,1] &$default_block)",
            run: |context, arguments| old_lookup::run("hiera_array", "unique", context, arguments),
        },
    ],
    examples: &[Example { code: "hiera_array('nothing', [1])", gives: "[1]" }],
    signatures: OnceLock::new(),
};
