//! `=`.

use ecow::EcoString;
use functions::Raised;
use syntax::ast::{AssignmentOperator, Binary, Expression, ExpressionKind};
use values::{Text, Type, Value};

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::unplaced;
use crate::label;
use crate::scope::AssignError;

/// Variables that Puppet sets and nobody else.
const RESERVED: [&str; 2] = ["trusted", "facts"];
/// Variables that classes and resources have from the start.
const BUILT_IN: [&str; 2] = ["name", "title"];

type Assignment = Binary<AssignmentOperator>;

impl<'w> Evaluator<'w> {
    pub(crate) fn assignment(
        &self,
        assignment: &'w Assignment,
        at: &'w Expression,
        frame: &Frame<'w>,
    ) -> Outcome {
        let value = self.evaluate(&assignment.right, frame)?;
        if assignment.operator != AssignmentOperator::Assign {
            let operator = assignment.operator.text();
            return Err(frame.fail(at, format_args!("The operator '{operator}' is not supported.")));
        }
        self.assign(&assignment.left, &value, assignment, at, frame)?;
        Ok(value)
    }

    fn assign(
        &self,
        target: &'w Expression,
        value: &Value,
        assignment: &'w Assignment,
        at: &'w Expression,
        frame: &Frame<'w>,
    ) -> Result<(), Raised> {
        match &target.kind {
            ExpressionKind::Variable(name) => self.assign_variable(name, value.clone(), at, frame),
            ExpressionKind::Array(targets) => self.assign_all(targets, value, assignment, at, frame),
            other => {
                let what = label::a(other);
                let message = format!("Illegal attempt to assign to '{what}'. Not an assignable reference");
                Err(frame.fail(target, message))
            }
        }
    }

    fn assign_variable(
        &self,
        name: &EcoString,
        value: Value,
        at: &'w Expression,
        frame: &Frame<'w>,
    ) -> Result<(), Raised> {
        let reserved = || format!("Attempt to assign to a reserved variable name: '${name}'");
        if name == "server_facts" {
            return Err(frame.fail(at, reserved()));
        }
        let is_reserved = RESERVED.contains(&name.as_str());
        match frame.scope.assign(name, value) {
            // A local scope has no such variable yet, and still must not.
            Ok(()) if is_reserved => {
                Err(unplaced(format!("Attempt to assign to a reserved variable name: '{name}'")))
            }
            Ok(()) => Ok(()),
            Err(AssignError::Bound) if is_reserved => Err(frame.fail(at, reserved())),
            Err(AssignError::Bound) if BUILT_IN.contains(&name.as_str()) => Err(frame
                .fail(at, format_args!("Cannot reassign built in (or already assigned) variable '${name}'"))),
            Err(AssignError::Bound) => {
                Err(frame.fail(at, format_args!("Cannot reassign variable '${name}'")))
            }
            Err(AssignError::ReadOnly) => {
                Err(unplaced(format!("Attempt to assign variable {name} when evaluating parameters")))
            }
        }
    }

    /// To several variables: from a hash by their names, from a class's variables, or one after another.
    fn assign_all(
        &self,
        targets: &'w [Expression],
        value: &Value,
        assignment: &'w Assignment,
        at: &'w Expression,
        frame: &Frame<'w>,
    ) -> Result<(), Raised> {
        match value {
            Value::Hash(entries) => {
                for target in targets {
                    let name = target_name(target);
                    let Some(value) = entries.get(&Text(&name)) else {
                        let message = format!(
                            "No value for required key '{name}' in assignment to variables from hash"
                        );
                        return Err(frame.fail(at, message));
                    };
                    self.assign(target, value, assignment, at, frame)?;
                }
                Ok(())
            }
            Value::Type(Type::Class(class)) => {
                self.assign_from_class(targets, class.as_deref().unwrap_or_default(), assignment, at, frame)
            }
            other => {
                let single = std::slice::from_ref(other);
                let values = other.as_array().map_or(single, |elements| elements.as_slice());
                if values.len() != targets.len() {
                    let (expected, actual) = (targets.len(), values.len());
                    let message = format!(
                        "Mismatched number of assignable entries and values, expected {expected}, got {actual}"
                    );
                    return Err(frame.fail(at, message));
                }
                let pairs = targets.iter().zip(values);
                pairs
                    .into_iter()
                    .try_for_each(|(target, value)| self.assign(target, value, assignment, at, frame))
            }
        }
    }

    fn assign_from_class(
        &self,
        targets: &'w [Expression],
        class: &str,
        assignment: &'w Assignment,
        at: &'w Expression,
        frame: &Frame<'w>,
    ) -> Result<(), Raised> {
        if self.class(class).is_none() {
            return Err(frame.fail(&assignment.right, format_args!("Resource not found: Class['{class}']")));
        }
        for target in targets {
            let name = format!("{}::{}", class.to_lowercase(), target_name(target));
            let Some(value) = self.variable_value(&name, &frame.scope) else {
                let message = format!(
                    "No value for required variable '${name}' in assignment to variables from class reference"
                );
                return Err(frame.fail(target, message));
            };
            self.assign(target, &value, assignment, at, frame)?;
        }
        Ok(())
    }
}

/// The name of a variable that is assigned. Of an array within an array there is none that a key could have.
fn target_name(target: &Expression) -> EcoString {
    match &target.kind {
        ExpressionKind::Variable(name) => name.clone(),
        _ => EcoString::new(),
    }
}
