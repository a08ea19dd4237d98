//! What a manifest defines: classes, defined types, functions, nodes, types.

use super::{Body, Expression, Name, Span};

/// `class name (parameters) inherits parent { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its full name: that of the class it stands in comes first.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it inherits; `default` for the word.
    pub parent: Option<Name>,
    /// Absent for empty braces.
    pub body: Option<Body>,
}

/// `define name (parameters) { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Define {
    /// Its full name: that of the class it stands in comes first.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Absent for empty braces.
    pub body: Option<Body>,
}

/// `function name (parameters) >> Type { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name, as written.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it returns, if that is said.
    pub return_type: Option<Expression>,
    /// Absent for empty braces.
    pub body: Option<Body>,
}

/// `plan name (parameters) { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Absent for empty braces.
    pub body: Option<Body>,
}

/// `apply(arguments) { }` of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Apply {
    /// Targets and options.
    pub arguments: Vec<Expression>,
    /// Absent for empty braces.
    pub body: Option<Body>,
}

/// `node 'a', /b/ inherits c { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Strings, regular expressions, `default`.
    pub matches: Vec<Expression>,
    /// An error, if there is one.
    pub parent: Option<Expression>,
    /// Absent for empty braces.
    pub body: Option<Body>,
}

/// `Type *$name = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name without the dollar sign.
    pub name: Name,
    /// Where the variable stands, which Puppet takes for the parameter's place.
    pub name_span: Span,
    /// Its type, if that is said.
    pub type_expression: Option<Expression>,
    /// Whether it takes all arguments that are left.
    pub captures_rest: bool,
    /// Its default.
    pub value: Option<Expression>,
    /// From the type to the default.
    pub span: Span,
}

/// `type Name = Type`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeAlias {
    /// The new name, as written.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// What it means. `{...}` alone, or after a parent, is written out as `Object[{...}]`.
    pub type_expression: Expression,
}

/// `type Runtime[...] = Type`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeMapping {
    /// The left side.
    pub type_expression: Expression,
    /// The right side.
    pub mapping: Expression,
}

/// `type Name inherits Parent { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDefinition {
    /// The name.
    pub name: Name,
    /// The parent, if there is one.
    pub parent: Option<Name>,
    /// Absent for empty braces.
    pub body: Option<Body>,
}
