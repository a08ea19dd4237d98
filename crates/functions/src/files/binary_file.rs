//! `binary_file`.

use super::content;
use crate::prelude::*;

/// Gives the bytes of a file of a module, or of one by its full path.
pub(crate) static BINARY_FILE: Function = Function {
    name: "binary_file",
    summary: "Gives the bytes of a file of a module, or of one by its full path.",
    dispatches: &[Dispatch { signature: "(String $path)", run }],
    examples: &[
        Example { code: "binary_file('site/motd')", gives: "Binary('aGVsbG8K')" },
        Example {
            code: "binary_file('site/nothing')",
            gives: "error: binary_file(): The given file 'site/nothing' does not exist",
        },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let name = arguments.get(0).as_str().unwrap_or_default();
    match content::read("binary_file", context, "files", name)? {
        Some(bytes) => Ok(Value::Binary(bytes.into())),
        None => fail(format!("binary_file(): The given file '{name}' does not exist")),
    }
}
