//! `getvar`.

use crate::prelude::*;
use crate::walk::get;

/// Gives the value of a variable by its name, or what a path behind the name leads to in it.
pub(crate) static GETVAR: Function = Function {
    name: "getvar",
    summary: "Gives the value of a variable by its name, or what a path behind the name leads to in it.",
    dispatches: &[
        Dispatch {
            signature: r"(Pattern[/\A(?:::)?(?:[a-z]\w*::)*[a-z_]\w*(?:\.|\Z)/] $get_string, Any $default_value = undef, Optional[Callable[1,1]] &$block)",
            run,
        },
        Dispatch {
            signature: "otherwise (String $get_string, Any $default_value = undef, Optional[Callable] &$block)",
            run: |_, _| fail("'getvar' The given string does not start with a valid variable name"),
        },
    ],
    examples: &[Example { code: "getvar('nothing_here', 5)", gives: "5" }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let text = arguments.get(0).as_str().unwrap_or_default();
    let end = text.find(|letter: char| letter != ':' && letter != '_' && !letter.is_ascii_alphanumeric());
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    let path = match rest.strip_prefix('.') {
        Some(path) => path,
        None if rest.is_empty() => "",
        None => {
            let first: String = rest.chars().take(1).collect();
            let rule = "First character after var name in get string must be a '.'";
            return fail(format!("{rule} - got {first}"));
        }
    };
    match context.variable(name) {
        Some(value) => get(context, &value, path, arguments.get(1), arguments.block),
        None => Ok(arguments.get(1).clone()),
    }
}
