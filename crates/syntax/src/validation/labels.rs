//! What Puppet calls the nodes of a tree in its messages.
//!
//! Deliberately unaware of the messages.

use std::borrow::Cow;

use super::model::Model;
use crate::ast::{AttributeOperation, ExpressionKind};

/// The name alone: `'+' expression`.
pub(super) fn label(node: Model<'_>) -> Cow<'static, str> {
    let name = match node {
        Model::Expression(expression) => return expression.kind.label(),
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
        Model::Query(query) => query.label(),
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

/// The name of Puppet's own class of this node, which one message shows.
pub(super) fn class_name(kind: &ExpressionKind) -> &'static str {
    match kind {
        ExpressionKind::Access(_) => "Puppet::Pops::Model::AccessExpression",
        _ => "Puppet::Pops::Model::QualifiedReference",
    }
}
