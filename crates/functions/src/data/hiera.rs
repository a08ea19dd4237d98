//! `hiera`.

use super::old_lookup;
use crate::prelude::*;

/// Looks up the first value of a key, as `lookup` would. Superseded by `lookup`.
pub(crate) static HIERA: Function = Function {
    name: "hiera",
    summary: "Looks up the first value of a key, as `lookup` would. Superseded by `lookup`.",
    dispatches: &[
        Dispatch {
            signature: "(Tuple[String, Any, Any, 1, 3] $args)",
            run: |context, arguments| old_lookup::run("hiera", "first", context, arguments),
        },
        Dispatch {
            signature: "(String $key)",
            run: |context, arguments| old_lookup::run("hiera", "first", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Any $default, Any $override = undef)",
            run: |context, arguments| old_lookup::run("hiera", "first", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Callable[1,1] &$default_block)",
            run: |context, arguments| old_lookup::run("hiera", "first", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Any $override, Callable[1,1] &$default_block)",
            run: |context, arguments| old_lookup::run("hiera", "first", context, arguments),
        },
    ],
    examples: &[
        Example { code: "hiera('port')", gives: "80" },
        Example { code: "hiera('nothing', 1)", gives: "1" },
    ],
    signatures: OnceLock::new(),
};
