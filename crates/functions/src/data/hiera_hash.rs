//! `hiera_hash`.

use super::old_lookup;
use crate::prelude::*;

/// Looks up the hashes of a key on all levels as one hash. Superseded by `lookup`.
pub(crate) static HIERA_HASH: Function = Function {
    name: "hiera_hash",
    summary: "Looks up the hashes of a key on all levels as one hash. Superseded by `lookup`.",
    dispatches: &[
        Dispatch {
            signature: "(Tuple[String, Any, Any, 1, 3] $args)",
            run: |context, arguments| old_lookup::run("hiera_hash", "hash", context, arguments),
        },
        Dispatch {
            signature: "(String $key)",
            run: |context, arguments| old_lookup::run("hiera_hash", "hash", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Any $default, Any $override = undef)",
            run: |context, arguments| old_lookup::run("hiera_hash", "hash", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Callable[1,1] &$default_block)",
            run: |context, arguments| old_lookup::run("hiera_hash", "hash", context, arguments),
        },
        Dispatch {
            signature: "(String $key, Any $override, Callable[1,1] &$default_block)",
            run: |context, arguments| old_lookup::run("hiera_hash", "hash", context, arguments),
        },
    ],
    examples: &[Example { code: "hiera_hash('nothing', {'a' => 1})", gives: "{'a' => 1}" }],
    signatures: OnceLock::new(),
};
