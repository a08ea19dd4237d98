//! What the functions of all levels do.

use crate::context::Level;
use crate::prelude::*;

/// Writes the arguments to the log, with spaces between them.
pub(super) fn log(level: Level, context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    context.log(level, arguments.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    Ok(Value::Undef)
}
