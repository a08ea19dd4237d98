//! The functions of Hiera's old kind, which `lookup` supersedes.

use crate::catalog::compilation;
use crate::context::Level;
use crate::prelude::*;

/// Looks up the key that the first argument is, or that stands first in it. The options tell the function's name
/// (`hiera`), so that a file of version 3 knows how its own settings apply, and the levels to look at
/// before all others (`levels`).
pub(super) fn run(name: &str, merge: &str, context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let url = "https://puppet.com/docs/puppet/8.10/deprecated_language.html";
    context.log(
        Level::Warning,
        format!("The function '{name}' is deprecated in favor of using 'lookup'. See {url}"),
    );
    let values = match arguments.values {
        [Value::Array(values)] => values.as_slice(),
        values => values,
    };
    let (default, levels) = match (values, arguments.block) {
        ([_, levels, ..], Some(_)) => (None, Some(levels)),
        ([_, default, levels, ..], None) => (Some(default), Some(levels)),
        ([_, default], None) => (Some(default), None),
        _ => (None, None),
    };
    let mut options = vec![("hiera", Value::from(name)), ("merge", Value::from(merge))];
    options.extend(default.map(|value| ("default_value", value.clone())));
    options.extend(levels.filter(|levels| !levels.is_undef()).map(|levels| ("levels", levels.clone())));
    let key = values.first().cloned().unwrap_or(Value::Undef);
    compilation(name, context)?.lookup(&[key], &Value::hash(options), arguments.block)
}
