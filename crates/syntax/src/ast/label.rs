//! What Puppet calls expressions in its messages.
//!
//! Deliberately unaware of the messages, and of articles.

use std::borrow::Cow;

use super::{ExpressionKind, Query, UnaryOperator};

impl ExpressionKind {
    /// What Puppet calls it in its messages: `'+' expression`, without article.
    pub fn label(&self) -> Cow<'static, str> {
        let name = match self {
            ExpressionKind::Undef => "'undef' expression",
            ExpressionKind::Default => "'default' expression",
            ExpressionKind::Boolean(_) => "Boolean",
            ExpressionKind::Integer(_) => "Literal Integer",
            ExpressionKind::Float(_) => "Literal Float",
            ExpressionKind::String(_) => "String",
            ExpressionKind::ConcatenatedString(_) => "Double Quoted String",
            ExpressionKind::Heredoc(heredoc) => return operation(&format!("@({})", heredoc.syntax)),
            ExpressionKind::Regexp(_) => "Regular Expression",
            ExpressionKind::Array(_) => "Array Expression",
            ExpressionKind::Hash(_) => "Hash Expression",
            ExpressionKind::QualifiedName(_) => "Name",
            ExpressionKind::QualifiedReference(_) => "Type-Name",
            ExpressionKind::Variable(_) => "Variable",
            ExpressionKind::ReservedWord(word) => return format!("Reserved Word '{word}'").into(),
            ExpressionKind::Unary(unary) => match unary.operator {
                UnaryOperator::Not => "'not' expression",
                UnaryOperator::Minus => "Unary Minus",
                UnaryOperator::Splat => "Unfold",
            },
            ExpressionKind::Parenthesized(_) => "Parenthesized Expression",
            ExpressionKind::Binary(binary) => return operation(binary.operator.text()),
            ExpressionKind::Assignment(assignment) => return operation(assignment.operator.text()),
            ExpressionKind::Relationship(relationship) => return operation(relationship.operator.text()),
            ExpressionKind::Access(_) => "'[]' expression",
            ExpressionKind::NamedAccess(_) => "'.' expression",
            ExpressionKind::Call(_) => "Function Call",
            ExpressionKind::MethodCall(_) => "Method call",
            ExpressionKind::RenderString(_) => "Epp Text",
            ExpressionKind::RenderExpression(_) => "Epp Interpolated Expression",
            _ => of_statement(self),
        };
        name.into()
    }
}

impl Query {
    /// What Puppet calls it in its messages.
    pub fn label(&self) -> &'static str {
        if self.exported { "Exported Query" } else { "Virtual Query" }
    }
}

fn operation(operator: &str) -> Cow<'static, str> {
    format!("'{operator}' expression").into()
}

fn of_statement(kind: &ExpressionKind) -> &'static str {
    match kind {
        ExpressionKind::Block(_) => "Block Expression",
        ExpressionKind::Epp(_) => "Epp Template",
        ExpressionKind::If(_) => "'if' statement",
        ExpressionKind::Unless(_) => "'unless' Statement",
        ExpressionKind::Case(_) => "'case' statement",
        ExpressionKind::Selector(_) => "Selector Expression",
        ExpressionKind::Resource(_) => "Resource Statement",
        ExpressionKind::ResourceDefaults(_) => "Resource Defaults Expression",
        ExpressionKind::ResourceOverride(_) => "Resource Override",
        ExpressionKind::Collector(collector) => collector.query.label(),
        ExpressionKind::Class(_) => "Host Class Definition",
        ExpressionKind::Define(_) => "'define' expression",
        ExpressionKind::Function(_) => "Function Definition",
        ExpressionKind::Plan(_) => "Plan Definition",
        ExpressionKind::Apply(_) => "'apply' expression",
        ExpressionKind::Node(_) => "Node Definition",
        ExpressionKind::TypeAlias(_) => "Type Alias",
        ExpressionKind::TypeMapping(_) => "Type Mapping",
        ExpressionKind::TypeDefinition(_) => "Type Definition",
        _ => "Object",
    }
}
