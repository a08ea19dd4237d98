//! Blocks of code.

use std::cell::RefCell;
use std::rc::Rc;

use functions::{Arguments, Block, Context, Raised, Signatures};
use syntax::ast;
use values::mismatch::Signature;
use values::types::{Callable, Range, TupleType};
use values::{Type, Value};

use super::{Answer, Evaluation, Scope, fail};

pub struct Lambda<'a> {
    tree: &'a ast::Lambda,
    scope: Scope,
    types: Vec<Type>,
}

impl<'a> Lambda<'a> {
    pub fn new(tree: &'a ast::Lambda, scope: &Scope) -> Result<Self, Raised> {
        let types = tree.parameters.iter().map(|parameter| match &parameter.type_expression {
            None => Ok(Type::Any),
            Some(expression) => {
                match (Evaluation { scope: scope.clone(), context: &mut super::Machine::new() })
                    .evaluate(expression)?
                {
                    Value::Type(found) => Ok(found),
                    _ => fail("no type"),
                }
            }
        });
        Ok(Self { tree, scope: scope.clone(), types: types.collect::<Result<_, _>>()? })
    }

    fn callable(&self) -> Callable {
        let parameters = &self.tree.parameters;
        let rest = parameters.last().is_some_and(|last| last.captures_rest);
        let required = parameters
            .iter()
            .filter(|parameter| parameter.value.is_none() && !parameter.captures_rest)
            .count();
        let count = |count: usize| i64::try_from(count).expect("few parameters");
        let size = if rest {
            Range::AtLeast(count(required))
        } else {
            Range::Between(count(required), count(parameters.len()))
        };
        Callable {
            parameters: Some(TupleType { types: self.types.clone(), size }),
            block: None,
            returns: None,
        }
    }
}

impl Block for Lambda<'_> {
    fn type_of(&self) -> Type {
        Type::Callable(Some(self.callable().into()))
    }

    fn parameter_names(&self) -> Vec<String> {
        self.tree.parameters.iter().map(|parameter| parameter.name.to_string()).collect()
    }

    fn call(&self, context: &mut dyn Context, arguments: &[Value]) -> Answer {
        let parameters = &self.tree.parameters;
        let takes_rest = parameters.last().is_some_and(|last| last.captures_rest);
        let taken = if takes_rest { arguments.len() } else { arguments.len().min(parameters.len()) };
        let arguments = &arguments[..taken];
        if let Some(missing) = parameters
            .iter()
            .skip(taken)
            .find(|parameter| parameter.value.is_none() && !parameter.captures_rest)
        {
            return fail(format!("Parameter ${} is required but no value was given", missing.name));
        }
        let callable = self.callable();
        if !callable.takes(arguments, None) {
            let parameter_names =
                self.tree.parameters.iter().map(|parameter| parameter.name.clone()).collect();
            let all = vec![Signature { callable, parameter_names, block_name: Default::default() }];
            return fail(Signatures { all }.mismatch("lambda", &Arguments::of(arguments)));
        }
        let scope = Rc::new(RefCell::new(self.scope.borrow().clone()));
        let mut evaluation = Evaluation { scope: scope.clone(), context };
        for (index, parameter) in self.tree.parameters.iter().enumerate() {
            let value = match (arguments.get(index), &parameter.value) {
                _ if parameter.captures_rest => {
                    Value::array(arguments.get(index..).unwrap_or_default().to_vec())
                }
                (Some(value), _) => value.clone(),
                (None, Some(default)) => evaluation.evaluate(default)?,
                (None, None) => Value::Undef,
            };
            scope.borrow_mut().insert(parameter.name.to_string(), value);
        }
        match evaluation.body(self.tree.body.as_ref()) {
            Err(Raised::Next(value)) => Ok(value),
            other => other,
        }
    }
}
