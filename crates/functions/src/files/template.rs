//! `template`.

use super::content::needs_ruby;
use crate::legacy::{self, Arity};
use crate::prelude::*;

/// Renders a template in Embedded Ruby, which needs Ruby: here it fails and says so.
pub(crate) static TEMPLATE: Function = Function {
    name: "template",
    summary: "Renders a template in Embedded Ruby, which needs Ruby: here it fails and says so.",
    dispatches: &[Dispatch { signature: "(Any *$arguments, Optional[Callable] &$block)", run }],
    examples: &[Example {
        code: "template('site/motd.erb')",
        gives: "error: template(): `site/motd.erb` is a template in Embedded Ruby, which needs Ruby",
    }],
    signatures: OnceLock::new(),
};

fn run(_: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let values = legacy::arguments("template", Arity::AtLeast(1), arguments)?;
    needs_ruby("template", values.first().map(ToString::to_string).as_deref())
}
