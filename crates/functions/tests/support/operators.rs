//! Operators.

use syntax::ast::{BinaryOperator, UnaryOperator};
use values::Value;
use values::compare::{Relation, equals, includes, matches, relate};

use super::{Answer, fail, said};

pub fn unary(operator: UnaryOperator, value: Value) -> Answer {
    match (operator, value) {
        (UnaryOperator::Minus, Value::Integer(value)) => Ok(Value::Integer(-value)),
        (UnaryOperator::Minus, Value::Float(value)) => Ok(Value::Float(-value)),
        (UnaryOperator::Not, value) => Ok(Value::Boolean(!value.is_truthy())),
        (operator, value) => fail(format!("the tests cannot apply {operator:?} to {value}")),
    }
}

pub fn binary(operator: BinaryOperator, left: &Value, right: &mut dyn FnMut() -> Answer) -> Answer {
    let is = |value| Ok(Value::Boolean(value));
    match operator {
        BinaryOperator::And => return is(left.is_truthy() && right()?.is_truthy()),
        BinaryOperator::Or => return is(left.is_truthy() || right()?.is_truthy()),
        _ => {}
    }
    let right = right()?;
    let related = |relation| said(relate(left, relation, &right)).map(Value::Boolean);
    match operator {
        BinaryOperator::Equal => is(equals(left, &right)),
        BinaryOperator::NotEqual => is(!equals(left, &right)),
        BinaryOperator::Less => related(Relation::Less),
        BinaryOperator::LessOrEqual => related(Relation::LessOrEqual),
        BinaryOperator::Greater => related(Relation::Greater),
        BinaryOperator::GreaterOrEqual => related(Relation::GreaterOrEqual),
        BinaryOperator::In => is(includes(&right, left, &mut |_| ())),
        BinaryOperator::Match => is(matches(left, &right)),
        operator => arithmetic(operator, left, &right),
    }
}

fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> Answer {
    match (operator.text(), left, right) {
        ("+", Value::Integer(left), Value::Integer(right)) => Ok(Value::Integer(left + right)),
        ("-", Value::Integer(left), Value::Integer(right)) => Ok(Value::Integer(left - right)),
        ("*", Value::Integer(left), Value::Integer(right)) => Ok(Value::Integer(left * right)),
        ("%", Value::Integer(left), Value::Integer(right)) => Ok(Value::Integer(left.rem_euclid(*right))),
        ("+", Value::Array(left), right) => {
            let right = right.as_array().into_iter().flatten().cloned();
            Ok(Value::array(left.iter().cloned().chain(right)))
        }
        (operator, ..) => fail(format!("the tests cannot do {left} {operator} {right}")),
    }
}
