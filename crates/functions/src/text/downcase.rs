//! `downcase`.

use crate::letters::each_deep;
use crate::prelude::*;

/// Makes all letters of a text small, also within arrays and hashes.
pub(crate) static DOWNCASE: Function = Function {
    name: "downcase",
    summary: "Makes all letters of a text small, also within arrays and hashes.",
    dispatches: &[
        Dispatch { signature: "(Numeric $arg)", run: |_, arguments| Ok(each_deep(arguments.get(0), &small)) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| Ok(each_deep(arguments.get(0), &small)) },
        Dispatch {
            signature: "(Array[StringData] $arg)",
            run: |_, arguments| Ok(each_deep(arguments.get(0), &small)),
        },
        Dispatch {
            signature: "(Hash[StringData, StringData] $arg)",
            run: |_, arguments| Ok(each_deep(arguments.get(0), &small)),
        },
    ],
    examples: &[
        Example { code: "downcase('HeLLo')", gives: "'hello'" },
        Example { code: "downcase({'A' => ['B', 1]})", gives: "{'a' => ['b', 1]}" },
    ],
    signatures: OnceLock::new(),
};

/// Letter by letter: a sigma at the end of a word is not told apart.
fn small(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
