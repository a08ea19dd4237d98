//! What may be asked in a collector: comparisons with `==` and `!=`, joined by `and` and `or`.

use super::{Checker, deep, error, labels, model::Model};
use crate::ast::{BinaryOperator, Collector, ExpressionKind};

impl<'tree> Checker<'tree> {
    pub(super) fn check_collector(&mut self, node: Model<'tree>, collector: &'tree Collector) {
        let asked = Model::of(&collector.type_expression);
        if !matches!(asked.kind(), Some(ExpressionKind::QualifiedReference(_))) {
            let hint = "name a type with a capital letter, as in `User <| title == 'a' |>`";
            self.report_illegal(asked, "type name", node, hint);
        }
    }

    pub(super) fn check_query(&mut self, node: Model<'tree>) {
        let legal = match node.kind() {
            Some(
                ExpressionKind::Variable(_)
                | ExpressionKind::QualifiedName(_)
                | ExpressionKind::Integer(_)
                | ExpressionKind::Float(_)
                | ExpressionKind::String(_)
                | ExpressionKind::RenderString(_)
                | ExpressionKind::Boolean(_),
            ) => true,
            Some(ExpressionKind::Parenthesized(inner)) => return deep(|| self.check_query(Model::of(inner))),
            Some(ExpressionKind::Binary(binary)) => match binary.operator {
                BinaryOperator::And | BinaryOperator::Or => {
                    deep(|| self.check_query(Model::of(&binary.left)));
                    return deep(|| self.check_query(Model::of(&binary.right)));
                }
                operator => matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual),
            },
            _ => false,
        };
        if !legal {
            let message =
                format!("Illegal query expression. {} cannot be used in a query", labels::upper_a(node));
            let hint = "compare attributes with `==` and `!=` only, joined by `and` and `or`";
            self.report(error("ILLEGAL_QUERY_EXPRESSION", node, message).hint(hint));
        }
    }
}
