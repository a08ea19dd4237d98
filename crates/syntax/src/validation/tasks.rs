//! Where tasks are on, what needs a catalog stands only in `apply`, and classes and defined types nowhere.

use super::{Checker, error, labels, model::Model};
use crate::ast::ExpressionKind;

impl<'tree> Checker<'tree> {
    /// Whether this must not stand here in a plan. If so that is told, and no other rule looks at the node.
    pub(super) fn tasks_forbid(&mut self, node: Model<'tree>) -> bool {
        let Some(kind) = node.kind().filter(|_| self.options.tasks) else { return false };
        match kind {
            ExpressionKind::Class(_) | ExpressionKind::Define(_) => self.report_needs_catalog(node),
            ExpressionKind::Collector(collector) if self.in_apply() => {
                if !collector.query.exported {
                    return false;
                }
                self.report_in_catalog(node, "collect virtual resources, with single marks `<| |>`");
            }
            ExpressionKind::Apply(_) if self.in_apply() => {
                self.report_in_catalog(node, "move the inner `apply` out of the outer one");
            }
            ExpressionKind::Collector(_)
            | ExpressionKind::Node(_)
            | ExpressionKind::Relationship(_)
            | ExpressionKind::ResourceDefaults(_)
            | ExpressionKind::Resource(_)
            | ExpressionKind::ResourceOverride(_)
                if !self.in_apply() =>
            {
                self.report_needs_catalog(node);
            }
            _ => return false,
        }
        true
    }

    fn in_apply(&self) -> bool {
        self.path.iter().any(|container| matches!(container, Model::Block { apply: true, .. }))
    }

    fn report_needs_catalog(&mut self, node: Model<'tree>) {
        let message = format!("{} is only available when compiling a catalog", labels::upper_a(node));
        let hint = "write what needs a catalog into a module's manifest, or within apply() { }";
        self.report(error("EXPRESSION_NOT_SUPPORTED_WHEN_SCRIPTING", node, message).hint(hint));
    }

    fn report_in_catalog(&mut self, node: Model<'tree>, hint: &'static str) {
        let message = format!("{} is not available when compiling a catalog", labels::upper_a(node));
        self.report(error("EXPRESSION_NOT_SUPPORTED_WHEN_COMPILING", node, message).hint(hint));
    }
}
