//! Functions that round a number.

use values::Value;

use crate::call::Arguments;
use crate::context::{Context, Level};
use crate::prelude::{Answer, fail};

/// The first argument, a number, rounded.
pub(crate) fn of_number(arguments: &Arguments<'_>, round: fn(f64) -> f64) -> Answer {
    match arguments.get(0) {
        Value::Float(value) => integer(round(*value)),
        other => Ok(other.clone()),
    }
}

/// The first argument, a text, as a number rounded: what Puppet still does, and warns of.
pub(crate) fn of_text(
    name: &str,
    context: &mut dyn Context,
    arguments: &Arguments<'_>,
    round: fn(f64) -> f64,
) -> Answer {
    context.log(
        Level::Warning,
        format!(
            "The {name}() function's auto conversion of String to Float is deprecated - \
             change to convert input before calling"
        ),
    );
    match float(arguments.get(0).as_str().unwrap_or_default()) {
        Some(value) => integer(round(value)),
        None => fail(format!("{name}(): cannot convert given value to a floating point value.")),
    }
}

/// A float without fraction as an integer.
pub(crate) fn integer(value: f64) -> Answer {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if !value.is_finite() {
        return fail(values::text::interpolated(&Value::Float(value)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range is looked at")]
    if (-BEYOND..BEYOND).contains(&value) {
        return Ok(Value::Integer(value as i64));
    }
    fail(format!("Use of a Ruby Integer outside of Puppet Integer range, got '{value}'"))
}

/// `Float(text)`: digits that single underscores may part, a fraction and an exponent; integers with a base too.
fn float(text: &str) -> Option<f64> {
    let text = text.trim_matches(|character: char| character.is_ascii_whitespace());
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    #[expect(clippy::cast_precision_loss, reason = "what Ruby does")]
    if let Some(hexadecimal) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return u64::from_str_radix(hexadecimal, 16).ok().map(|value| sign * value as f64);
    }
    let bytes = digits.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let well_formed = bytes.iter().enumerate().all(|(index, byte)| match byte {
        b'0'..=b'9' | b'e' | b'E' => true,
        b'.' => (index == 0 || is_digit(index - 1)) && is_digit(index + 1),
        b'_' => index > 0 && is_digit(index - 1) && is_digit(index + 1),
        b'+' | b'-' => index > 0 && matches!(bytes.get(index - 1), Some(b'e' | b'E')),
        _ => false,
    });
    if !well_formed || digits.starts_with(['e', 'E']) {
        return None;
    }
    digits.replace('_', "").parse::<f64>().ok().map(|value| sign * value)
}
