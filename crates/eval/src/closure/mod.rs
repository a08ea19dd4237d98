//! Code that is called with arguments: lambdas, and functions written in Puppet.

mod prepared;

use std::rc::Rc;

use ecow::EcoString;
use functions::{Block, Context, Raised};
use syntax::ast::{Body, Expression, Function, Lambda, Parameter};
use values::mismatch::{assert_instance_of, describe_signatures, validate_parameters};
use values::types::{Range, StructElement, TupleType, infer_set};
use values::{Map, Type, Value};

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::unplaced;
use crate::scope::{Layer, Parameters};
use crate::source::Source;

pub(crate) use prepared::Prepared;

/// Code with parameters, and what it sees around it.
pub struct Closure<'e, 'w> {
    evaluator: &'e Evaluator<'w>,
    name: &'e str,
    parameters: &'w [Parameter],
    body: Option<&'w Body>,
    frame: Frame<'w>,
    prepared: Rc<Prepared>,
}

impl<'e, 'w> Closure<'e, 'w> {
    /// The block of a call. Errors: what is wrong with the types of its parameters.
    pub fn of_lambda(
        evaluator: &'e Evaluator<'w>,
        lambda: &'w Lambda,
        frame: &Frame<'w>,
    ) -> Result<Self, Raised> {
        let prepared = evaluator.prepared(&lambda.parameters, lambda.return_type.as_ref(), frame)?;
        Ok(Self {
            evaluator,
            name: "lambda",
            parameters: &lambda.parameters,
            body: lambda.body.as_ref(),
            frame: frame.clone(),
            prepared,
        })
    }

    /// A function written in Puppet, which sees nothing but what is global.
    pub(crate) fn of_function(
        evaluator: &'e Evaluator<'w>,
        function: &'w Function,
        source: &'w Source,
    ) -> Result<Self, Raised>
    where
        'w: 'e,
    {
        let frame = Frame { source, scope: evaluator.global() };
        let prepared = evaluator.prepared(&function.parameters, function.return_type.as_ref(), &frame)?;
        Ok(Self {
            evaluator,
            name: &function.name,
            parameters: &function.parameters,
            body: function.body.as_ref(),
            frame,
            prepared,
        })
    }

    /// Calls a function: what calls it has no say in what it sees, and `return` ends it.
    pub(crate) fn call_as_function(&self, arguments: &[Value], block: Option<&dyn Block>) -> Outcome {
        let block = block.map(Block::type_of);
        if !self.prepared.signature.callable.takes(arguments, block.as_ref()) {
            let mut types: Vec<Type> = arguments.iter().map(infer_set).collect();
            types.extend(block);
            return Err(self.mismatch(types));
        }
        let level = self.frame.scope.bare();
        let outcome = self.call_with(arguments);
        self.frame.scope.restore(level);
        match outcome {
            Err(Raised::Return(value)) => Ok(value),
            outcome => outcome,
        }
    }

    /// Calls it with arguments by the names of its parameters. Where nothing is enforced, what is given is what there
    /// is: no defaults, no types.
    pub fn call_by_name(&self, given: &Map, enforced: bool) -> Outcome {
        self.evaluator.deeper(|| {
            let named = |(name, value): (&Value, &Value)| Some((name.as_str()?.into(), value.clone()));
            let all: Vec<(EcoString, Value)> = given.iter().filter_map(named).collect();
            self.run(if enforced { self.bound_by_name(all)? } else { all })
        })
    }

    /// What is given by name, defaults for the rest, all of the right types.
    fn bound_by_name(&self, given: Vec<(EcoString, Value)>) -> Result<Vec<(EcoString, Value)>, Raised> {
        let own = self.parameters.iter().map(|parameter| &parameter.name);
        let mut names: Vec<EcoString> = own.cloned().collect();
        let others = given.iter().map(|(name, _)| name).filter(|name| !names.contains(name)).cloned();
        names.extend(others.collect::<Vec<_>>());
        let all = self.evaluator.guarded(&self.frame, || {
            let layer = self.frame.scope.push(|below| Layer::parameters(names.clone(), below));
            let bound = layer.as_parameters().expect("it was made as one");
            let value_of =
                |wanted: &EcoString| given.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
            for (place, name) in names.iter().enumerate() {
                if let Some(value) = value_of(name).filter(|value| !value.is_undef()) {
                    bound.set(place, value.clone());
                }
            }
            for (place, parameter) in self.parameters.iter().enumerate() {
                match (value_of(&parameter.name), &parameter.value) {
                    (Some(value), _) if !value.is_undef() => {}
                    (_, Some(default)) => bound.set(place, self.default(parameter, default, bound)?),
                    (Some(_), None) => bound.set(place, Value::Undef),
                    (None, None) => {}
                }
            }
            Ok::<_, Raised>(bound.take_values())
        })?;
        let map: Map = all.iter().map(|(name, value)| (Value::String(name.clone()), value.clone())).collect();
        validate_parameters(self.name, &self.elements(), &map, false).map_err(unplaced)?;
        Ok(all)
    }

