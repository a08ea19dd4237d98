//! The syntax tree: what a manifest or a template says, typed, with exact spans.
//!
//! The names are those of Puppet's own model (`Puppet::AST`), so that what is written about Puppet holds here.
//! Every node has a [`Span`] that covers its whole text, from its first to its last token; Puppet's own positions,
//! which its messages show, are often elsewhere (an operator, a dot): [`Expression::position`] gives those.
//!
//! Deliberately unaware of what anything means: names are not resolved, nothing is evaluated.

mod control;
mod definition;
mod expression;
mod label;
mod literal;
mod operator;
mod resource;
mod walk;

pub use control::{Body, Case, CaseOption, Else, If, Selector, SelectorEntry};
pub use definition::{
    Apply, Class, Define, Function, Node, Parameter, Plan, TypeAlias, TypeDefinition, TypeMapping,
};
pub use diagnostics::Span;
pub use expression::{
    Access, Binary, Call, Expression, ExpressionKind, Lambda, MethodCall, NamedAccess, Program, Unary,
};
pub use literal::{HashEntry, Heredoc, Integer, Name, Radix, Segment};
pub use operator::{AssignmentOperator, BinaryOperator, RelationshipOperator, UnaryOperator};
pub use resource::{
    AttributeOperation, AttributeOperator, Collector, Query, Resource, ResourceBody, ResourceDefaults,
    ResourceForm, ResourceOverride,
};
pub use walk::Node as AnyNode;
