//! What a function is called with.

use values::{Type, Value};

use crate::context::Context;
use crate::raised::Raised;

/// The arguments of a call.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// Values, in order.
    pub values: &'a [Value],
    /// The block of code that was given.
    pub block: Option<&'a dyn Block>,
}

/// A block of code given to a function: a lambda, with the variables around it.
pub trait Block {
    /// Its type, a `Callable`.
    fn type_of(&self) -> Type;

    /// Names of its parameters, for messages.
    fn parameter_names(&self) -> Vec<String>;

    /// Runs it. `next` in it ends it with a value, which is given; `break` and `return` are raised. As in Puppet,
    /// arguments beyond its parameters are dropped, and one that is missing is an error: `Parameter $b is required but
    /// no value was given`.
    fn call(&self, context: &mut dyn Context, arguments: &[Value]) -> Result<Value, Raised>;
}

impl<'a> Arguments<'a> {
    /// Without block.
    pub fn of(values: &'a [Value]) -> Self {
        Self { values, block: None }
    }

    /// The argument at this place; `undef` where there is none.
    pub fn get(&self, index: usize) -> &Value {
        self.values.get(index).unwrap_or(&Value::Undef)
    }
}
