//! Numbers: integers of 64 bits, floats, and times, which count as numbers too.

use functions::Raised;
use syntax::ast::{Binary, BinaryOperator, Expression};
use values::Value;
use values::label::a_label;
use values::time::{Timespan, Timestamp};

use super::{not_applicable, time};
use crate::evaluator::{Frame, Outcome};
use crate::{label, ruby};

/// A number.
#[derive(Clone, Copy)]
pub(crate) enum Number {
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A length of time.
    Timespan(Timespan),
    /// A point in time.
    Timestamp(Timestamp),
}

impl Number {
    /// The number that a value is. A text that could be one is an error too, as Puppet is strict.
    pub(crate) fn of(value: &Value, at: &Expression, frame: &Frame<'_>) -> Result<Self, Raised> {
        match value {
            Value::Integer(value) => Ok(Self::Integer(*value)),
            Value::Float(value) => Ok(Self::Float(*value)),
            Value::Timespan(span) => Ok(Self::Timespan(*span)),
            Value::Timestamp(stamp) => Ok(Self::Timestamp(*stamp)),
            Value::String(text) => Err(match coerced(text) {
                Some(number) => frame.fail(
                    at,
                    format_args!(
                        "The string '{text}' was automatically coerced to the numerical value {number}"
                    ),
                ),
                None => frame.fail(at, format_args!("The value '{text}' cannot be converted to Numeric.")),
            }),
            other => {
                let shown = ruby::to_s(other);
                Err(frame.fail(at, format_args!("The value '{shown}' cannot be converted to Numeric.")))
            }
        }
    }

    /// As a value again.
    pub(crate) fn value(self) -> Value {
        match self {
            Self::Integer(value) => Value::Integer(value),
            Self::Float(value) => Value::Float(value),
            Self::Timespan(span) => Value::Timespan(span),
            Self::Timestamp(stamp) => Value::Timestamp(stamp),
        }
    }
}

/// The number that a text says, written as such; it need not fit into an integer.
fn coerced(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_large = digits.len() > 18 && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_large && !digits.starts_with('0') {
        return Some(text.to_owned());
    }
    numeric(text).map(|number| number.to_string())
}

/// The number that a text says, in any of the forms that the language has; each may have a minus before it.
pub(crate) fn numeric(text: &str) -> Option<Value> {
    let text = text.trim_matches([' ', '\t']);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.trim_start_matches([' ', '\t']);
    let signed = |magnitude: u64| {
        let value = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
        i64::try_from(value).ok().map(Value::Integer)
    };
    if let Some(digits) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let all = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        return if all { signed(u64::from_str_radix(digits, 16).ok()?) } else { None };
    }
    if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let octal = digits.len() > 1 && digits.starts_with('0');
        return signed(u64::from_str_radix(digits, if octal { 8 } else { 10 }).ok()?);
    }
    let float =
        is_float(digits).then(|| digits.parse::<f64>().ok()).flatten().filter(|value| value.is_finite())?;
    Some(Value::Float(if negative { -float } else { float }))
}

/// Digits, perhaps a point and more digits, perhaps an exponent.
fn is_float(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(place) => text.split_at(place),
        None => (text, ""),
    };
    let exponent = exponent.get(1..).map(|exponent| exponent.strip_prefix('-').unwrap_or(exponent));
    let whole =
        mantissa.split_once('.').map_or(digits(mantissa), |(whole, part)| digits(whole) && digits(part));
    whole && exponent.is_none_or(digits)
}

pub(super) fn calculated(
    left: Number,
    right: Number,
    binary: &Binary<BinaryOperator>,
    at: &Expression,
    frame: &Frame<'_>,
) -> Outcome {
    let operator = binary.operator;
    if operator == BinaryOperator::Modulo {
        if let Number::Float(_) = left {
            return Err(not_applicable(operator, &left.value(), binary, frame));
        }
        if let Number::Float(_) = right {
            return Err(not_applicable_when(left, right, binary, frame));
        }
    }
    match (left, right) {
        (Number::Integer(left), Number::Integer(right)) => of_integers(left, right, binary, at, frame),
        (Number::Float(left), Number::Float(right)) => of_floats(left, right, binary, frame),
        (Number::Integer(left), Number::Float(right)) => match operator {
            BinaryOperator::LeftShift | BinaryOperator::RightShift => {
                of_integers(left, truncated(right), binary, at, frame)
            }
            _ => of_floats(float(left), right, binary, frame),
        },
        (Number::Float(left), Number::Integer(right)) => of_floats(left, float(right), binary, frame),
        (left, right) => time::calculated(left, right, binary, frame),
    }
}

