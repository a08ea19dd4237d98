//! What may be assigned to.

use super::{Checker, deep, error, labels, model::Model, names};
use crate::ast::{AssignmentOperator, Binary, Expression, ExpressionKind};

impl<'tree> Checker<'tree> {
    pub(super) fn check_assignment(
        &mut self,
        node: Model<'tree>,
        assignment: &'tree Binary<AssignmentOperator>,
    ) {
        if assignment.operator == AssignmentOperator::Assign {
            self.check_target(&assignment.left);
            self.require_value(Model::of(&assignment.right));
            return;
        }
        let operator = assignment.operator.text();
        let message = format!(
            "The operator '{operator}' is no longer supported. See http://links.puppet.com/remove-plus-equals"
        );
        let hint = format!("assign to a new variable: $new = $old {} ...", &operator[..1]);
        self.report(error("APPENDS_DELETES_NO_LONGER_SUPPORTED", node, message).hint(hint));
    }

    fn check_target(&mut self, target: &'tree Expression) {
        let node = Model::of(target);
        match &target.kind {
            ExpressionKind::Variable(name) => self.check_target_variable(node, name),
            ExpressionKind::Array(targets) => {
                targets.iter().for_each(|target| deep(|| self.check_target(target)))
            }
            ExpressionKind::Access(_) => {
                let message = "Illegal attempt to assign via [index/key]. Not an assignable reference";
                let hint = "make a new value: $new = $old + { key => value }";
                self.report(error("ILLEGAL_INDEXED_ASSIGNMENT", node, message).hint(hint));
            }
            _ => {
                let message = format!(
                    "Illegal attempt to assign to '{}'. Not an assignable reference",
                    labels::a(node)
                );
                let hint = match &target.kind {
                    ExpressionKind::QualifiedName(name) => format!("write `${name}` to assign to a variable"),
                    _ => "assign to a variable, or to an array of variables; compare with `==`".into(),
                };
                self.report(error("ILLEGAL_ASSIGNMENT", node, message).hint(hint));
            }
        }
    }

    fn check_target_variable(&mut self, node: Model<'tree>, name: &str) {
        if names::is_numeric_variable(name) {
            let message = format!(
                "Illegal attempt to assign to the numeric match result variable '${name}'. Numeric variables \
                 are not assignable"
            );
            let hint = "give the variable a name that begins with a letter";
            self.report(error("ILLEGAL_NUMERIC_ASSIGNMENT", node, message).hint(hint));
        }
        if name.contains("::") {
            let message = format!(
                "Illegal attempt to assign to '{name}'. Cannot assign to variables in other namespaces"
            );
            let last = name.rsplit("::").next().unwrap_or(name);
            let hint = format!("assign to `${last}` within the class that the variable belongs to");
            self.report(error("CROSS_SCOPE_ASSIGNMENT", node, message).hint(hint));
        }
    }

    /// A parameter's default must not assign, except within a lambda.
    pub(super) fn check_default(&mut self, value: &'tree Expression) {
        let known = self.unassigned;
        if known.start <= value.span.start && value.span.end <= known.end {
            return;
        }
        if self.is_unassigned(Model::of(value)) {
            self.unassigned = value.span;
        }
    }

    /// Tells of every assignment. Whether nothing was found, and nothing left out.
    fn is_unassigned(&mut self, node: Model<'tree>) -> bool {
        match node {
            Model::Lambda { .. } => false,
            Model::Expression(Expression { kind: ExpressionKind::Assignment(_), .. }) => {
                let hint = "assign in the body, or let the default be the value alone";
                let issue =
                    error("ILLEGAL_ASSIGNMENT_CONTEXT", node, "Assignment not allowed here").hint(hint);
                self.report(issue);
                false
            }
            _ => {
                let mut unassigned = true;
                node.children(&mut |child| unassigned &= deep(|| self.is_unassigned(child)));
                unassigned
            }
        }
    }
}
