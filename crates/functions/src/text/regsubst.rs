//! `regsubst`.

use values::Text;

use crate::context::Level;
use crate::pattern;
use crate::prelude::*;

/// Replaces what a pattern matches in a text, or in every text of an array.
pub(crate) static REGSUBST: Function = Function {
    name: "regsubst",
    summary: "Replaces what a pattern matches in a text, or in every text of an array.",
    dispatches: &[
        Dispatch {
            signature: "(Variant[Array[String], String] $target, String $pattern, Variant[String, Hash[String, String]] $replacement, Optional[Pattern[/^[GEIM]*$/]] $flags = undef, Enum['N', 'E', 'S', 'U'] $encoding = 'N')",
            run: of_text,
        },
        Dispatch {
            signature: "(Variant[Array[String], String] $target, Variant[Regexp, Type[Regexp]] $pattern, Variant[String, Hash[String, String]] $replacement, Pattern[/^G?$/] $flags = '')",
            run: of_pattern,
        },
    ],
    examples: &[
        Example { code: r"regsubst('10.0.0.1', '^(\d+)[.].*', '\1')", gives: "'10'" },
        Example { code: r"regsubst(['a.b', 'c.d'], '\.', '-', 'G')", gives: "['a-b', 'c-d']" },
        Example { code: "regsubst('abc', /[ab]/, {'a' => '1', 'b' => '2'}, 'G')", gives: "'12c'" },
    ],
    signatures: OnceLock::new(),
};

fn of_text(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    if arguments.values.len() > 4 {
        let message = "The regsubst() function's encoding argument has been ignored since Ruby 1.9 and will be removed \
                       in a future release";
        context.log(Level::Warning, message.into());
    }
    let letters = arguments.get(3).as_str().unwrap_or_default();
    let flags = regexp::Flags {
        multi_line: letters.contains('M'),
        ignore_case: letters.contains('I'),
        extended: letters.contains('E'),
    };
    replace(arguments, &*pattern::of(arguments.get(1), flags)?, letters.contains('G'))
}

fn of_pattern(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let pattern = pattern::of(arguments.get(1), regexp::Flags::default())?;
    replace(arguments, &pattern, arguments.get(3).as_str() == Some("G"))
}

fn replace(arguments: &Arguments<'_>, pattern: &regexp::Regexp, all: bool) -> Answer {
    let replacement = arguments.get(2);
    let replaced = |target: &Value| {
        let text = target.as_str().unwrap_or_default();
        let result = pattern.replace(text, all, |captures| match replacement {
            Value::Hash(entries) => {
                let found = entries.get(&Text(captures.get(0).unwrap_or_default()));
                found.and_then(Value::as_str).unwrap_or_default().to_owned()
            }
            other => captures.expand(other.as_str().unwrap_or_default()),
        });
        result.map(Value::from).map_err(pattern::failure)
    };
    match arguments.get(0) {
        Value::Array(targets) => {
            Ok(Value::Array(targets.iter().map(replaced).collect::<Result<_, Failure>>()?))
        }
        target => Ok(replaced(target)?),
    }
}
