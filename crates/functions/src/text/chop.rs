//! `chop`.

use crate::letters::each_text;
use crate::prelude::*;

/// Takes the last character from a text, or the two of a line break.
pub(crate) static CHOP: Function = Function {
    name: "chop",
    summary: "Takes the last character from a text, or the two of a line break.",
    dispatches: &[
        Dispatch { signature: "(Numeric $arg)", run: |_, arguments| each_text(arguments, chopped) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| each_text(arguments, chopped) },
        Dispatch {
            signature: "(Iterable[Variant[String, Numeric]] $arg)",
            run: |_, arguments| each_text(arguments, chopped),
        },
    ],
    examples: &[
        Example { code: "chop('hello')", gives: "'hell'" },
        Example { code: r#"chop("hello\r\n")"#, gives: "'hello'" },
    ],
    signatures: OnceLock::new(),
};

fn chopped(text: &str) -> String {
    let mut characters = text.chars();
    if let Some('\n') = characters.next_back() {
        return text.strip_suffix("\r\n").unwrap_or(characters.as_str()).to_owned();
    }
    characters.as_str().to_owned()
}
