//! `abs`.

use crate::context::Level;
use crate::prelude::*;

/// Gives a number without its sign.
pub(crate) static ABS: Function = Function {
    name: "abs",
    summary: "Gives a number without its sign.",
    dispatches: &[
        Dispatch { signature: "(Numeric $val)", run: of_number },
        Dispatch { signature: "(String $val)", run: of_text },
    ],
    examples: &[Example { code: "abs(-3)", gives: "3" }, Example { code: "abs(-1.5)", gives: "1.5" }],
    signatures: OnceLock::new(),
};

fn of_number(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    Ok(match arguments.get(0) {
        Value::Float(value) => Value::Float(value.abs()),
        Value::Integer(value) => match value.checked_abs() {
            Some(value) => Value::Integer(value),
            None => return fail("integer overflow"),
        },
        other => other.clone(),
    })
}

fn of_text(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    context.log(
        Level::Warning,
        "The abs() function's auto conversion of String to Numeric is deprecated - \
         change to convert input before calling"
            .into(),
    );
    let text = arguments.get(0).as_str().unwrap_or_default();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let refused = "abs(): Requires float or integer to work with - was given non decimal string";
    match digits.split_once('.') {
        Some((whole, fraction)) if is_number(whole) && is_number(fraction) => {
            Ok(Value::Float(digits.parse().unwrap_or_default()))
        }
        None if is_number(digits) => digits.parse().map(Value::Integer).or_else(|_| fail(refused)),
        _ => fail(refused),
    }
}
