//! `module_directory`.

use crate::catalog::compilation;
use crate::prelude::*;
use crate::ruby::flatten;

/// Gives the folder of the first module that there is.
pub(crate) static MODULE_DIRECTORY: Function = Function {
    name: "module_directory",
    summary: "Gives the folder of the first module that there is.",
    dispatches: &[
        Dispatch { signature: "(String *$names)", run },
        Dispatch { signature: "(Array[String] *$names)", run },
    ],
    examples: &[
        Example { code: "module_directory('nothing', 'site')", gives: "'/modules/site'" },
        Example { code: "module_directory('nothing')", gives: "undef" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let compilation = compilation("module_directory", context)?;
    let names = flatten(arguments.values);
    let found = names.iter().filter_map(Value::as_str).find_map(|name| compilation.module_directory(name));
    Ok(found.map_or(Value::Undef, Value::from))
}
