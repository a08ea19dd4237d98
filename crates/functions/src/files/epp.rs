//! `epp`.

use super::content;
use crate::catalog::compilation;
use crate::prelude::*;

/// Renders a template in Embedded Puppet, a file of a module or one by its full path.
pub(crate) static EPP: Function = Function {
    name: "epp",
    summary: "Renders a template in Embedded Puppet, a file of a module or one by its full path.",
    dispatches: &[Dispatch {
        signature: r"(String $path, Hash[Pattern[/^\w+$/], Any] $parameters = {}) >> Variant[String, Sensitive[String]]",
        run,
    }],
    examples: &[
        Example {
            code: "epp('site/motd', {'name' => 'you'})",
            gives: "'site/motd.epp|hello <%= $name %>|{name => you}'",
        },
        Example { code: "epp('site/nothing')", gives: "error: Could not find template 'site/nothing.epp'" },
    ],
    signatures: OnceLock::new(),
};

fn run(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let given = arguments.get(0).as_str().unwrap_or_default();
    let is_there = given.starts_with('/') && content::read("epp", context, "templates", given)?.is_some();
    let name = if is_there || given.ends_with(".epp") { given.to_owned() } else { format!("{given}.epp") };
    let Some(bytes) = content::read("epp", context, "templates", &name)? else {
        return fail(format!("Could not find template '{name}'"));
    };
    let text = content::text(&name, bytes)?;
    compilation("epp", context)?.render(&name, &text, arguments.values.get(1))
}
