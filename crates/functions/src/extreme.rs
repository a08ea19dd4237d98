//! The greatest and the least of several values.

use std::cmp::Ordering;

use values::Value;

use crate::call::Arguments;
use crate::context::{Context, Level};
use crate::prelude::{Answer, fail, run_block};
use crate::raised::Raised;
use crate::ruby;

/// Of values that have an order. `wanted` says whether the greatest or the least is meant.
pub(crate) fn ordered(name: &str, wanted: Ordering, values: &[Value]) -> Answer {
    pick(name, values, |value, best| match ruby::compare(value, best) {
        Some(order) => Ok(order == wanted),
        None => fail(ruby::not_comparable(value, best)),
    })
}

/// Of texts: as numbers, where both look like one.
pub(crate) fn texts(name: &str, wanted: Ordering, context: &mut dyn Context, values: &[Value]) -> Answer {
    pick(name, values, |value, best| Ok(order_of_texts(name, context, value, best, false) == wanted))
}

/// Of anything: as numbers where both look like one, and as texts otherwise.
pub(crate) fn any(name: &str, wanted: Ordering, context: &mut dyn Context, values: &[Value]) -> Answer {
    pick(name, values, |value, best| Ok(order_of_texts(name, context, value, best, true) == wanted))
}

/// By what a block says of two values.
pub(crate) fn by_block(
    wanted: Ordering,
    context: &mut dyn Context,
    arguments: &Arguments<'_>,
    values: &[Value],
) -> Answer {
    let Some((first, rest)) = values.split_first() else { return Ok(Value::Undef) };
    let mut best = first.clone();
    for value in rest {
        let pair = [value.clone(), best.clone()];
        let answer = run_block(context, arguments, &pair)?;
        if order_from_block(&answer, &pair)? == wanted {
            best = value.clone();
        }
    }
    Ok(best)
}

/// Of the elements of the only argument.
pub(crate) fn array(
    name: &str,
    wanted: Ordering,
    context: &mut dyn Context,
    arguments: &Arguments<'_>,
) -> Answer {
    let Some(values) = arguments.get(0).as_array() else { return Ok(Value::Undef) };
    let all = |test: fn(&Value) -> bool| values.iter().all(test);
    if arguments.block.is_some() {
        by_block(wanted, context, arguments, values)
    } else if all(|value| matches!(value, Value::String(_))) {
        texts(name, wanted, context, values)
    } else if all(|value| matches!(value, Value::Integer(_) | Value::Float(_)))
        || all(|value| matches!(value, Value::SemVer(_)))
        || all(|value| matches!(value, Value::Timespan(_)))
        || all(|value| matches!(value, Value::Timestamp(_)))
    {
        ordered(name, wanted, values)
    } else {
        any(name, wanted, context, values)
    }
}

/// The order that a block's answer means.
pub(crate) fn order_from_block(answer: &Value, pair: &[Value; 2]) -> Result<Ordering, Raised> {
    match answer {
        Value::Integer(value) => Ok(value.cmp(&0)),
        Value::Float(value) => Ok(value.partial_cmp(&0.0).unwrap_or(Ordering::Equal)),
        Value::Undef => fail(ruby::not_comparable(&pair[0], &pair[1])),
        Value::String(_) => fail("comparison of String with 0 failed"),
        other => fail(format!("undefined method `>' for {}", ruby::receiver(other))),
    }
}

fn pick(
    name: &str,
    values: &[Value],
    mut is_better: impl FnMut(&Value, &Value) -> Result<bool, Raised>,
) -> Answer {
    let Some((first, rest)) = values.split_first() else {
        return fail(format!("{name}(): Wrong number of arguments need at least one"));
    };
    let mut best = first;
    for value in rest {
        if is_better(value, best)? {
            best = value;
        }
    }
    Ok(best.clone())
}

fn order_of_texts(
    name: &str,
    context: &mut dyn Context,
    left: &Value,
    right: &Value,
    converts: bool,
) -> Ordering {
    let (left, right) = (ruby::to_s(left), ruby::to_s(right));
    let mut warn = |from: &str, to: &str| {
        let what = format!("The {name}() function's auto conversion of {from} to {to} is deprecated");
        let instead = "change to convert input before calling, or use lambda";
        context.log(Level::Warning, format!("{what} - {instead}"));
    };
    if let (Some(left), Some(right)) = (number(&left), number(&right)) {
        warn("String", "Numeric");
        return left.partial_cmp(&right).unwrap_or(Ordering::Equal);
    }
    if converts {
        warn("Any", "String");
    }
    left.cmp(&right)
}

/// Digits with at most one dot, exponent or underscore among them, as a number.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let looks_so = match digits.split_once(['.', '_', 'e', 'E']) {
        Some((before, after)) => is_number(before) && is_number(after),
        None => is_number(digits),
    };
    looks_so.then(|| text.replace('_', "").parse().ok()).flatten()
}
