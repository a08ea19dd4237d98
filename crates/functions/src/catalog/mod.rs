//! Functions that change the catalog or ask about it.

mod classes;
mod contain;
mod create_resources;
mod defined;
mod include;
mod realize;
mod require_;
mod tag;
mod tagged;

pub(crate) use contain::CONTAIN;
pub(crate) use create_resources::CREATE_RESOURCES;
pub(crate) use defined::DEFINED;
pub(crate) use include::INCLUDE;
pub(crate) use realize::REALIZE;
pub(crate) use require_::REQUIRE;
pub(crate) use tag::TAG;
pub(crate) use tagged::TAGGED;

// ---
use values::Value;

use crate::context::{Compilation, Context};
use crate::prelude::fail;
use crate::raised::Raised;
use crate::ruby::to_s;

/// The compilation that a function of this name needs.
pub(crate) fn compilation<'a>(
    name: &str,
    context: &'a mut dyn Context,
) -> Result<&'a mut dyn Compilation, Raised> {
    match context.compilation() {
        Some(compilation) => Ok(compilation),
        None => fail(format!("{name}(): only the compilation of a catalog can do this")),
    }
}

/// Tags as texts.
fn tags(values: &[Value]) -> Vec<String> {
    crate::ruby::flatten(values).iter().map(to_s).collect()
}
