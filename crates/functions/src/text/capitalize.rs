//! `capitalize`.

use crate::letters::{capitalize, each_text};
use crate::prelude::*;

/// Makes the first letter of a text a capital, and all others small.
pub(crate) static CAPITALIZE: Function = Function {
    name: "capitalize",
    summary: "Makes the first letter of a text a capital, and all others small.",
    dispatches: &[
        Dispatch { signature: "(Numeric $arg)", run: |_, arguments| each_text(arguments, capitalize) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| each_text(arguments, capitalize) },
        Dispatch {
            signature: "(Iterable[Variant[String, Numeric]] $arg)",
            run: |_, arguments| each_text(arguments, capitalize),
        },
    ],
    examples: &[
        Example { code: "capitalize('hELLO')", gives: "'Hello'" },
        Example { code: "capitalize(['abc', 'def'])", gives: "['Abc', 'Def']" },
    ],
    signatures: OnceLock::new(),
};
