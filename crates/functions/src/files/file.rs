//! `file`.

use super::content;
use crate::legacy::{self, Arity};
use crate::prelude::*;
use crate::ruby;

/// Gives the text of the first file that there is, of a module or by its full path.
pub(crate) static FILE: Function = Function {
    name: "file",
    summary: "Gives the text of the first file that there is, of a module or by its full path.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[
        Example { code: "file('site/nothing', 'site/motd')", gives: r#""hello\n""# },
        Example { code: "file('site/nothing')", gives: "error: Could not find any files from site/nothing" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("file", Arity::AtLeast(1), arguments)?;
    for name in &values {
        let Some(name) = name.as_str() else {
            return fail(format!("undefined method `split' for {}", ruby::receiver(name)));
        };
        if let Some(bytes) = content::read("file", context, "files", name)? {
            return Ok(content::text(name, bytes)?.into());
        }
    }
    fail(format!("Could not find any files from {}", ruby::join(&values, ", ")))
}
