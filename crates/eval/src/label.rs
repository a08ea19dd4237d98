//! What Puppet calls expressions in its messages.

use std::borrow::Cow;

use syntax::ast::{ExpressionKind, UnaryOperator};
use values::label::with_article;

/// The label with its article: `a '+' expression`.
pub(crate) fn a(kind: &ExpressionKind) -> String {
    with_article(&label(kind))
}

/// The same, at the start of a sentence.
pub(crate) fn upper_a(kind: &ExpressionKind) -> String {
    let text = a(kind);
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn operation(operator: &str) -> Cow<'static, str> {
    format!("'{operator}' expression").into()
}

fn label(kind: &ExpressionKind) -> Cow<'static, str> {
    let name = match kind {
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
        _ => of_statement(kind),
    };
    name.into()
}

fn of_statement(kind: &ExpressionKind) -> &'static str {
    match kind {
        ExpressionKind::Block(_) => "Block Expression",
        ExpressionKind::If(_) => "'if' statement",
        ExpressionKind::Unless(_) => "'unless' Statement",
        ExpressionKind::Case(_) => "'case' statement",
        ExpressionKind::Selector(_) => "Selector Expression",
        ExpressionKind::Resource(_) => "Resource Statement",
        ExpressionKind::ResourceDefaults(_) => "Resource Defaults Expression",
        ExpressionKind::ResourceOverride(_) => "Resource Override",
        ExpressionKind::Collector(collector) if collector.query.exported => "Exported Query",
        ExpressionKind::Collector(_) => "Virtual Query",
        ExpressionKind::Class(_) => "Host Class Definition",
        ExpressionKind::Define(_) => "'define' expression",
        ExpressionKind::Function(_) => "Function Definition",
        ExpressionKind::Node(_) => "Node Definition",
        ExpressionKind::TypeAlias(_) => "Type Alias",
        ExpressionKind::Epp(_) => "Epp Template",
        _ => "Object",
    }
}
