//! What Puppet calls the nodes of a tree in its messages.
//!
//! Deliberately unaware of the messages.

use std::borrow::Cow;

use super::model::Model;
use crate::ast::{AttributeOperation, ExpressionKind, Query, UnaryOperator};

/// The name alone: `'+' expression`.
pub(super) fn label(node: Model<'_>) -> Cow<'static, str> {
    let name = match node {
        Model::Expression(expression) => return of_expression(&expression.kind),
        Model::Program(_) => "Object",
        Model::Block { apply: false, .. } => "Block Expression",
        Model::Block { apply: true, .. } => "Apply Block Expression",
        Model::Interpolation { .. } => "Expression in Interpolated String",
        Model::Lambda { .. } => "Lambda",
        Model::Epp(_) => "Epp Template",
        Model::Parameter(_) => "Parameter Definition",
        Model::KeyedEntry(_) => "Hash Entry",
        Model::CaseOption(_) => "Case Option",
        Model::SelectorEntry(_) => "Selector Option",
        Model::ResourceBody { .. } => "Resource Instance Definition",
        Model::Attribute(AttributeOperation::Attribute { operator, .. }) => {
            return operation(operator.text());
        }
        Model::Attribute(AttributeOperation::Splat { .. }) => "Object",
        Model::Query(query) => of_query(query),
    };
    name.into()
}

/// With the indefinite article: `a '+' expression`.
pub(super) fn a(node: Model<'_>) -> String {
    let name = label(node);
    format!("{} {name}", if is_vowel(&name) { "an" } else { "a" })
}

/// With the indefinite article, at the start of a sentence: `A '+' expression`.
pub(super) fn upper_a(node: Model<'_>) -> String {
    let name = label(node);
    format!("{} {name}", if is_vowel(&name) { "An" } else { "A" })
}

/// With the definite article: `the '+' expression`.
pub(super) fn the(node: Model<'_>) -> String {
    format!("the {}", label(node))
}

/// Puppet looks at the first letter, behind a quotation mark if there is one, and takes y for a vowel.
fn is_vowel(name: &str) -> bool {
    let name = name.strip_prefix(['"', '\'']).unwrap_or(name);
    name.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'A', 'E', 'I', 'O', 'U', 'Y'])
}

fn operation(operator: &str) -> Cow<'static, str> {
    format!("'{operator}' expression").into()
}

fn of_query(query: &Query) -> &'static str {
    if query.exported { "Exported Query" } else { "Virtual Query" }
}

fn of_expression(kind: &ExpressionKind) -> Cow<'static, str> {
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
        ExpressionKind::If(_) => "'if' statement",
        ExpressionKind::Unless(_) => "'unless' Statement",
        ExpressionKind::Case(_) => "'case' statement",
        ExpressionKind::Selector(_) => "Selector Expression",
        ExpressionKind::Resource(_) => "Resource Statement",
        ExpressionKind::ResourceDefaults(_) => "Resource Defaults Expression",
        ExpressionKind::ResourceOverride(_) => "Resource Override",
        ExpressionKind::Collector(collector) => of_query(&collector.query),
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

/// The name of Puppet's own class of this node, which one message shows.
pub(super) fn class_name(kind: &ExpressionKind) -> &'static str {
    match kind {
        ExpressionKind::Access(_) => "Puppet::Pops::Model::AccessExpression",
        _ => "Puppet::Pops::Model::QualifiedReference",
    }
}
