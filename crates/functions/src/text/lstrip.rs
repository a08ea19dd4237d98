//! `lstrip`.

use crate::letters::{each_text, is_space};
use crate::prelude::*;

/// Takes the space from the start of a text.
pub(crate) static LSTRIP: Function = Function {
    name: "lstrip",
    summary: "Takes the space from the start of a text.",
    dispatches: &[
        Dispatch { signature: "(Numeric $arg)", run: |_, arguments| each_text(arguments, stripped) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| each_text(arguments, stripped) },
        Dispatch {
            signature: "(Iterable[Variant[String, Numeric]] $arg)",
            run: |_, arguments| each_text(arguments, stripped),
        },
    ],
    examples: &[Example { code: r#"lstrip("  a b ")"#, gives: "'a b '" }],
    signatures: OnceLock::new(),
};

fn stripped(text: &str) -> String {
    text.trim_start_matches(is_space).to_owned()
}
