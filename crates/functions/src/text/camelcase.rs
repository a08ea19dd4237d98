//! `camelcase`.

use crate::letters::{capitalize, each_text};
use crate::prelude::*;

/// Joins the words of a text that underscores separate, each with a capital.
pub(crate) static CAMELCASE: Function = Function {
    name: "camelcase",
    summary: "Joins the words of a text that underscores separate, each with a capital.",
    dispatches: &[
        Dispatch { signature: "(Numeric $arg)", run: |_, arguments| each_text(arguments, camel) },
        Dispatch { signature: "(String $arg)", run: |_, arguments| each_text(arguments, camel) },
        Dispatch {
            signature: "(Iterable[Variant[String, Numeric]] $arg)",
            run: |_, arguments| each_text(arguments, camel),
        },
    ],
    examples: &[
        Example { code: "camelcase('my_sql_server')", gives: "'MySqlServer'" },
        Example { code: "camelcase(['a_b', 'c'])", gives: "['AB', 'C']" },
    ],
    signatures: OnceLock::new(),
};

fn camel(text: &str) -> String {
    text.split('_').map(capitalize).collect()
}
