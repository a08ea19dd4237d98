//! What the functions that declare classes have in common.

use super::compilation;
use crate::context::Inclusion;
use crate::prelude::*;
use crate::ruby::flatten;

/// Declares the classes that the arguments name, also within arrays.
pub(super) fn declare(
    name: &str,
    how: Inclusion,
    context: &mut dyn Context,
    arguments: &Arguments<'_>,
) -> Answer {
    compilation(name, context)?.include(&flatten(arguments.values), how)
}
