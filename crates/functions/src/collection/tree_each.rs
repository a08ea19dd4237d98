//! `tree_each`.

use std::sync::Arc;

use values::Type;
use values::iterator::{Iterator, Source};

use crate::iteration::until_break;
use crate::prelude::*;
use crate::tree;

/// Walks through all that is nested in a value, with the path to it.
pub(crate) static TREE_EACH: Function = Function {
    name: "tree_each",
    summary: "Walks through all that is nested in a value, with the path to it.",
    dispatches: &[
        Dispatch {
            signature: "(Variant[Iterator, Array, Hash, Object] $tree, OptionsType $options = undef, Callable[2,2] &$block)",
            run: |context, arguments| run(context, arguments, true),
        },
        Dispatch {
            signature: "(Variant[Iterator, Array, Hash, Object] $tree, OptionsType $options = undef, Callable[1,1] &$block)",
            run: |context, arguments| run(context, arguments, false),
        },
        Dispatch {
            signature: "(Variant[Iterator, Array, Hash, Object] $tree, OptionsType $options = undef)",
            run: |_, arguments| tree::walk(arguments.get(0), arguments.get(1)).map(iterator),
        },
    ],
    examples: &[Example {
        code: "Array(tree_each({'a' => [1]}, {'include_containers' => false}))",
        gives: "[[['a', 0], 1]]",
    }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, with_path: bool) -> Answer {
    let found = tree::walk(arguments.get(0), arguments.get(1))?;
    until_break(found.into_iter().try_for_each(|(path, value)| {
        let values = if with_path { vec![Value::array(path), value] } else { vec![value] };
        run_block(context, arguments, &values).map(drop)
    }))?;
    Ok(arguments.get(0).clone())
}

fn iterator(found: Vec<(Vec<Value>, Value)>) -> Value {
    let values = found.into_iter().map(|(path, value)| Value::array([Value::array(path), value])).collect();
    let source = Source::Values { values, step: 1, backwards: false };
    Value::Iterator(Arc::new(Iterator { known_type: Some(Type::Any), source, pairs: false }))
}
