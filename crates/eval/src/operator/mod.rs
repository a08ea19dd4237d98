//! Operators between two values, and the minus before one.

mod arithmetic;
mod collection;
mod time;

use std::sync::Arc;

use functions::Raised;
use regexp::Regexp;
use syntax::ast::{Binary, BinaryOperator, Expression};
use values::Value;
use values::compare::{self, Relation};
use values::label::{a_label, class_name, label};

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::unplaced;
use crate::nesting::bounded;
pub(crate) use arithmetic::{Number, numeric};

type Operation = Binary<BinaryOperator>;

impl<'w> Evaluator<'w> {
    pub(crate) fn binary(&self, binary: &'w Operation, at: &'w Expression, frame: &Frame<'w>) -> Outcome {
        let left = self.evaluate(&binary.left, frame)?;
        match binary.operator {
            BinaryOperator::And if !left.is_truthy() => return Ok(Value::Boolean(false)),
            BinaryOperator::Or if left.is_truthy() => return Ok(Value::Boolean(true)),
            _ => {}
        }
        let right = self.evaluate(&binary.right, frame)?;
        match binary.operator {
            BinaryOperator::And | BinaryOperator::Or => Ok(Value::Boolean(right.is_truthy())),
            BinaryOperator::Equal => Ok(Value::Boolean(compare::equals(&left, &right))),
            BinaryOperator::NotEqual => Ok(Value::Boolean(!compare::equals(&left, &right))),
            BinaryOperator::Less => related(&left, Relation::Less, &right, binary, at, frame),
            BinaryOperator::LessOrEqual => related(&left, Relation::LessOrEqual, &right, binary, at, frame),
            BinaryOperator::Greater => related(&left, Relation::Greater, &right, binary, at, frame),
            BinaryOperator::GreaterOrEqual => {
                related(&left, Relation::GreaterOrEqual, &right, binary, at, frame)
            }
            BinaryOperator::In => {
                let mut remember =
                    |captures: Option<&regexp::Captures<'_, '_>>| frame.scope.remember_match(captures);
                Ok(Value::Boolean(compare::includes(&right, &left, &mut remember)))
            }
            BinaryOperator::Match => self.matched(&left, &right, binary, frame).map(Value::Boolean),
            BinaryOperator::NotMatch => {
                self.matched(&left, &right, binary, frame).map(|matched| Value::Boolean(!matched))
            }
            _ => calculated(left, right, binary, at, frame),
        }
    }

    fn matched(
        &self,
        left: &Value,
        pattern: &Value,
        binary: &'w Operation,
        frame: &Frame<'w>,
    ) -> Result<bool, Raised> {
        let pattern = match pattern {
            Value::Type(found) => return Ok(found.is_instance(left)),
            Value::SemVerRange(_) => return Ok(compare::matches(left, pattern)),
            Value::Regexp(pattern) => pattern.clone(),
            Value::String(source) => Arc::new(
                Regexp::new(source).map_err(|error| not_a_pattern(&error.to_string(), binary, frame))?,
            ),
            other => {
                let class = match other {
                    Value::Undef => "nil".into(),
                    Value::Boolean(value) => value.to_string(),
                    other => class_name(other),
                };
                let detail = format!("no implicit conversion of {class} into String");
                return Err(not_a_pattern(&detail, binary, frame));
            }
        };
        let Value::String(text) = left else {
            let message = format!("Left match operand must result in a String value. Got {}.", a_label(left));
            return Err(frame.fail(&binary.left, message));
        };
        let captures = pattern.captures(text).map_err(|error| unplaced(error.to_string()))?;
        frame.scope.remember_match(captures.as_ref());
        Ok(captures.is_some())
    }

    pub(crate) fn negated(&self, operand: &'w Expression, at: &'w Expression, frame: &Frame<'w>) -> Outcome {
        let value = self.evaluate(operand, frame)?;
        match Number::of(&value, at, frame)? {
            Number::Integer(value) => match value.checked_neg() {
                Some(value) => Ok(Value::Integer(value)),
                None => Err(unplaced("the value is outside of Puppet's integers")),
            },
            Number::Float(value) => Ok(Value::Float(-value)),
            Number::Timespan(span) => Ok(Value::Timespan(time::span(-span.nanoseconds()))),
            Number::Timestamp(_) => {
                Err(unplaced("undefined method `-@' for an instance of Puppet::Pops::Time::Timestamp"))
            }
        }
    }
}

/// The arithmetic operators, and what they mean for collections.
fn calculated(left: Value, right: Value, binary: &Operation, at: &Expression, frame: &Frame<'_>) -> Outcome {
    let operator = binary.operator;
    match (&left, operator) {
        (Value::Uri(_) | Value::Binary(_) | Value::Array(_) | Value::Hash(_), BinaryOperator::Plus) => {
            bounded(collection::concatenated(left, right)?)
        }
        (Value::Array(_) | Value::Hash(_), BinaryOperator::Minus) => Ok(collection::without(left, &right)),
        (Value::Array(_), BinaryOperator::LeftShift) => bounded(collection::appended(left, right)),
        (Value::Hash(_), BinaryOperator::LeftShift) => Err(not_applicable(operator, &left, binary, frame)),
        _ => {
            let left = Number::of(&left, &binary.left, frame)?;
            let right = Number::of(&right, &binary.right, frame)?;
            arithmetic::calculated(left, right, binary, at, frame)
        }
    }
}

fn not_applicable(operator: BinaryOperator, left: &Value, binary: &Operation, frame: &Frame<'_>) -> Raised {
    let message = format!("Operator '{}' is not applicable to {}.", operator.text(), a_label(left));
    frame.fail(&binary.left, message)
}

fn not_a_pattern(detail: &str, binary: &Operation, frame: &Frame<'_>) -> Raised {
    let message =
        format!("Can not convert right match operand to a regular expression. Caused by '{detail}'.");
    frame.fail(&binary.right, message)
}

fn related(
    left: &Value,
    relation: Relation,
    right: &Value,
    binary: &Operation,
    at: &Expression,
    frame: &Frame<'_>,
) -> Outcome {
    compare::relate(left, relation, right).map(Value::Boolean).map_err(|error| {
        let (left, operator, right) = (label(left), binary.operator.text(), label(right));
        frame.fail(
            at,
            format!("Comparison of: {left} {operator} {right}, is not possible. Caused by '{error}'."),
        )
    })
}
