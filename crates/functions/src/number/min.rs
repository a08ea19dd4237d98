//! `min`.

use std::cmp::Ordering::Less;

use crate::extreme;
use crate::prelude::*;

/// Gives the least of its arguments, or of the elements of an array.
pub(crate) static MIN: Function = Function {
    name: "min",
    summary: "Gives the least of its arguments, or of the elements of an array.",
    dispatches: &[
        Dispatch {
            signature: "(Numeric *$values)",
            run: |_, arguments| extreme::ordered("min", Less, arguments.values),
        },
        Dispatch {
            signature: "(String *$values)",
            run: |context, arguments| extreme::texts("min", Less, context, arguments.values),
        },
        Dispatch {
            signature: "(SemVer *$values)",
            run: |_, arguments| extreme::ordered("min", Less, arguments.values),
        },
        Dispatch {
            signature: "(Timespan *$values)",
            run: |_, arguments| extreme::ordered("min", Less, arguments.values),
        },
        Dispatch {
            signature: "(Timestamp *$values)",
            run: |_, arguments| extreme::ordered("min", Less, arguments.values),
        },
        Dispatch {
            signature: "(Array[Numeric] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("min", Less, context, arguments),
        },
        Dispatch {
            signature: "(Array[SemVer] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("min", Less, context, arguments),
        },
        Dispatch {
            signature: "(Array[Timespan] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("min", Less, context, arguments),
        },
        Dispatch {
            signature: "(Array[Timestamp] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("min", Less, context, arguments),
        },
        Dispatch {
            signature: "(Array[String] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("min", Less, context, arguments),
        },
        Dispatch {
            signature: "(Array $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("min", Less, context, arguments),
        },
        Dispatch {
            signature: "(Any *$values, Callable[2,2] &$block)",
            run: |context, arguments| extreme::by_block(Less, context, arguments, arguments.values),
        },
        Dispatch {
            signature: "(Any *$values)",
            run: |context, arguments| extreme::any("min", Less, context, arguments.values),
        },
    ],
    examples: &[
        Example { code: "min(2, 1, 3)", gives: "1" },
        Example { code: "min(['b', 'a'])", gives: "'a'" },
    ],
    signatures: OnceLock::new(),
};
