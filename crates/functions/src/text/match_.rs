//! `match`.

use values::Type;
use values::label::class_name;

use crate::pattern;
use crate::prelude::*;
use crate::ruby::flatten;

/// Gives what a pattern and its groups match in a text, or in every text of an array.
pub(crate) static MATCH: Function = Function {
    name: "match",
    summary: "Gives what a pattern and its groups match in a text, or in every text of an array.",
    dispatches: &[
        Dispatch { signature: "(String $string, Variant[Any, Type] $pattern)", run: of_text },
        Dispatch { signature: "(Array[String] $string, Variant[Any, Type] $pattern)", run: of_array },
    ],
    examples: &[
        Example { code: r"match('abc123', /([a-z]+)(\d+)/)", gives: "['abc123', 'abc', '123']" },
        Example { code: r"match(['a1', 'b'], '\d')", gives: "[['1'], undef]" },
    ],
    signatures: OnceLock::new(),
};

fn of_text(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    search(arguments.get(0), arguments.get(1))
}

fn of_array(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let texts = arguments.get(0).as_array().into_iter().flatten();
    Ok(Value::Array(texts.map(|text| search(text, arguments.get(1))).collect::<Result<_, _>>()?))
}

fn search(text: &Value, pattern: &Value) -> Answer {
    let refused = || {
        let expected = "T, where T is String, Regexp, Regexp[r], Pattern[p], or Array[T]";
        fail(format!("match() expects pattern of {expected}. Got {}", class_name(pattern)))
    };
    match pattern {
        Value::String(_) => captures(text, &*pattern::of(pattern, regexp::Flags::default())?),
        Value::Regexp(pattern) => captures(text, pattern),
        Value::Array(patterns) => first(text, flatten(patterns)),
        Value::Type(Type::Alias(alias)) => match alias.resolved() {
            Some(resolved) => search(text, &Value::Type(resolved.clone())),
            None => refused(),
        },
        Value::Type(Type::Variant(types)) => first(text, types.iter().cloned().map(Value::Type)),
        Value::Type(Type::Pattern(patterns)) => first(text, patterns.iter().cloned().map(Value::Regexp)),
        Value::Type(Type::Regexp(None)) => fail("Given Regexp Type has no regular expression"),
        Value::Type(Type::Regexp(Some(pattern))) => captures(text, pattern),
        _ => refused(),
    }
}

fn first(text: &Value, patterns: impl IntoIterator<Item = Value>) -> Answer {
    for pattern in patterns {
        let found = search(text, &pattern)?;
        if !found.is_undef() {
            return Ok(found);
        }
    }
    Ok(Value::Undef)
}

fn captures(text: &Value, pattern: &regexp::Regexp) -> Answer {
    let found = pattern.captures(text.as_str().unwrap_or_default()).map_err(pattern::failure)?;
    let group =
        |captures: &regexp::Captures<'_, '_>, group| captures.get(group).map_or(Value::Undef, Value::from);
    Ok(found.map_or(Value::Undef, |captures| {
        Value::array((0..captures.len()).map(|index| group(&captures, index)))
    }))
}
