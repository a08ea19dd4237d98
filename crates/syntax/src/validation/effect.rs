//! Statements without effect: a value that is made and then forgotten.
//!
//! As in Puppet, the answer is certain only when it is yes: what a function does is not known here.

use std::collections::HashMap;

use super::{Checker, deep, error, labels, model::Model};
use crate::ast::{BinaryOperator, Body, CaseOption, Else, Expression, ExpressionKind};

impl<'tree> Checker<'tree> {
    /// A block's statements but the last must have an effect; Puppet tells of the first that has none.
    pub(super) fn check_block(&mut self, node: Model<'tree>, statements: &'tree [Expression]) {
        if let Some(name) = self.untitled_resource(node) {
            let message = format!(
                "This expression is invalid. Did you try declaring a '{name}' resource without a title?"
            );
            let hint =
                format!("write the title and a colon before the attributes: {name} {{ 'title': ... }}");
            return self.report(error("RESOURCE_WITHOUT_TITLE", node, message).hint(hint));
        }
        let forgotten =
            statements.split_last().and_then(|(_, others)| others.iter().find(|one| self.idleness.of(one)));
        if let Some(statement) = forgotten {
            let node = Model::of(statement);
            let message = format!(
                "This {} has no effect. A value was produced and then forgotten (one or more preceding \
                 expressions may have the wrong form)",
                labels::label(node)
            );
            self.report(error("IDEM_EXPRESSION_NOT_LAST", node, message).hint(idle_hint(&statement.kind)));
        }
    }

    /// The body of a class, a defined type or a node must not end with a value: nobody receives it.
    pub(super) fn check_no_value_last(&mut self, definition: Model<'tree>, body: &'tree Option<Body>) {
        let Some(last) = body.as_ref().and_then(|body| body.statements.last()) else { return };
        let node = Model::of(last);
        if !self.idleness.of(last) || self.untitled_resource(node).is_some() {
            return;
        }
        let message = format!(
            "This {} has no effect. {} can not end with a value-producing expression without other effect",
            labels::label(node),
            labels::upper_a(definition)
        );
        self.report(error("IDEM_NOT_ALLOWED_LAST", node, message).hint(idle_hint(&last.kind)));
    }

    /// The name in `name { a => 1 }`, which Puppet reads as a name and a hash. Plans are not told.
    fn untitled_resource(&self, node: Model<'tree>) -> Option<&'tree str> {
        match node {
            Model::Block { statements: [name, attributes], apply: false, .. } if !self.options.tasks => {
                match (&name.kind, &attributes.kind) {
                    (ExpressionKind::QualifiedName(name), ExpressionKind::Hash(_)) => Some(name),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Which choices are known to change nothing, or to be able to: what stands in many is looked at once.
#[derive(Default)]
pub(super) struct Idleness {
    choices: HashMap<*const Expression, bool>,
}

impl Idleness {
    /// Whether it is certain that evaluating this changes nothing.
    fn of(&mut self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Parenthesized(inner) => deep(|| self.of(inner)),
            ExpressionKind::Block(statements) => self.of_all(statements),
            ExpressionKind::If(_) | ExpressionKind::Unless(_) | ExpressionKind::Case(_) => {
                let place: *const Expression = expression;
                if let Some(known) = self.choices.get(&place) {
                    return *known;
                }
                let idle = deep(|| self.of_choice(&expression.kind));
                self.choices.insert(place, idle);
                idle
            }
            kind => is_idle(kind),
        }
    }

    fn of_all(&mut self, expressions: &[Expression]) -> bool {
        expressions.iter().all(|expression| self.of(expression))
    }

    fn of_body(&mut self, body: &Option<Body>) -> bool {
        body.as_ref().is_none_or(|body| self.of_all(&body.statements))
    }

    fn of_choice(&mut self, kind: &ExpressionKind) -> bool {
        match kind {
            ExpressionKind::If(branch) | ExpressionKind::Unless(branch) => {
                self.of(&branch.test)
                    && self.of_body(&branch.then)
                    && match &branch.otherwise {
                        Some(Else::If(branch)) => self.of(branch),
                        Some(Else::Body(body)) => self.of_all(&body.statements),
                        None => true,
                    }
            }
            ExpressionKind::Case(case) => {
                let mut option =
                    |option: &CaseOption| self.of_all(&option.values) && self.of_body(&option.body);
                case.options.iter().all(&mut option) && self.of(&case.test)
            }
            _ => false,
        }
    }
}

/// The same of what has no statements in it.
fn is_idle(kind: &ExpressionKind) -> bool {
    match kind {
        ExpressionKind::Undef
        | ExpressionKind::Default
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Integer(_)
        | ExpressionKind::Float(_)
        | ExpressionKind::String(_)
        | ExpressionKind::ConcatenatedString(_)
        | ExpressionKind::Heredoc(_)
        | ExpressionKind::Regexp(_)
        | ExpressionKind::Array(_)
        | ExpressionKind::Hash(_)
        | ExpressionKind::QualifiedName(_)
        | ExpressionKind::QualifiedReference(_)
        | ExpressionKind::Variable(_)
        | ExpressionKind::ReservedWord(_)
        | ExpressionKind::Unary(_)
        | ExpressionKind::Access(_)
        | ExpressionKind::NamedAccess(_)
        | ExpressionKind::Selector(_) => true,
        // A match sets `$0` and the others.
        ExpressionKind::Binary(binary) => {
            !matches!(binary.operator, BinaryOperator::Match | BinaryOperator::NotMatch)
        }
        _ => false,
    }
}

fn idle_hint(kind: &ExpressionKind) -> String {
    match kind {
        ExpressionKind::QualifiedName(name) => {
            format!(
                "call a function with parentheses, `{name}(...)`, or give a resource a title, \
                 `{name} {{ 'title': }}`"
            )
        }
        ExpressionKind::Binary(binary) if binary.operator == BinaryOperator::Equal => {
            "assign with a single `=`, or remove the comparison".into()
        }
        ExpressionKind::Access(_) | ExpressionKind::QualifiedReference(_) => {
            "declare a resource as `type { 'title': }`; a reference alone declares nothing".into()
        }
        ExpressionKind::If(_) | ExpressionKind::Unless(_) | ExpressionKind::Case(_) => {
            "assign what it gives to a variable, or declare something in its branches".into()
        }
        _ => "assign the value to a variable, pass it to a function, or remove it".into(),
    }
}
