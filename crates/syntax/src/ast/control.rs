//! Bodies, and the forms that choose between them.

use super::{Expression, Span};

/// Statements between braces.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// At least one statement.
    pub statements: Vec<Expression>,
    /// From brace to brace; the statements alone where there are no braces.
    pub span: Span,
}

/// `if` or `unless`.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// What decides.
    pub test: Expression,
    /// Absent for empty braces.
    pub then: Option<Body>,
    /// Absent where there is none, and for empty braces.
    pub otherwise: Option<Else>,
}

/// What follows an `if`.
#[derive(Clone, Debug, PartialEq)]
pub enum Else {
    /// `elsif`: an [`super::ExpressionKind::If`] whose span begins with this word.
    If(Expression),
    /// `else { }`.
    Body(Body),
}

/// `case test { options }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What is compared.
    pub test: Expression,
    /// At least one.
    pub options: Vec<CaseOption>,
}

/// `a, b: { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseOption {
    /// What the test is compared with.
    pub values: Vec<Expression>,
    /// The colon, which Puppet takes for the option's place.
    pub colon: Span,
    /// Absent for empty braces.
    pub body: Option<Body>,
    /// From the first value to the closing brace.
    pub span: Span,
}

/// `left ? { entries }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// What is compared.
    pub left: Expression,
    /// At least one.
    pub entries: Vec<SelectorEntry>,
}

/// `a => b`.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectorEntry {
    /// What the left side is compared with.
    pub matching: Expression,
    /// The value.
    pub value: Expression,
    /// The arrow, which Puppet takes for the entry's place.
    pub arrow: Span,
}
