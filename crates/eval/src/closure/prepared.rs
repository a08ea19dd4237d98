//! The types of parameters and results, evaluated once where nothing can change them.

use std::rc::Rc;

use ecow::EcoString;
use functions::Raised;
use syntax::ast::{AnyNode, Expression, ExpressionKind, Parameter};
use values::Type;
use values::mismatch::Signature;
use values::types::{Callable, Range, Size, TupleType};

use crate::evaluator::{Evaluator, Frame};

/// The types of parameters and result, evaluated.
pub(crate) struct Prepared {
    pub(super) signature: Signature,
    pub(super) returns: Option<Type>,
    /// Whether every argument fits.
    pub(super) untyped: bool,
}

impl<'w> Evaluator<'w> {
    /// The types of parameters and result. Those that no variable can change are evaluated once.
    pub(super) fn prepared(
        &self,
        parameters: &'w [Parameter],
        returns: Option<&'w Expression>,
        frame: &Frame<'w>,
    ) -> Result<Rc<Prepared>, Raised> {
        let key = parameters.as_ptr() as usize;
        let is_kept = !parameters.is_empty();
        if is_kept && let Some(known) = self.prepared.borrow().get(&key) {
            return Ok(known.clone());
        }
        let mut types = Vec::with_capacity(parameters.len());
        let (mut least, mut most, mut optional) = (0_i64, Some(0_i64), false);
        for parameter in parameters {
            let (found, size) = self.parameter_type(parameter, frame)?;
            optional |= size.least() == 0;
            if size.least() > 0 && optional {
                let message = format!(
                    "Parameter ${} is required but appears after optional parameters",
                    parameter.name
                );
                return Err(frame.fail_at_parameter(parameter, message));
            }
            least = least.saturating_add(size.least());
            most = most.zip(size.to()).map(|(most, more)| most.saturating_add(more));
            types.push(found);
        }
        let returns = match returns {
            Some(expression) => self.type_in(expression, frame)?,
            None => None,
        };
        let untyped = parameters.iter().all(|parameter| parameter.type_expression.is_none());
        let signature = Signature {
            callable: Callable {
                parameters: Some(TupleType { types, size: Range::new(Some(least), most) }),
                block: None,
                returns: returns.clone(),
            },
            parameter_names: parameters.iter().map(|parameter| parameter.name.clone()).collect(),
            block_name: EcoString::new(),
        };
        let prepared = Rc::new(Prepared { signature, returns, untyped });
        if is_kept && parameters.iter().filter_map(|one| one.type_expression.as_ref()).all(is_constant) {
            self.prepared.borrow_mut().insert(key, prepared.clone());
        }
        Ok(prepared)
    }

    fn parameter_type(&self, parameter: &'w Parameter, frame: &Frame<'w>) -> Result<(Type, Size), Raised> {
        let found = match &parameter.type_expression {
            Some(expression) => self.type_in(expression, frame)?.unwrap_or(Type::Any),
            None => Type::Any,
        };
        Ok(match found {
            Type::Array(array) if parameter.captures_rest => {
                (array.element.clone(), array.size.written_out())
            }
            found if parameter.captures_rest => (found, Range::AtLeast(0)),
            found if parameter.value.is_some() => (found, Range::Between(0, 1)),
            found => (found, Range::Between(1, 1)),
        })
    }

    fn type_in(&self, expression: &'w Expression, frame: &Frame<'w>) -> Result<Option<Type>, Raised> {
        Ok(self.evaluate(expression, frame)?.as_type().cloned())
    }
}

/// Whether an expression is the same whatever variables there are.
fn is_constant(expression: &Expression) -> bool {
    let mut constant = true;
    AnyNode::Expression(expression).walk(&mut |node| {
        if let AnyNode::Expression(found) = node {
            constant &= !matches!(
                found.kind,
                ExpressionKind::Variable(_) | ExpressionKind::Call(_) | ExpressionKind::MethodCall(_)
            );
        }
    });
    constant
}
