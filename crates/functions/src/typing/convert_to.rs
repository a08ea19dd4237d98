//! `convert_to`.

use crate::prelude::*;

/// Makes an instance of a type out of a value, as `new` does, and gives it to a block if there is one.
pub(crate) static CONVERT_TO: Function = Function {
    name: "convert_to",
    summary: "Makes an instance of a type out of a value, as `new` does, and gives it to a block if there is one.",
    dispatches: &[Dispatch {
        signature: "(Any $value, Type $type, Any *$args, Optional[Callable[1,1]] &$block)",
        run,
    }],
    examples: &[
        Example { code: "convert_to('1.2.3', SemVer)", gives: "SemVer('1.2.3')" },
        Example { code: "convert_to('1.2.3', SemVer) |$version| { [$version] }", gives: "[SemVer('1.2.3')]" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let [value, made, rest @ ..] = arguments.values else { return Ok(Value::Undef) };
    let mut given = vec![made.clone(), value.clone()];
    given.extend_from_slice(rest);
    let result = context.call("new", &given, None)?;
    run_block(context, arguments, &[result])
}
