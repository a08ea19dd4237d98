//! `upcase`.

use crate::letters::each_deep;
use crate::prelude::*;

/// Makes all letters of a text capitals, also within arrays and hashes.
pub(crate) static UPCASE: Function = Function {
    name: "upcase",
    summary: "Makes all letters of a text capitals, also within arrays and hashes.",
    dispatches: &[
        Dispatch {
            signature: "(Numeric $arg)",
            run: |_, arguments| Ok(each_deep(arguments.get(0), &str::to_uppercase)),
        },
        Dispatch {
            signature: "(String $arg)",
            run: |_, arguments| Ok(each_deep(arguments.get(0), &str::to_uppercase)),
        },
        Dispatch {
            signature: "(Array[StringData] $arg)",
            run: |_, arguments| Ok(each_deep(arguments.get(0), &str::to_uppercase)),
        },
        Dispatch {
            signature: "(Hash[StringData, StringData] $arg)",
            run: |_, arguments| Ok(each_deep(arguments.get(0), &str::to_uppercase)),
        },
    ],
    examples: &[
        Example { code: "upcase('hello')", gives: "'HELLO'" },
        Example { code: "upcase(['a', {'b' => 'ß'}])", gives: "['A', {'B' => 'SS'}]" },
    ],
    signatures: OnceLock::new(),
};
