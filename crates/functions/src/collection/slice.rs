//! `slice`.

use values::Type;
use values::types::Range;

use crate::iteration::{iterator, limited, until_break};
use crate::prelude::*;

/// Cuts what can be iterated over into arrays of a size, or runs a block for each of them.
pub(crate) static SLICE: Function = Function {
    name: "slice",
    summary: "Cuts what can be iterated over into arrays of a size, or runs a block for each of them.",
    dispatches: &[
        Dispatch {
            signature: "(Hash[Any, Any] $hash, Integer[1, default] $slice_size, Optional[Callable] &$block)",
            run: |context, arguments| run(context, arguments, &Value::array([])),
        },
        Dispatch {
            signature: "(Iterable $enumerable, Integer[1, default] $slice_size, Optional[Callable] &$block)",
            run: |context, arguments| run(context, arguments, &Value::Undef),
        },
    ],
    examples: &[
        Example { code: "slice([1, 2, 3], 2)", gives: "[[1, 2], [3]]" },
        Example { code: "slice({'a' => 1}, 1)", gives: "[[['a', 1]]]" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>, filler: &Value) -> Answer {
    let find = if arguments.block.is_some() { iterator } else { limited };
    let iterator = find("slice", arguments.get(0))?;
    let size = arguments.get(1).as_integer().and_then(|size| usize::try_from(size).ok()).unwrap_or(1);
    let mut elements = iterator.iter();
    let slices = std::iter::from_fn(|| {
        let slice: Vec<Value> = elements.by_ref().take(size).collect();
        (!slice.is_empty()).then_some(slice)
    });
    let Some(block) = arguments.block else { return Ok(Value::array(slices.map(Value::array))) };
    let serving = serving_size(block, size)?;
    let mut slices = slices;
    until_break(slices.try_for_each(|mut slice| {
        if serving == 1 {
            return block.call(context, &[Value::array(slice)]).map(drop);
        }
        slice.resize(slice.len().max(serving), filler.clone());
        block.call(context, &slice).map(drop)
    }))?;
    Ok(arguments.get(0).clone())
}

/// How many parameters the block has; the slice's size, if it takes any number.
fn serving_size(block: &dyn Block, size: usize) -> Result<usize, Raised> {
    let serving = match block.type_of() {
        Type::Callable(Some(callable)) => {
            match callable.parameters.as_ref().map(|found| found.size_range()) {
                Some(Range::Between(least, most)) if least == most => usize::try_from(most).unwrap_or(size),
                _ => size,
            }
        }
        _ => size,
    };
    match serving {
        0 => fail("slice(): block must define at least one parameter. Block has 0."),
        1 => Ok(1),
        serving if serving > 1_000_000 => {
            fail(format!("slice(): a block cannot be given {serving} arguments"))
        }
        serving if serving == size => Ok(serving),
        serving => {
            let rule = "block must define one parameter, or the same number of parameters as the given size of the slice";
            let names = block.parameter_names().join(", ");
            fail(format!("slice(): {rule} ({size}). Block has {serving}; {names}"))
        }
    }
}
