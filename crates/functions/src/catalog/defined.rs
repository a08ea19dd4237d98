//! `defined`.

use super::compilation;
use crate::prelude::*;

/// Says whether any of some classes, types, resources or variables is known.
pub(crate) static DEFINED: Function = Function {
    name: "defined",
    summary: "Says whether any of some classes, types, resources or variables is known.",
    dispatches: &[Dispatch {
        signature: "(Variant[String, Type[CatalogEntry], Type[Type[CatalogEntry]]] +$vals)",
        run,
    }],
    examples: &[
        Example { code: "defined('file')", gives: "true" },
        Example { code: "defined('nothing', 'nothing::else')", gives: "false" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    for value in arguments.values {
        let found = match value.as_str() {
            Some("") => false,
            Some(text) if text.len() > 1 && text.starts_with('$') => {
                context.variable(text.trim_start_matches('$')).is_some()
            }
            _ => compilation("defined", context)?.is_defined(value)?,
        };
        if found {
            return Ok(Value::Boolean(true));
        }
    }
    Ok(Value::Boolean(false))
}
