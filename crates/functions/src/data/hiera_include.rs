//! `hiera_include`.

use super::old_lookup;
use crate::prelude::*;

/// Looks up classes by a key on all levels, and declares them. Superseded by `lookup`.
pub(crate) static HIERA_INCLUDE: Function = Function {
    name: "hiera_include",
    summary: "Looks up classes by a key on all levels, and declares them. Superseded by `lookup`.",
    dispatches: &[
        Dispatch { signature: "(Tuple[String, Any, Any, 1, 3] $args)", run },
        Dispatch { signature: "(String $key)", run },
        Dispatch { signature: "(String $key, Any $default, Any $override = undef)", run },
        Dispatch { signature: "(String $key, Callable[1,1] &$default_block)", run },
        Dispatch { signature: "(String $key, Any $override, Callable[1,1] &$default_block)", run },
    ],
    examples: &[Example { code: "hiera_include('nothing', ['site'])", gives: "['site']" }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let found = old_lookup::run("hiera_include", "unique", context, arguments)?;
    let is_empty = match &found {
        Value::Undef => return fail(format!("Could not find data item {}", arguments.get(0))),
        Value::Array(elements) => elements.is_empty(),
        Value::Hash(entries) => entries.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if !is_empty {
        context.call("include", std::slice::from_ref(&found), None)?;
    }
    Ok(found)
}
