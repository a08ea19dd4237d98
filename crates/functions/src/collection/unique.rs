//! `unique`.

use values::Map;

use crate::iteration::{Groups, limited};
use crate::prelude::*;

/// Leaves out what was there before, as told apart by the value or by what a block makes of it.
pub(crate) static UNIQUE: Function = Function {
    name: "unique",
    summary: "Leaves out what was there before, as told apart by the value or by what a block makes of it.",
    dispatches: &[
        Dispatch { signature: "(String $string, Optional[Callable[String]] &$block)", run: of_text },
        Dispatch { signature: "(Hash $hash, Optional[Callable[Any]] &$block)", run: of_hash },
        Dispatch { signature: "(Array $array, Optional[Callable[Any]] &$block)", run: of_elements },
        Dispatch { signature: "(Iterable $iterable, Optional[Callable[Any]] &$block)", run: of_elements },
    ],
    examples: &[
        Example { code: "unique([1, 2, 1])", gives: "[1, 2]" },
        Example { code: "unique('abcaab')", gives: "'abc'" },
        Example {
            code: "unique({'a' => 1, 'b' => 2, 'c' => 1})",
            gives: "{['a', 'c'] => [1], ['b'] => [2]}",
        },
    ],
    signatures: OnceLock::new(),
};

fn of_text(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let kept = distinct(context, arguments)?;
    Ok(kept.iter().filter_map(Value::as_str).collect::<String>().into())
}

fn of_elements(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    Ok(Value::array(distinct(context, arguments)?))
}

fn distinct(context: &mut dyn Context, arguments: &Arguments<'_>) -> Result<Vec<Value>, Raised> {
    let iterator = limited("unique", arguments.get(0))?;
    let mut kept = Map::default();
    for element in iterator.iter() {
        let key = run_block(context, arguments, std::slice::from_ref(&element))?;
        kept.entry(key).or_insert(element);
    }
    Ok(kept.into_values().collect())
}

/// Inverted: the keys of each value, and the values that counted as one.
fn of_hash(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let (mut keys, mut values) = (Groups::default(), Groups::default());
    for (key, value) in arguments.get(0).as_hash().into_iter().flatten() {
        let group = run_block(context, arguments, std::slice::from_ref(value))?;
        keys.add(group.clone(), key.clone());
        values.add(group, value.clone());
    }
    let (keys, values) = (keys.into_value(), values.into_value());
    let parts =
        |groups: &Value| groups.as_hash().into_iter().flatten().map(|(_, group)| group.clone()).collect();
    let (keys, values): (Vec<Value>, Vec<Value>) = (parts(&keys), parts(&values));
    Ok(Value::hash(keys.into_iter().zip(values.iter().map(without_doubles))))
}

fn without_doubles(values: &Value) -> Value {
    let kept: Map =
        values.as_array().into_iter().flatten().map(|value| (value.clone(), Value::Undef)).collect();
    Value::array(kept.into_keys())
}
