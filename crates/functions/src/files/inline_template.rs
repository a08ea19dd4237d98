//! `inline_template`.

use super::content::needs_ruby;
use crate::legacy::{self, Arity};
use crate::prelude::*;

/// Renders texts in Embedded Ruby, which needs Ruby: here it fails and says so.
pub(crate) static INLINE_TEMPLATE: Function = Function {
    name: "inline_template",
    summary: "Renders texts in Embedded Ruby, which needs Ruby: here it fails and says so.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[Example {
        code: "inline_template('<%= 1 %>')",
        gives: "error: inline_template(): the text is a template in Embedded Ruby, which needs Ruby",
    }],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    legacy::arguments("inline_template", Arity::AtLeast(1), arguments)?;
    needs_ruby("inline_template", None)
}
