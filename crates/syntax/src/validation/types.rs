//! Type aliases, type mappings, and types where a definition names one.

use super::{Checker, error, labels, model::Model, names};
use crate::ast::{Expression, ExpressionKind, TypeAlias, TypeMapping};

/// The left side of a mapping.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mapped {
    /// `Runtime['ruby', 'A']`.
    One,
    /// `Runtime['ruby', [/a/, 'b']]`.
    Pattern,
}

impl<'tree> Checker<'tree> {
    pub(super) fn check_type_alias(&mut self, node: Model<'tree>, alias: &'tree TypeAlias) {
        self.check_containment(node);
        if !names::is_type_definition(&alias.name) {
            let hint = "write the name from its module on, each part with a capital letter first";
            self.report_illegal_name(node, &alias.name, hint);
        }
        // Puppet gives a type with arguments no place of its own here.
        let place = match &alias.type_expression.kind {
            ExpressionKind::Access(_) => node,
            _ => Model::of(&alias.type_expression),
        };
        self.check_type(node, &alias.type_expression, place);
    }

    /// What stands behind `>>`.
    pub(super) fn check_return_type(&mut self, definition: Model<'tree>, expression: &'tree Expression) {
        self.check_type(definition, expression, Model::of(expression));
    }

    /// A type, or a type with arguments.
    fn check_type(&mut self, definition: Model<'tree>, expression: &'tree Expression, place: Model<'tree>) {
        match &without_arguments(expression).kind {
            ExpressionKind::QualifiedReference(name) => {
                self.check_future_reserved_word(place, &name.to_lowercase());
            }
            _ => {
                let hint = "name a type, with its arguments in brackets, as in `Array[String]`";
                self.report_illegal(Model::of(expression), "a type reference", definition, hint);
            }
        }
    }

    pub(super) fn check_type_mapping(&mut self, node: Model<'tree>, mapping: &'tree TypeMapping) {
        self.check_containment(node);
        let Some(mapped) = mapped(&mapping.type_expression) else {
            let hint = "name an alias without brackets; only Runtime[...] can be mapped";
            return self.report_unsupported(node, hint);
        };
        let target = &mapping.mapping;
        let is_type = !is_type_with_hash(target)
            && matches!(without_arguments(target).kind, ExpressionKind::QualifiedReference(_));
        let (expected, hint) = match mapped {
            Mapped::One if is_type => return,
            Mapped::Pattern if is_replacement(target) => return,
            Mapped::One => ("a Type", "write a type on the right side"),
            Mapped::Pattern => (
                "a Tuple[Regexp,String]",
                "write a pattern and its replacement on the right side: [/a/, 'b']",
            ),
        };
        let message = format!(
            "Illegal type mapping. Expected {expected} on the left side, got {}",
            labels::upper_a(node)
        );
        self.report(error("ILLEGAL_TYPE_MAPPING", node, message).hint(hint));
    }

    /// The grammar has these, and no Puppet does anything with them.
    pub(super) fn check_type_definition(&mut self, node: Model<'tree>) {
        self.check_containment(node);
        self.report_unsupported(
            node,
            "write an alias of an Object type: type Name = Object[{ attributes => { } }]",
        );
    }

    fn report_unsupported(&mut self, node: Model<'tree>, hint: &'static str) {
        let message =
            format!("Expressions of type {} are not supported in this version of Puppet", labels::a(node));
        self.report(error("UNSUPPORTED_EXPRESSION", node, message).hint(hint));
    }
}

fn without_arguments(expression: &Expression) -> &Expression {
    match &expression.kind {
        ExpressionKind::Access(access) => &access.left,
        _ => expression,
    }
}

/// Whether this is `A { }`, which stands for `A[{ }]`, yet not on the right side of a mapping.
fn is_type_with_hash(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Access(access) => {
            access.keys.last().is_some_and(|last| last.span.end == expression.span.end)
        }
        _ => false,
    }
}

fn mapped(expression: &Expression) -> Option<Mapped> {
    let ExpressionKind::Access(access) = &expression.kind else { return None };
    match &access.left.kind {
        ExpressionKind::QualifiedReference(name) if **name == *"Runtime" => {}
        _ => return None,
    }
    match access.keys.as_slice() {
        [_, second] if is_replacement(second) => Some(Mapped::Pattern),
        _ => Some(Mapped::One),
    }
}

fn is_replacement(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Array(values) => match values.as_slice() {
            [pattern, replacement] => {
                matches!(pattern.kind, ExpressionKind::Regexp(_))
                    && matches!(replacement.kind, ExpressionKind::String(_) | ExpressionKind::RenderString(_))
            }
            _ => false,
        },
        _ => false,
    }
}
