//! Expressions that give no value, where a value is needed.

use super::{Checker, deep, error, labels, model::Model};
use crate::ast::{Binary, Expression, ExpressionKind, RelationshipOperator};

impl<'tree> Checker<'tree> {
    /// Refuses what gives no value: definitions and collectors, also behind prefix operators and in
    /// parentheses.
    pub(super) fn require_value(&mut self, node: Model<'tree>) {
        let hint = match node {
            Model::Interpolation { expression, .. } => return self.require_value(Model::of(expression)),
            Model::Expression(expression) => match &expression.kind {
                ExpressionKind::Unary(unary) => {
                    return deep(|| self.require_value(Model::of(&unary.operand)));
                }
                ExpressionKind::Parenthesized(inner) => return deep(|| self.require_value(Model::of(inner))),
                ExpressionKind::RenderExpression(body) => {
                    return self.require_value(Model::statement_or_block(body));
                }
                kind => valueless(kind),
            },
            _ => None,
        };
        let Some(hint) = hint else { return };
        let message =
            format!("Invalid use of expression. {} does not produce a value", labels::upper_a(node));
        self.report(error("NOT_RVALUE", node, message).hint(hint));
    }

    pub(super) fn require_values(&mut self, values: &'tree [Expression]) {
        values.iter().for_each(|value| self.require_value(Model::of(value)));
    }

    /// Both sides of an arrow give a value, or are collectors or arrows themselves.
    pub(super) fn check_relationship(&mut self, relationship: &'tree Binary<RelationshipOperator>) {
        for side in [&relationship.left, &relationship.right] {
            if !matches!(side.kind, ExpressionKind::Collector(_) | ExpressionKind::Relationship(_)) {
                self.require_value(Model::of(side));
            }
        }
    }
}

/// What to do about an expression that gives no value; absent if it gives one.
fn valueless(kind: &ExpressionKind) -> Option<&'static str> {
    match kind {
        ExpressionKind::Collector(_) => Some(
            "let the collector stand alone or beside an arrow; puppetdb_query() gives resources as values",
        ),
        ExpressionKind::Class(_)
        | ExpressionKind::Define(_)
        | ExpressionKind::Function(_)
        | ExpressionKind::Plan(_)
        | ExpressionKind::Node(_)
        | ExpressionKind::TypeAlias(_)
        | ExpressionKind::TypeMapping(_)
        | ExpressionKind::TypeDefinition(_) => {
            Some("let the definition stand alone at the top of the file, and use its name here")
        }
        _ => None,
    }
}
