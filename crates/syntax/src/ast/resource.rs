//! Resources, their defaults and overrides, and collectors.

use super::{Expression, Name, Span};

/// How a resource is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceForm {
    /// `file { }`.
    Regular,
    /// `@file { }`.
    Virtual,
    /// `@@file { }`.
    Exported,
}

/// `type { title: a => 1; title: }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// How it is declared.
    pub form: ResourceForm,
    /// The type's name: as a rule a [`super::ExpressionKind::QualifiedName`]; `class` for `class { }`.
    pub type_name: Expression,
    /// At least one.
    pub bodies: Vec<ResourceBody>,
    /// Where Puppet says that it is, a byte offset.
    pub position: u32,
}

/// `title: a => 1, b => 2`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceBody {
    /// The title or titles.
    pub title: Expression,
    /// The attributes.
    pub operations: Vec<AttributeOperation>,
    /// From the title to the last attribute, or to the colon.
    pub span: Span,
}

/// `Type { a => 1 }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceDefaults {
    /// Anything but regular is an error.
    pub form: ResourceForm,
    /// A [`super::ExpressionKind::QualifiedReference`].
    pub type_reference: Expression,
    /// The attributes.
    pub operations: Vec<AttributeOperation>,
    /// Where Puppet says that it is, a byte offset.
    pub position: u32,
}

/// `Type['title'] { a => 1 }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceOverride {
    /// Anything but regular is an error.
    pub form: ResourceForm,
    /// A [`super::ExpressionKind::Access`].
    pub resources: Expression,
    /// The attributes.
    pub operations: Vec<AttributeOperation>,
    /// Where Puppet says that it is, a byte offset.
    pub position: u32,
}

/// What gives a resource its attributes.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeOperation {
    /// `name => value` or `name +> value`.
    Attribute {
        /// The attribute's name.
        name: Name,
        /// Which arrow.
        operator: AttributeOperator,
        /// The value.
        value: Expression,
        /// From the name to the value.
        span: Span,
    },
    /// `* => hash`.
    Splat {
        /// The hash.
        value: Expression,
        /// From the star to the value.
        span: Span,
    },
}

/// Which arrow gives an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeOperator {
    /// `=>`
    Set,
    /// `+>`
    Append,
}

/// `Type <| query |> { a => 1 }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Collector {
    /// A [`super::ExpressionKind::QualifiedReference`]; anything else is an error.
    pub type_expression: Expression,
    /// What it collects.
    pub query: Query,
    /// What it overrides.
    pub operations: Vec<AttributeOperation>,
}

/// `<| |>` or `<<| |>>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Whether it collects exported resources.
    pub exported: bool,
    /// What is asked, if anything.
    pub expression: Option<Expression>,
    /// From mark to mark.
    pub span: Span,
}

impl AttributeOperator {
    /// As written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Set => "=>",
            Self::Append => "+>",
        }
    }
}

impl AttributeOperation {
    /// From the name, or the star, to the value.
    pub fn span(&self) -> Span {
        match self {
            Self::Attribute { span, .. } | Self::Splat { span, .. } => *span,
        }
    }

    /// What is assigned.
    pub fn value(&self) -> &Expression {
        match self {
            Self::Attribute { value, .. } | Self::Splat { value, .. } => value,
        }
    }
}
