//! `strip`.

use crate::letters::{each_text, is_space};
use crate::prelude::*;

/// Takes the space from both ends of a text.
pub(crate) static STRIP: Function = Function {
    name: "strip",
    summary: "Takes the space from both ends of a text.",
    dispatches: &[
        Dispatch { signature: "(Numeric $arg)", run: |_, arguments| each_text(arguments, stripped) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| each_text(arguments, stripped) },
        Dispatch {
            signature: "(Iterable[Variant[String, Numeric]] $arg)",
            run: |_, arguments| each_text(arguments, stripped),
        },
    ],
    examples: &[Example { code: r#"strip(" a b\n")"#, gives: "'a b'" }],
    signatures: OnceLock::new(),
};

fn stripped(text: &str) -> String {
    text.trim_matches(is_space).to_owned()
}
