//! From tree to notation: what a manifest defines.
//!
//! Deliberately unaware of how notation is written down.

use super::Literal;
use super::transform::Writer;
use crate::ast::{Body, Expression, ExpressionKind, Parameter};

impl Writer<'_> {
    /// Definitions. Everything else is the empty call `nop`, and reaches this place never.
    pub(super) fn definition(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Class(class) => {
                self.definition_of("class", &class.name, class.parent.as_deref(), |to| {
                    to.parameters(&class.parameters);
                    to.body_entry("body", class.body.as_ref());
                });
            }
            ExpressionKind::Define(define) => self.definition_of("define", &define.name, None, |to| {
                to.parameters(&define.parameters);
                to.body_entry("body", define.body.as_ref());
            }),
            ExpressionKind::Function(function) => {
                self.definition_of("function", &function.name, None, |to| {
                    to.parameters(&function.parameters);
                    to.body_entry("body", function.body.as_ref());
                    to.optional_entry("returns", function.return_type.as_ref());
                })
            }
            ExpressionKind::Plan(plan) => self.definition_of("plan", &plan.name, None, |to| {
                to.parameters(&plan.parameters);
                to.body_entry("body", plan.body.as_ref());
            }),
            // Puppet has no notation for this one.
            ExpressionKind::Apply(apply) => self.call_with_map("apply", |to| {
                to.list_entry("args", &apply.arguments);
                to.body_entry("body", apply.body.as_ref());
            }),
            ExpressionKind::Node(node) => self.call_with_map("node", |to| {
                to.list_entry("matches", &node.matches);
                to.optional_entry("parent", node.parent.as_ref());
                to.body_entry("body", node.body.as_ref());
            }),
            ExpressionKind::TypeAlias(alias) => self.call("type-alias", |to| {
                to.text(&alias.name);
                to.expression(&alias.type_expression);
            }),
            ExpressionKind::TypeMapping(mapping) => self.call("type-mapping", |to| {
                to.expression(&mapping.type_expression);
                to.expression(&mapping.mapping);
            }),
            ExpressionKind::TypeDefinition(definition) => {
                self.type_definition(
                    &definition.name,
                    definition.parent.as_deref(),
                    definition.body.as_ref(),
                );
            }
            _ => self.call("nop", |_| {}),
        }
    }

    fn definition_of(
        &mut self,
        kind: &'static str,
        name: &str,
        parent: Option<&str>,
        rest: impl FnOnce(&mut Self),
    ) {
        self.call_with_map(kind, |to| {
            to.key("name");
            to.text(name);
            if let Some(parent) = parent {
                to.key("parent");
                to.text(parent);
            }
            rest(to);
        });
    }

    fn type_definition(&mut self, name: &str, parent: Option<&str>, body: Option<&Body>) {
        self.call("type-definition", |to| {
            to.text(name);
            to.literal(parent.map_or(Literal::Nil, Literal::Text));
            to.body(body);
        });
    }

    /// The parameters by name, and no entry where there is none.
    pub(super) fn parameters(&mut self, parameters: &[Parameter]) {
        if parameters.is_empty() {
            return;
        }
        self.key("params");
        self.map(|to| parameters.iter().for_each(|parameter| to.parameter(parameter)));
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.key(&parameter.name);
        self.map(|to| {
            to.optional_entry("type", parameter.type_expression.as_ref());
            if parameter.captures_rest {
                to.key("splat");
                to.literal(Literal::Boolean(true));
            }
            to.optional_entry("value", parameter.value.as_ref());
        });
    }
}
