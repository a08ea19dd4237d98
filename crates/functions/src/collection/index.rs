//! `index`.

use crate::iteration::Parameters::{self, One, Two};
use crate::iteration::{iterator, limited, rounds};
use crate::pattern;
use crate::prelude::*;
use crate::ruby::equal;

/// Gives the place or the key of the first element that a block accepts, or that equals a value.
pub(crate) static INDEX: Function = Function {
    name: "index",
    summary: "Gives the place or the key of the first element that a block accepts, or that equals a value.",
    dispatches: &[
        Dispatch {
            signature: "(Hash[Any, Any] $hash, Callable[2,2] &$block)",
            run: |context, arguments| run(context, arguments, Two),
        },
        Dispatch {
            signature: "(Hash[Any, Any] $hash, Callable[1,1] &$block)",
            run: |context, arguments| run(context, arguments, One),
        },
        Dispatch {
            signature: "(Iterable $enumerable, Callable[2,2] &$block)",
            run: |context, arguments| run(context, arguments, Two),
        },
        Dispatch {
            signature: "(Iterable $enumerable, Callable[1,1] &$block)",
            run: |context, arguments| run(context, arguments, One),
        },
        Dispatch {
            signature: "(String $str, Variant[String,Regexp] $match)",
            run: |_, arguments| of_text(arguments),
        },
        Dispatch { signature: "(Iterable $enumerable, Any $match)", run: |_, arguments| of_value(arguments) },
    ],
    examples: &[
        Example { code: "['a', 'b'].index |$x| { $x == 'b' }", gives: "1" },
        Example { code: "index({'a' => 1, 'b' => 2}, 2)", gives: "'b'" },
        Example { code: "index('abc', /c/)", gives: "2" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, parameters: Parameters) -> Answer {
    let iterator = iterator("index", arguments.get(0))?;
    for round in rounds(&iterator) {
        let [key, value] = round.pair();
        let accepted = match parameters {
            One => run_block(context, arguments, &[value])?,
            Two => run_block(context, arguments, &[key.clone(), value])?,
        };
        if accepted.is_truthy() {
            return Ok(key);
        }
    }
    Ok(Value::Undef)
}

fn of_text(arguments: &Arguments<'_>) -> Answer {
    let text = arguments.get(0).as_str().unwrap_or_default();
    let start = match arguments.get(1) {
        Value::Regexp(found) => {
            found.captures(text).map_err(pattern::failure)?.map(|captures| captures.range().start)
        }
        other => text.find(other.as_str().unwrap_or_default()),
    };
    let characters = start.and_then(|start| text.get(..start)).map(|before| before.chars().count());
    Ok(characters.and_then(|count| i64::try_from(count).ok()).map_or(Value::Undef, Value::Integer))
}

fn of_value(arguments: &Arguments<'_>) -> Answer {
    let iterator = limited("index", arguments.get(0))?;
    let found = rounds(&iterator).map(|round| round.pair()).find(|[_, value]| equal(value, arguments.get(1)));
    Ok(found.map_or(Value::Undef, |[key, _]| key))
}