#[expect(clippy::cast_precision_loss, reason = "as Ruby makes floats of integers")]
pub(super) fn float(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "as Ruby shifts by floats")]
fn truncated(value: f64) -> i64 {
    value as i64
}

pub(super) fn not_applicable_when(
    left: Number,
    right: Number,
    binary: &Binary<BinaryOperator>,
    frame: &Frame<'_>,
) -> Raised {
    let (left, right) = (a_label(&left.value()), a_label(&right.value()));
    let operator = binary.operator.text();
    let message = format!("Operator '{operator}' is not applicable to {left} when right side is {right}.");
    frame.fail(&binary.left, message)
}

pub(super) fn division_by_zero(binary: &Binary<BinaryOperator>, frame: &Frame<'_>) -> Raised {
    frame.fail(&binary.right, "Division by 0")
}

fn of_integers(
    left: i64,
    right: i64,
    binary: &Binary<BinaryOperator>,
    at: &Expression,
    frame: &Frame<'_>,
) -> Outcome {
    let (wide_left, wide_right) = (i128::from(left), i128::from(right));
    let result = match binary.operator {
        BinaryOperator::Plus => wide_left + wide_right,
        BinaryOperator::Minus => wide_left - wide_right,
        BinaryOperator::Times => wide_left * wide_right,
        BinaryOperator::Divide | BinaryOperator::Modulo if right == 0 => {
            return Err(division_by_zero(binary, frame));
        }
        BinaryOperator::Divide => floor_divided(wide_left, wide_right),
        BinaryOperator::Modulo => wide_left - wide_right * floor_divided(wide_left, wide_right),
        BinaryOperator::LeftShift => return shifted(left, wide_right, at, frame),
        _ => return shifted(left, -wide_right, at, frame),
    };
    match i64::try_from(result) {
        Ok(result) => Ok(Value::Integer(result)),
        Err(_) => {
            let sign = if result < 0 { '-' } else { '+' };
            Err(overflow(at, frame, result < 0, &format!("{sign}0x{:x}", result.unsigned_abs())))
        }
    }
}

pub(super) fn floor_divided(left: i128, right: i128) -> i128 {
    let quotient = left / right;
    if left % right != 0 && (left < 0) != (right < 0) { quotient - 1 } else { quotient }
}

/// To the left by so many bits; to the right where that is negative.
fn shifted(value: i64, by: i128, at: &Expression, frame: &Frame<'_>) -> Outcome {
    if by <= 0 || value == 0 {
        let by = u32::try_from(by.unsigned_abs()).unwrap_or(u32::MAX).min(63);
        return Ok(Value::Integer(value >> by));
    }
    let by = u32::try_from(by).unwrap_or(u32::MAX);
    let wide = i128::from(value);
    if by <= 63
        && let Ok(result) = i64::try_from(wide << by)
    {
        return Ok(Value::Integer(result));
    }
    let sign = if value < 0 { '-' } else { '+' };
    let leading = u128::from(value.unsigned_abs()) << (by % 4);
    // Nobody reads more zeros than this.
    let zeros = "0".repeat((by / 4).min(4_096) as usize);
    Err(overflow(at, frame, value < 0, &format!("{sign}0x{leading:x}{zeros}")))
}

fn overflow(at: &Expression, frame: &Frame<'_>, negative: bool, shown: &str) -> Raised {
    let what = label::upper_a(&at.kind);
    let end = if negative { "min" } else { "max" };
    frame.fail(
        at,
        format_args!("{what} resulted in a value outside of Puppet Integer {end} range, got '{shown}'"),
    )
}

fn of_floats(left: f64, right: f64, binary: &Binary<BinaryOperator>, frame: &Frame<'_>) -> Outcome {
    let result = match binary.operator {
        BinaryOperator::Plus => left + right,
        BinaryOperator::Minus => left - right,
        BinaryOperator::Times => left * right,
        BinaryOperator::Divide => left / right,
        operator => return Err(not_applicable(operator, &Value::Float(left), binary, frame)),
    };
    if result.is_infinite() {
        let operator = binary.operator.text();
        let message = format!("The result of the {operator} expression is Infinity");
        return Err(frame.fail(&binary.left, message));
    }
    Ok(Value::Float(result))
}

#[cfg(test)]
mod tests {
    use super::numeric;

    #[test]
    fn texts_that_say_numbers() {
        let cases = [("1", "1"), ("-0x1f", "-31"), ("017", "15"), ("1.5e3", "1500.0"), ("-1e-1", "-0.1")];
        for (text, expected) in cases {
            assert_eq!(numeric(text).map(|value| value.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "a", "1.", ".5", "08", "0xg", "1e", "--1"] {
            assert!(numeric(text).is_none(), "{text}");
        }
    }
}