    /// The parameters as elements of a Struct.
    fn elements(&self) -> Vec<StructElement> {
        let types = self.prepared.signature.callable.parameters.iter().flat_map(|tuple| &tuple.types);
        let element = |(parameter, value): (&Parameter, &Type)| StructElement {
            name: parameter.name.clone(),
            optional: parameter.value.is_some(),
            value: value.clone(),
        };
        self.parameters.iter().zip(types).map(element).collect()
    }

    fn call_with(&self, arguments: &[Value]) -> Outcome {
        self.evaluator.deeper(|| {
            let variables = self.bound(arguments)?;
            if !self.prepared.untyped {
                self.check(&variables)?;
            }
            self.run(variables)
        })
    }

    /// Evaluates the body with these variables.
    fn run(&self, variables: Vec<(EcoString, Value)>) -> Outcome {
        let outcome = self.evaluator.guarded(&self.frame, || {
            self.frame.scope.push(|below| Layer::local(variables.into_iter().collect(), below));
            self.evaluator.evaluate_body(self.body, &self.frame)
        });
        let value = match outcome {
            Err(Raised::Next(value)) => value,
            outcome => outcome?,
        };
        if let Some(returns) = &self.prepared.returns {
            let subject = format!("value returned from {}", self.name);
            assert_instance_of(&subject, returns, &value).map_err(unplaced)?;
        }
        Ok(value)
    }

    /// A value for each parameter. Defaults see the parameters before them.
    fn bound(&self, arguments: &[Value]) -> Result<Vec<(EcoString, Value)>, Raised> {
        let captures = self.parameters.last().is_some_and(|last| last.captures_rest);
        if !captures && let Some(given) = arguments.get(..self.parameters.len()) {
            let names = self.parameters.iter().map(|parameter| parameter.name.clone());
            return Ok(names.zip(given.iter().cloned()).collect());
        }
        let scope = &self.frame.scope;
        self.evaluator.guarded(&self.frame, || {
            let names = self.parameters.iter().map(|parameter| parameter.name.clone()).collect();
            let layer = scope.push(|below| Layer::parameters(names, below));
            let bound = layer.as_parameters().expect("it was made as one");
            for (index, parameter) in self.parameters.iter().enumerate() {
                let value = match arguments.get(index) {
                    Some(_) if parameter.captures_rest => {
                        let rest = arguments.get(index..).unwrap_or_default();
                        match (&parameter.value, rest) {
                            (Some(default), [Value::Undef]) => {
                                in_array(self.default(parameter, default, bound)?)
                            }
                            _ => Value::array(rest.iter().cloned()),
                        }
                    }
                    Some(value) => value.clone(),
                    None => self.missing(parameter, bound)?,
                };
                bound.set(index, value);
            }
            Ok(bound.take_values())
        })
    }

    /// The value of a parameter for which there is no argument.
    fn missing(&self, parameter: &'w Parameter, bound: &Parameters) -> Outcome {
        match &parameter.value {
            Some(default) => {
                let value = self.default(parameter, default, bound)?;
                Ok(if parameter.captures_rest { in_array(value) } else { value })
            }
            None if parameter.captures_rest => Ok(Value::array([])),
            None => {
                let message = format!("Parameter ${} is required but no value was given", parameter.name);
                Err(self.frame.fail_at_parameter(parameter, message))
            }
        }
    }

    fn default(&self, parameter: &Parameter, default: &'w Expression, bound: &Parameters) -> Outcome {
        let outcome = self.evaluator.guarded(&self.frame, || self.evaluator.evaluate(default, &self.frame));
        let Some(early) = bound.take_illegal() else { return outcome };
        let place = |name: &str| self.parameters.iter().position(|parameter| parameter.name == name);
        let (name, own) = (self.name, &parameter.name);
        Err(unplaced(if place(&early) < place(own) {
            format!("{name}: expects a value for parameter ${early}")
        } else {
            format!(
                "{name}: default expression for ${own} tries to illegally access not yet evaluated ${early}"
            )
        }))
    }

    fn check(&self, variables: &[(EcoString, Value)]) -> Result<(), Raised> {
        let mut values: Vec<Value> = variables.iter().map(|(_, value)| value.clone()).collect();
        if self.parameters.last().is_some_and(|last| last.captures_rest)
            && let Some(Value::Array(rest)) = values.last().cloned()
        {
            values.pop();
            values.extend(rest);
        }
        if self.prepared.signature.callable.takes(&values, None) {
            return Ok(());
        }
        Err(self.mismatch(values.iter().map(infer_set).collect()))
    }

    fn mismatch(&self, types: Vec<Type>) -> Raised {
        let arguments = TupleType { types, size: Range::Any };
        let signatures = std::slice::from_ref(&self.prepared.signature);
        unplaced(describe_signatures(self.name, signatures, &arguments))
    }
}

impl Block for Closure<'_, '_> {
    fn type_of(&self) -> Type {
        let callable = self.prepared.signature.callable.clone();
        Type::Callable(Some(std::sync::Arc::new(callable)))
    }

    fn parameter_names(&self) -> Vec<String> {
        self.parameters.iter().map(|parameter| parameter.name.to_string()).collect()
    }

    fn call(&self, _context: &mut dyn Context, arguments: &[Value]) -> Outcome {
        self.call_with(arguments)
    }
}

fn in_array(value: Value) -> Value {
    match value {
        array @ Value::Array(_) => array,
        other => Value::array([other]),
    }
}
