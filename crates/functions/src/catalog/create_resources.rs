//! `create_resources`.

use super::compilation;
use crate::legacy::{self, Arity};
use crate::prelude::*;

/// Declares resources of a type, whose titles and parameters stand in a hash.
pub(crate) static CREATE_RESOURCES: Function = Function {
    name: "create_resources",
    summary: "Declares resources of a type, whose titles and parameters stand in a hash.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[
        Example {
            code: "create_resources('file', {'/tmp/a' => {'ensure' => 'file'}}, {'mode' => '0644'})",
            gives: "undef",
        },
        Example {
            code: "create_resources('file', 1)",
            gives: "error: create_resources(): second argument must be a hash",
        },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("create_resources", Arity::AtLeast(2), arguments)?;
    if values.len() > 3 {
        let count = values.len();
        return fail(format!("create_resources(): wrong number of arguments ({count}; must be 2 or 3)"));
    }
    let [kind, resources, rest @ ..] = values.as_slice() else { return Ok(Value::Undef) };
    if resources.as_hash().is_none() {
        return fail("create_resources(): second argument must be a hash");
    }
    let none = Value::hash::<Value>([]);
    let defaults = rest.first().unwrap_or(&none);
    if defaults.as_hash().is_none() {
        return fail("create_resources(): third argument, if provided, must be a hash");
    }
    let Some(kind) = kind.as_str() else {
        return fail(format!("undefined method `sub' for {}", crate::ruby::receiver(kind)));
    };
    compilation("create_resources", context)?.create_resources(kind, resources, defaults)?;
    Ok(Value::Undef)
}
