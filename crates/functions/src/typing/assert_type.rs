//! `assert_type`.

use values::Type;
use values::mismatch::describe_mismatch;
use values::types::{infer_set, parse};

use crate::prelude::*;

/// Gives a value that is of a type; otherwise fails, or gives what a block makes of both types.
pub(crate) static ASSERT_TYPE: Function = Function {
    name: "assert_type",
    summary: "Gives a value that is of a type; otherwise fails, or gives what a block makes of both types.",
    dispatches: &[
        Dispatch {
            signature: "(Type $type, Any $value, Optional[Callable[Type, Type]] &$block)",
            run: of_type,
        },
        Dispatch {
            signature: "(String $type_string, Any $value, Optional[Callable[Type, Type]] &$block)",
            run: of_text,
        },
    ],
    examples: &[
        Example { code: "assert_type(Integer, 3)", gives: "3" },
        Example {
            code: "assert_type('String[1]', '') |$expected, $actual| { 'default' }",
            gives: "'default'",
        },
        Example {
            code: "assert_type(Integer, 'a')",
            gives: "error: assert_type(): expects an Integer value, got String",
        },
    ],
    signatures: OnceLock::new(),
};

fn of_type(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    match arguments.get(0) {
        Value::Type(expected) => check(context, arguments, expected),
        _ => Ok(arguments.get(1).clone()),
    }
}

fn of_text(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let text = arguments.get(0).as_str().unwrap_or_default();
    let expected = parse(text, context.types()).map_err(|error| Failure::new(error.to_string()))?;
    check(context, arguments, &expected)
}

fn check(context: &mut dyn Context, arguments: &Arguments<'_>, expected: &Type) -> Answer {
    let value = arguments.get(1);
    if expected.is_instance(value) {
        return Ok(value.clone());
    }
    let actual = infer_set(value);
    match arguments.block {
        Some(block) => block.call(context, &[Value::Type(expected.clone()), Value::Type(actual)]),
        None => fail(describe_mismatch("assert_type():", expected, &actual)),
    }
}
