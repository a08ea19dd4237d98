//! Calls: by name, by type, and chained to a value.

use functions::{Arguments, Block, Raised};
use syntax::ast::{Call, Expression, ExpressionKind, Lambda, MethodCall};
use values::{Text, Value};

use crate::caller::Caller;
use crate::closure::Closure;
use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::unplaced;
use crate::label;
use crate::nesting::bounded;
use crate::world::Callee;

/// Functions that end what is around them, and so have to say where they were called.
const JUMPS: [&str; 3] = ["break", "next", "return"];

impl<'w> Evaluator<'w> {
    pub(crate) fn call(&self, call: &'w Call, at: &'w Expression, frame: &Frame<'w>) -> Outcome {
        let is_type = match &call.function.kind {
            ExpressionKind::QualifiedReference(_) => true,
            ExpressionKind::Access(access) => {
                matches!(access.left.kind, ExpressionKind::QualifiedReference(_))
            }
            _ => false,
        };
        if is_type {
            let made = self.evaluate(&call.function, frame)?;
            let arguments = self.unfolded(vec![made], &call.arguments, frame)?;
            return self.call_at("new", &arguments, call.lambda.as_ref(), at, frame);
        }
        match &call.function.kind {
            ExpressionKind::QualifiedName(name) => {
                let arguments = self.unfolded(Vec::new(), &call.arguments, frame)?;
                self.call_at(name, &arguments, call.lambda.as_ref(), at, frame)
            }
            ExpressionKind::RenderString(_) => Err(frame.fail(
                at,
                "Ambiguous EPP parameter expression. Probably missing '<%-' before parameters to remove leading \
                 whitespace",
            )),
            other => {
                let what = label::upper_a(other);
                let message = format!("Illegal expression. {what} is unacceptable as function name in a Function Call");
                Err(frame.fail(&call.function, message))
            }
        }
    }

    pub(crate) fn method_call(&self, call: &'w MethodCall, at: &'w Expression, frame: &Frame<'w>) -> Outcome {
        let ExpressionKind::NamedAccess(access) = &call.function.kind else {
            let what = label::upper_a(&call.function.kind);
            let message =
                format!("Illegal expression. {what} is unacceptable as function accessor in a Method call");
            return Err(frame.fail(&call.function, message));
        };
        let receiver = self.unfolded(Vec::new(), std::slice::from_ref(&access.left), frame)?;
        if let Some(value) = receiver.first().and_then(|value| member(value, &access.name)) {
            return Ok(value);
        }
        let arguments = self.unfolded(receiver, &call.arguments, frame)?;
        self.call_at(&access.name, &arguments, call.lambda.as_ref(), at, frame)
    }

    /// Calls a function for an expression, which gets into the trace of what goes wrong in it.
    fn call_at(
        &self,
        name: &str,
        arguments: &[Value],
        lambda: Option<&'w Lambda>,
        at: &'w Expression,
        frame: &Frame<'w>,
    ) -> Outcome {
        let closure = match lambda {
            Some(lambda) => Some(Closure::of_lambda(self, lambda, frame)?),
            None => None,
        };
        let block = closure.as_ref().map(|closure| closure as &dyn Block);
        let outcome = match self.call_known(name, arguments, block, frame) {
            Some(outcome) => outcome,
            None => {
                let mut raised = frame.fail(at, format_args!("Unknown function: '{name}'."));
                if let (Raised::Failure(failure), Some(similar)) =
                    (&mut raised, self.world.similar_function(name))
                {
                    failure.hint = Some(format!("there is a function `{similar}`"));
                }
                return Err(raised);
            }
        };
        outcome.map_err(|raised| self.traced(raised, name, at, frame))
    }

    #[cold]
    fn traced(&self, mut raised: Raised, name: &str, at: &'w Expression, frame: &Frame<'w>) -> Raised {
        match &mut raised {
            Raised::Failure(failure) if failure.place.is_some() => {
                failure.trace.push(frame.source.place_of(at))
            }
            Raised::Failure(_) => {}
            _ if JUMPS.contains(&name) => {
                self.jump.replace(Some(frame.source.place_of(at)));
            }
            _ => {}
        }
        raised
    }

    /// Calls a function by its name, as code in this frame does.
    pub fn call_function(
        &self,
        name: &str,
        arguments: &[Value],
        block: Option<&dyn Block>,
        frame: &Frame<'w>,
    ) -> Outcome {
        self.call_known(name, arguments, block, frame)
            .unwrap_or_else(|| Err(unplaced(format!("Unknown function '{name}'"))))
    }

    /// Absent where there is no such function.
    fn call_known(
        &self,
        name: &str,
        arguments: &[Value],
        block: Option<&dyn Block>,
        frame: &Frame<'w>,
    ) -> Option<Outcome> {
        let name = name.strip_prefix("::").unwrap_or(name);
        // What a manifest defines goes before what is built in.
        let callee = match self.world.function(name) {
            Ok(Some(callee)) => callee,
            Ok(None) => Callee::Native(functions::find(name)?),
            Err(failure) => return Some(Err(failure.into())),
        };
        Some(match callee {
            Callee::Native(function) => {
                let mut caller = Caller::new(self, frame);
                function.call(&mut caller, &Arguments { values: arguments, block }).and_then(bounded)
            }
            Callee::Puppet(function, source) => Closure::of_function(self, function, source)
                .and_then(|closure| closure.call_as_function(arguments, block)),
        })
    }
}

/// What a value has under a name: an attribute of an instance, a part of a URI.
fn member(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(instance) => {
            instance.object.attribute(name)?;
            Some(instance.get(name).cloned().unwrap_or(Value::Undef))
        }
        Value::Uri(uri) => uri.members().get(&Text(name)).cloned(),
        _ => None,
    }
}
