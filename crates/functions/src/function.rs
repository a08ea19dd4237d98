//! What a function is.

use std::sync::OnceLock;

use values::Value;

use crate::call::Arguments;
use crate::context::Context;
use crate::raised::{Failure, Raised};
use crate::signature::{self, OTHERWISE, Signatures};

/// A function of the Puppet language. Made as a `static`, listed once.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// One sentence in the third person.
    pub summary: &'static str,
    /// What it can be called with, and what then runs: the first that fits.
    pub dispatches: &'static [Dispatch],
    /// Shown in the reference, and run as tests. At least one, unless a function gives nothing that can be shown.
    pub examples: &'static [Example],
    /// The signatures, read when they are first needed.
    pub signatures: OnceLock<Signatures>,
}

/// One way to call a function.
pub struct Dispatch {
    /// In Puppet's syntax, a block as a parameter with `&`:
    /// `(Array $values, Optional[Callable[1, 1]] &$block) >> Array`. Parameters with `*` take all that is left, with `+`
    /// at least one, with a default none or one. After `otherwise`: what is not told, since it only raises a better
    /// message; these come last.
    pub signature: &'static str,
    /// What runs. The arguments fit the signature.
    pub run: fn(&mut dyn Context, &Arguments<'_>) -> Result<Value, Raised>,
}

/// What a call gives.
pub struct Example {
    /// Puppet code.
    pub code: &'static str,
    /// The value as Puppet code; or the error's message after `error: `.
    pub gives: &'static str,
}

impl Function {
    /// Calls it with the first signature that fits. Errors: Puppet's description of why none does, and what the
    /// function itself raises.
    pub fn call(&self, context: &mut dyn Context, arguments: &Arguments<'_>) -> Result<Value, Raised> {
        let signatures = self.signatures();
        let block = arguments.block.map(|block| block.type_of());
        let fitting = signatures
            .all
            .iter()
            .position(|signature| signature.callable.takes(arguments.values, block.as_ref()));
        match fitting.and_then(|index| self.dispatches.get(index)) {
            Some(dispatch) => (dispatch.run)(context, arguments),
            None => {
                let told =
                    self.dispatches.iter().take_while(|dispatch| !dispatch.signature.starts_with(OTHERWISE));
                let told = signatures.all.get(..told.count()).unwrap_or_default();
                Err(Failure::new(signature::describe(self.name, told, arguments)).into())
            }
        }
    }

    /// The signatures of its dispatches, in their order.
    pub fn signatures(&self) -> &Signatures {
        self.signatures
            .get_or_init(|| signature::read(self.dispatches.iter().map(|dispatch| dispatch.signature)))
    }
}
