//! `inline_epp`.

use crate::catalog::compilation;
use crate::prelude::*;

/// Renders a text in Embedded Puppet.
pub(crate) static INLINE_EPP: Function = Function {
    name: "inline_epp",
    summary: "Renders a text in Embedded Puppet.",
    dispatches: &[Dispatch {
        signature: r"(String $template, Hash[Pattern[/^\w+$/], Any] $parameters = {}) >> Variant[String, Sensitive[String]]",
        run,
    }],
    examples: &[Example { code: "inline_epp('a <%= 1 %>')", gives: "'inlined-epp-text|a <%= 1 %>|'" }],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let text = arguments.get(0).as_str().unwrap_or_default();
    compilation("inline_epp", context)?.render("inlined-epp-text", text, arguments.values.get(1))
}
