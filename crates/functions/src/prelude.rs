//! What the file of every function names.

pub(crate) use std::sync::OnceLock;

pub(crate) use values::Value;

pub(crate) use crate::call::{Arguments, Block};
pub(crate) use crate::context::Context;
pub(crate) use crate::function::{Dispatch, Example, Function};
pub(crate) use crate::raised::{Failure, Raised};

/// What a function gives.
pub(crate) type Answer = Result<Value, Raised>;

/// An error with this message.
pub(crate) fn fail<T>(message: impl Into<String>) -> Result<T, Raised> {
    Err(Failure::new(message).into())
}

/// Runs the block of a call; a signature sees to it that there is one.
pub(crate) fn run_block(context: &mut dyn Context, arguments: &Arguments<'_>, values: &[Value]) -> Answer {
    match arguments.block {
        Some(block) => block.call(context, values),
        None => Ok(values.first().cloned().unwrap_or(Value::Undef)),
    }
}
