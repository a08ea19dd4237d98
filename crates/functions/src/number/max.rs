//! `max`.

use std::cmp::Ordering::Greater;

use crate::extreme;
use crate::prelude::*;

/// Gives the greatest of its arguments, or of the elements of an array.
pub(crate) static MAX: Function = Function {
    name: "max",
    summary: "Gives the greatest of its arguments, or of the elements of an array.",
    dispatches: &[
        Dispatch {
            signature: "(Numeric *$values)",
            run: |_, arguments| extreme::ordered("max", Greater, arguments.values),
        },
        Dispatch {
            signature: "(String *$values)",
            run: |context, arguments| extreme::texts("max", Greater, context, arguments.values),
        },
        Dispatch {
            signature: "(SemVer *$values)",
            run: |_, arguments| extreme::ordered("max", Greater, arguments.values),
        },
        Dispatch {
            signature: "(Timespan *$values)",
            run: |_, arguments| extreme::ordered("max", Greater, arguments.values),
        },
        Dispatch {
            signature: "(Timestamp *$values)",
            run: |_, arguments| extreme::ordered("max", Greater, arguments.values),
        },
        Dispatch {
            signature: "(Array[Numeric] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("max", Greater, context, arguments),
        },
        Dispatch {
            signature: "(Array[String] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("max", Greater, context, arguments),
        },
        Dispatch {
            signature: "(Array[SemVer] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("max", Greater, context, arguments),
        },
        Dispatch {
            signature: "(Array[Timespan] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("max", Greater, context, arguments),
        },
        Dispatch {
            signature: "(Array[Timestamp] $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("max", Greater, context, arguments),
        },
        Dispatch {
            signature: "(Array $values, Optional[Callable[2,2]] &$block)",
            run: |context, arguments| extreme::array("max", Greater, context, arguments),
        },
        Dispatch {
            signature: "(Any *$values, Callable[2,2] &$block)",
            run: |context, arguments| extreme::by_block(Greater, context, arguments, arguments.values),
        },
        Dispatch {
            signature: "(Any *$values)",
            run: |context, arguments| extreme::any("max", Greater, context, arguments.values),
        },
    ],
    examples: &[
        Example { code: "max(1, 3, 2)", gives: "3" },
        Example { code: "max(['a', 'c', 'b'])", gives: "'c'" },
        Example { code: "max([1, 3, 2]) |$a, $b| { compare($b, $a) }", gives: "1" },
    ],
    signatures: OnceLock::new(),
};
