//! `sort`.

use std::cmp::Ordering;

use crate::extreme::order_from_block;
use crate::prelude::*;
use crate::ruby;

/// Sorts the elements of an array or the characters of a text, by their own order or as a block says.
pub(crate) static SORT: Function = Function {
    name: "sort",
    summary: "Sorts the elements of an array or the characters of a text, by their own order or as a block says.",
    dispatches: &[
        Dispatch { signature: "(String $string_value, Optional[Callable[2,2]] &$block)", run: of_text },
        Dispatch { signature: "(Array $array_value, Optional[Callable[2,2]] &$block)", run: of_array },
    ],
    examples: &[
        Example { code: "sort([3, 1, 2])", gives: "[1, 2, 3]" },
        Example { code: "sort('cab')", gives: "'abc'" },
        Example { code: "sort(['a', 'B']) |$a, $b| { compare($a, $b) }", gives: "['a', 'B']" },
    ],
    signatures: OnceLock::new(),
};

fn of_text(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let text = arguments.get(0).as_str().unwrap_or_default();
    let letters: Vec<Value> = text.chars().map(|letter| Value::String(letter.into())).collect();
    let sorted = sorted(letters, &mut |pair| order(context, arguments, pair))?;
    Ok(sorted.iter().filter_map(Value::as_str).collect::<String>().into())
}

fn of_array(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let elements = arguments.get(0).as_array().into_iter().flatten().cloned().collect();
    Ok(Value::array(sorted(elements, &mut |pair| order(context, arguments, pair))?))
}

fn order(
    context: &mut dyn Context,
    arguments: &Arguments<'_>,
    pair: &[Value; 2],
) -> Result<Ordering, Raised> {
    match arguments.block {
        Some(block) => order_from_block(&block.call(context, pair)?, pair),
        None => match ruby::compare(&pair[0], &pair[1]) {
            Some(order) => Ok(order),
            None => fail(ruby::not_comparable(&pair[0], &pair[1])),
        },
    }
}

type Order<'a> = dyn FnMut(&[Value; 2]) -> Result<Ordering, Raised> + 'a;

/// Merges sorted halves, the first the smaller one, as the library below Ruby does: so the block sees the same pairs,
/// and a mistake is found in the same place.
fn sorted(mut values: Vec<Value>, order: &mut Order<'_>) -> Result<Vec<Value>, Raised> {
    if values.len() < 2 {
        return Ok(values);
    }
    let rest = values.split_off(values.len() / 2);
    let mut left = sorted(values, order)?.into_iter().peekable();
    let mut right = sorted(rest, order)?.into_iter().peekable();
    let mut merged = Vec::new();
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let first_wins = order(&[one.clone(), other.clone()])?.is_le();
        merged.extend(if first_wins { left.next() } else { right.next() });
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
