//! The evaluator as functions see it.

use functions::{Block, Compilation, Context, Level};
use values::Value;
use values::types::TypeLoader;

use crate::evaluator::{Evaluator, Frame, Outcome};

/// The code that calls a function.
pub(crate) struct Caller<'e, 'w> {
    evaluator: &'e Evaluator<'w>,
    frame: &'e Frame<'w>,
    compilation: Option<Box<dyn Compilation + 'e>>,
}

impl<'e, 'w> Caller<'e, 'w> {
    pub(crate) fn new(evaluator: &'e Evaluator<'w>, frame: &'e Frame<'w>) -> Self {
        Self { evaluator, frame, compilation: None }
    }
}

impl Context for Caller<'_, '_> {
    fn call(&mut self, name: &str, arguments: &[Value], block: Option<&dyn Block>) -> Outcome {
        self.evaluator.call_function(name, arguments, block, self.frame)
    }

    fn types(&self) -> &dyn TypeLoader {
        self.evaluator.world.types()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.evaluator.variable_value(name, &self.frame.scope)
    }

    fn log(&mut self, level: Level, message: String) {
        self.evaluator.world.log(level, message);
    }

    fn compilation(&mut self) -> Option<&mut dyn Compilation> {
        if self.compilation.is_none() {
            let declarations = self.evaluator.declarations?;
            self.compilation = Some(declarations.compilation(self.evaluator, self.frame));
        }
        match &mut self.compilation {
            Some(compilation) => Some(&mut **compilation),
            None => None,
        }
    }
}
