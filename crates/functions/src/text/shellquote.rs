//! `shellquote`.

use crate::legacy::{self, Arity};
use crate::prelude::*;
use crate::ruby;

/// Quotes words for a shell and puts them into one line.
pub(crate) static SHELLQUOTE: Function = Function {
    name: "shellquote",
    summary: "Quotes words for a shell and puts them into one line.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[
        Example { code: "shellquote('a b', 'c')", gives: r#"'"a b" c'"# },
        Example { code: "shellquote(['echo', '$HOME'])", gives: r#""echo '\$HOME'""# },
    ],
    signatures: OnceLock::new(),
};

const SAFE: &str = "@%_+=:,./-";
const DANGEROUS: [char; 5] = ['!', '"', '`', '$', '\\'];

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let arguments = legacy::arguments("shellquote", Arity::AtLeast(0), arguments)?;
    let quoted = ruby::flatten(&arguments).iter().map(quote).collect::<Result<Vec<_>, _>>()?;
    Ok(quoted.join(" ").into())
}

fn quote(word: &Value) -> Result<String, Raised> {
    let Some(word) = word.as_str() else {
        return fail(format!("undefined method `length' for {}", ruby::receiver(word)));
    };
    let safe = |character: char| character.is_ascii_alphanumeric() || SAFE.contains(character);
    Ok(if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else if !word.contains(DANGEROUS) {
        format!("\"{word}\"")
    } else if !word.contains('\'') {
        format!("'{word}'")
    } else {
        let mut quoted = String::from('"');
        for character in word.chars() {
            quoted.extend(DANGEROUS.contains(&character).then_some('\\'));
            quoted.push(character);
        }
        quoted + "\""
    })
}
