//! Arithmetic with times.

use functions::Raised;
use syntax::ast::{Binary, BinaryOperator};
use values::Value;
use values::label::with_article;
use values::time::{SECOND, Timespan, Timestamp};

use super::arithmetic::{Number, division_by_zero, float, floor_divided, not_applicable_when};
use super::not_applicable;
use crate::evaluator::{Frame, Outcome};
use crate::failure::unplaced;

pub(super) fn span(nanoseconds: i128) -> Timespan {
    Timespan::from_nanoseconds(nanoseconds)
}

fn stamp(nanoseconds: i128) -> Timestamp {
    Timestamp::from_nanoseconds(nanoseconds)
}

/// At least one of both is a time.
pub(super) fn calculated(
    left: Number,
    right: Number,
    binary: &Binary<BinaryOperator>,
    frame: &Frame<'_>,
) -> Outcome {
    let operator = binary.operator;
    match (left, right) {
        (Number::Timespan(left), right) => of_span(left, right, binary, frame),
        (Number::Timestamp(left), right) => of_stamp(left, right, binary, frame),
        (number, Number::Timespan(right)) => match operator {
            BinaryOperator::Plus | BinaryOperator::Times => of_span(right, number, binary, frame),
            BinaryOperator::Minus => of_span(span(seconds(number)), Number::Timespan(right), binary, frame),
            _ => Err(not_applicable_when(number, Number::Timespan(right), binary, frame)),
        },
        (number, Number::Timestamp(right)) if operator == BinaryOperator::Plus => {
            of_stamp(right, number, binary, frame)
        }
        (left, right) => Err(not_applicable_when(left, right, binary, frame)),
    }
}

fn of_span(left: Timespan, right: Number, binary: &Binary<BinaryOperator>, frame: &Frame<'_>) -> Outcome {
    let own = left.nanoseconds();
    let result = match (binary.operator, right) {
        (BinaryOperator::Plus, Number::Timestamp(right)) => {
            return Ok(Value::Timestamp(stamp(own.saturating_add(right.nanoseconds()))));
        }
        (BinaryOperator::Plus, Number::Timespan(right)) => own.saturating_add(right.nanoseconds()),
        (BinaryOperator::Plus, number) => own.saturating_add(seconds(number)),
        (BinaryOperator::Minus, Number::Timespan(right)) => own.saturating_sub(right.nanoseconds()),
        (BinaryOperator::Minus, Number::Timestamp(right)) => {
            return Err(refused(&Number::Timestamp(right), true, "cannot be subtracted from a Timespan"));
        }
        (BinaryOperator::Minus, number) => own.saturating_sub(seconds(number)),
        (BinaryOperator::Times, Number::Integer(factor)) => own.saturating_mul(i128::from(factor)),
        (BinaryOperator::Times, Number::Float(factor)) => whole(wide(own) * factor),
        (BinaryOperator::Times, other) => {
            return Err(unplaced(format!("A Timestamp cannot be multiplied by {}", named(&other))));
        }
        (BinaryOperator::Divide, Number::Timespan(right)) => {
            return Ok(Value::Float(wide(own) / wide(right.nanoseconds())));
        }
        (BinaryOperator::Divide | BinaryOperator::Modulo, Number::Integer(0)) => {
            return Err(division_by_zero(binary, frame));
        }
        (BinaryOperator::Divide, Number::Integer(by)) => floor_divided(own, i128::from(by)),
        (BinaryOperator::Divide, Number::Float(by)) => {
            if by == 0.0 {
                return Err(division_by_zero(binary, frame));
            }
            whole((wide(own) / by).floor())
        }
        (BinaryOperator::Divide, other) => {
            return Err(unplaced(format!("A Timespan cannot be divided by {}", named(&other))));
        }
        (BinaryOperator::Modulo, Number::Integer(by)) => {
            let own = left.whole_seconds();
            let rest = own - i128::from(by) * floor_divided(own, i128::from(by));
            return Ok(Value::Integer(i64::try_from(rest).unwrap_or(i64::MAX)));
        }
        (BinaryOperator::Modulo, other) => {
            return Err(unplaced(format!("Can not do modulus on a Timespan using a {}", named(&other))));
        }
        (operator, _) => return Err(not_applicable(operator, &Value::Timespan(left), binary, frame)),
    };
    Ok(Value::Timespan(span(result)))
}

fn of_stamp(left: Timestamp, right: Number, binary: &Binary<BinaryOperator>, frame: &Frame<'_>) -> Outcome {
    let own = left.nanoseconds();
    match (binary.operator, right) {
        (BinaryOperator::Plus, Number::Timespan(right)) => {
            Ok(Value::Timestamp(stamp(own.saturating_add(right.nanoseconds()))))
        }
        (BinaryOperator::Plus, Number::Timestamp(right)) => {
            Err(refused(&Number::Timestamp(right), true, "cannot be added to a Timestamp"))
        }
        (BinaryOperator::Plus, number) => Ok(Value::Timestamp(stamp(own.saturating_add(seconds(number))))),
        (BinaryOperator::Minus, Number::Timestamp(right)) => {
            Ok(Value::Timespan(span(own.saturating_sub(right.nanoseconds()))))
        }
        (BinaryOperator::Minus, Number::Timespan(right)) => {
            Ok(Value::Timestamp(stamp(own.saturating_sub(right.nanoseconds()))))
        }
        (BinaryOperator::Minus, number) => Ok(Value::Timestamp(stamp(own.saturating_sub(seconds(number))))),
        (operator, _) => Err(not_applicable(operator, &Value::Timestamp(left), binary, frame)),
    }
}

/// A number of seconds in nanoseconds.
fn seconds(number: Number) -> i128 {
    match number {
        Number::Integer(seconds) => i128::from(seconds).saturating_mul(SECOND),
        Number::Float(seconds) => whole(seconds * 1e9),
        Number::Timespan(span) => span.nanoseconds(),
        Number::Timestamp(stamp) => stamp.nanoseconds(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what is too large for an integer is as large as one can be"
)]
fn whole(value: f64) -> i128 {
    value as i128
}

fn wide(nanoseconds: i128) -> f64 {
    i64::try_from(nanoseconds).map_or(f64::INFINITY, float)
}

fn named(number: &Number) -> String {
    with_article(match number {
        Number::Integer(_) => "Integer",
        Number::Float(_) => "Float",
        Number::Timespan(_) => "Timespan",
        Number::Timestamp(_) => "Timestamp",
    })
}

fn refused(number: &Number, upper: bool, why: &str) -> Raised {
    let named = named(number);
    let (first, rest) = named.split_at(1);
    unplaced(if upper { format!("{}{rest} {why}", first.to_uppercase()) } else { format!("{named} {why}") })
}
