//! `chomp`.

use crate::letters::each_text;
use crate::prelude::*;

/// Takes the line break from the end of a text.
pub(crate) static CHOMP: Function = Function {
    name: "chomp",
    summary: "Takes the line break from the end of a text.",
    dispatches: &[
        Dispatch { signature: "(Numeric $arg)", run: |_, arguments| each_text(arguments, chomped) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| each_text(arguments, chomped) },
        Dispatch {
            signature: "(Iterable[Variant[String, Numeric]] $arg)",
            run: |_, arguments| each_text(arguments, chomped),
        },
    ],
    examples: &[Example { code: r#"chomp("hello\r\n")"#, gives: "'hello'" }],
    signatures: OnceLock::new(),
};

fn chomped(text: &str) -> String {
    text.strip_suffix("\r\n").or_else(|| text.strip_suffix(['\r', '\n'])).unwrap_or(text).to_owned()
}
