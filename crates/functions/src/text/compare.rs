//! `compare`.

use std::cmp::Ordering;

use values::compare::compare as ordered;
use values::label::label;

use crate::prelude::*;

/// Compares two values: -1, 0 or 1; texts without regard to case unless told otherwise.
pub(crate) static COMPARE: Function = Function {
    name: "compare",
    summary: "Compares two values: -1, 0 or 1; texts without regard to case unless told otherwise.",
    dispatches: &[
        Dispatch { signature: "(Numeric $a, Numeric $b)", run: |_, arguments| plain(arguments) },
        Dispatch {
            signature: "(String $a, String $b, Boolean $ignore_case = true)",
            run: |_, arguments| texts(arguments),
        },
        Dispatch { signature: "(SemVer $a, SemVer $b)", run: |_, arguments| plain(arguments) },
        Dispatch {
            signature: "(Numeric $a, Variant[Timespan, Timestamp] $b)",
            run: |_, arguments| plain(arguments),
        },
        Dispatch {
            signature: "(Timestamp $a, Variant[Timestamp, Numeric] $b)",
            run: |_, arguments| plain(arguments),
        },
        Dispatch {
            signature: "(Timespan $a, Variant[Timespan, Numeric] $b)",
            run: |_, arguments| plain(arguments),
        },
        Dispatch {
            signature: "otherwise (Comparable $a, Comparable $b, Any *$ignore_case)",
            run: |_, arguments| incompatible(arguments),
        },
        Dispatch {
            signature: "otherwise (Any $a, Any $b, Any *$ignore_case)",
            run: |_, arguments| incomparable(arguments),
        },
    ],
    examples: &[
        Example { code: "compare(1, 2)", gives: "-1" },
        Example { code: "compare('A', 'a')", gives: "0" },
        Example { code: "compare('A', 'a', false)", gives: "-1" },
    ],
    signatures: OnceLock::new(),
};

fn plain(arguments: &Arguments<'_>) -> Answer {
    Ok(ordered(arguments.get(0), arguments.get(1)).map_or(Value::Undef, number))
}

fn texts(arguments: &Arguments<'_>) -> Answer {
    let exactly = matches!(arguments.values.get(2), Some(Value::Boolean(false)));
    match (arguments.get(0), arguments.get(1)) {
        (Value::String(left), Value::String(right)) if exactly => {
            Ok(number(left.as_bytes().cmp(right.as_bytes())))
        }
        _ => plain(arguments),
    }
}

fn number(order: Ordering) -> Value {
    Value::Integer(order as i64)
}

fn incompatible(arguments: &Arguments<'_>) -> Answer {
    let (a, b, rest) = (arguments.get(0), arguments.get(1), arguments.values.get(2..).unwrap_or_default());
    if let Some(third) = rest.first() {
        if !matches!((a, b), (Value::String(_), Value::String(_))) {
            return refused("The third argument (ignore case) can only be used when comparing strings");
        }
        if rest.len() != 1 {
            return refused(&format!("Accepts at most 3 arguments, got {}", 2 + rest.len()));
        }
        if !matches!(third, Value::Boolean(_)) {
            let got = label(third);
            return refused(&format!("The third argument (ignore case) must be a Boolean. Got {got}"));
        }
    }
    let (a, b) = (label(a), label(b));
    let rule = "Can only compare values of the same type (or for Timestamp/Timespan also against Numeric)";
    refused(&format!("{rule}. Got {a} and {b}"))
}

fn incomparable(arguments: &Arguments<'_>) -> Answer {
    let (a, b) = (label(arguments.get(0)), label(arguments.get(1)));
    let rule = "Only values of the types Numeric, String, Semver, Timestamp and Timestamp can be compared";
    refused(&format!("Non comparable type. {rule}. Got {a} and {b}"))
}

fn refused(why: &str) -> Answer {
    fail(format!("'compare' compare(): {why}"))
}
