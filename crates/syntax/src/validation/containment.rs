//! Where definitions may stand.

use super::{Checker, error, labels, model::Model};
use crate::ast::ExpressionKind;

impl<'tree> Checker<'tree> {
    /// Definitions stand at the top of a file, in classes and in `apply`; functions and types at the top
    /// only.
    pub(super) fn check_containment(&mut self, definition: Model<'tree>) {
        let only_at_top = matches!(
            definition.kind(),
            Some(
                ExpressionKind::Function(_)
                    | ExpressionKind::Plan(_)
                    | ExpressionKind::TypeAlias(_)
                    | ExpressionKind::TypeDefinition(_)
            )
        );
        let mut containers = self.path.iter().rev().peekable();
        while let Some(container) = containers.next() {
            match container {
                Model::Program(_) => return,
                Model::Expression(expression)
                    if matches!(expression.kind, ExpressionKind::Class(_) | ExpressionKind::Apply(_)) =>
                {
                    return;
                }
                Model::Block { .. } if !only_at_top => {}
                Model::Block { .. } if matches!(containers.peek(), Some(Model::Program(_))) => return,
                Model::Block { .. } => {
                    let message = format!("{} may only appear at toplevel", labels::upper_a(definition));
                    let hint = "move it out of all braces";
                    return self.report(error("NOT_ABSOLUTE_TOP_LEVEL", definition, message).hint(hint));
                }
                _ => {
                    let message =
                        "Classes, definitions, and nodes may only appear at toplevel or inside other classes";
                    let hint =
                        "move the definition out of the braces around it, and include or declare it there";
                    return self.report(error("NOT_TOP_LEVEL", definition, message).hint(hint));
                }
            }
        }
    }
}
