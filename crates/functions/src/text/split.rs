//! `split`.

use crate::pattern;
use crate::prelude::*;

/// Cuts a text where a pattern matches.
pub(crate) static SPLIT: Function = Function {
    name: "split",
    summary: "Cuts a text where a pattern matches.",
    dispatches: &[
        Dispatch { signature: "(String $str, String $pattern)", run: |_, arguments| run(arguments) },
        Dispatch { signature: "(String $str, Regexp $pattern)", run: |_, arguments| run(arguments) },
        Dispatch { signature: "(String $str, Type[Regexp] $pattern)", run: |_, arguments| run(arguments) },
        Dispatch {
            signature: "(Sensitive[String] $sensitive, String $pattern)",
            run: |_, arguments| run(arguments),
        },
        Dispatch {
            signature: "(Sensitive[String] $sensitive, Regexp $pattern)",
            run: |_, arguments| run(arguments),
        },
        Dispatch {
            signature: "(Sensitive[String] $sensitive, Type[Regexp] $pattern)",
            run: |_, arguments| run(arguments),
        },
    ],
    examples: &[
        Example { code: "split('a.b.c', '[.]')", gives: "['a', 'b', 'c']" },
        Example { code: r"split('a1b22c', /\d+/)", gives: "['a', 'b', 'c']" },
        Example { code: "unwrap(split(Sensitive('a,b'), ','))", gives: "['a', 'b']" },
    ],
    signatures: OnceLock::new(),
};

fn run(arguments: &Arguments<'_>) -> Answer {
    let pattern = pattern::of(arguments.get(1), regexp::Flags::default())?;
    match arguments.get(0) {
        Value::Sensitive(secret) => Ok(Value::sensitive(pieces(secret.unwrap(), &pattern)?)),
        text => pieces(text, &pattern),
    }
}

fn pieces(text: &Value, pattern: &regexp::Regexp) -> Answer {
    let text = text.as_str().unwrap_or_default();
    let pieces = pattern.split(text).map_err(pattern::failure)?;
    Ok(Value::array(pieces.into_iter().map(Value::from)))
}
