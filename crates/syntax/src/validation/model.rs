//! Our tree seen as Puppet's model, in the shape and the order in which Puppet's checker walks it.
//!
//! The two differ in small things, and rules and messages follow Puppet's: some bodies are a block of their
//! own, a template is an expression within a lambda, an interpolation is a node, a return type comes after
//! the body. Nodes that Puppet gives no place have their container's.
//!
//! Deliberately unaware of rules.

use crate::ast::{
    AnyNode, AttributeOperation, Body, CaseOption, Expression, ExpressionKind, HashEntry, Lambda, Node,
    Parameter, Program, Query, ResourceBody, Segment, SelectorEntry, Span,
};

/// A node of Puppet's model.
#[derive(Clone, Copy, Debug)]
pub(super) enum Model<'tree> {
    /// The root.
    Program(&'tree Program),
    /// Statements that are a node of their own, and its place.
    Block { statements: &'tree [Expression], span: Span, apply: bool },
    /// Any expression that has no variant of its own here.
    Expression(&'tree Expression),
    /// `${ }` in a string, which has the string's place.
    Interpolation { expression: &'tree Expression, span: Span },
    /// A lambda, or what Puppet makes of a whole template.
    Lambda { lambda: &'tree Lambda, epp: bool },
    /// The one expression in a template's lambda.
    Epp(&'tree Lambda),
    /// A parameter.
    Parameter(&'tree Parameter),
    /// An entry of a hash.
    KeyedEntry(&'tree HashEntry),
    /// An option of a case.
    CaseOption(&'tree CaseOption),
    /// An entry of a selector.
    SelectorEntry(&'tree SelectorEntry),
    /// A body of a resource, which has the resource's place.
    ResourceBody { body: &'tree ResourceBody, span: Span },
    /// An attribute.
    Attribute(&'tree AttributeOperation),
    /// The query of a collector.
    Query(&'tree Query),
}

impl<'tree> Model<'tree> {
    /// The node that an expression is to Puppet.
    pub fn of(expression: &'tree Expression) -> Self {
        match &expression.kind {
            ExpressionKind::Block(statements) => {
                Self::Block { statements, span: place(expression), apply: false }
            }
            ExpressionKind::Lambda(lambda) => Self::Lambda { lambda, epp: false },
            ExpressionKind::Epp(lambda) => Self::Lambda { lambda, epp: true },
            _ => Self::Expression(expression),
        }
    }

    /// The body of a choice: a block only if it has several statements.
    pub fn statement_or_block(body: &'tree Body) -> Self {
        match body.statements.as_slice() {
            [only] => Self::of(only),
            statements => Self::Block { statements, span: body.span, apply: false },
        }
    }

    /// The expression, if the node is one.
    pub fn kind(self) -> Option<&'tree ExpressionKind> {
        match self {
            Self::Expression(expression) => Some(&expression.kind),
            _ => None,
        }
    }

    /// The node's text from Puppet's place of it on.
    pub fn span(self) -> Span {
        match self {
            Self::Program(program) => program.span,
            Self::Block { span, .. } | Self::Interpolation { span, .. } | Self::ResourceBody { span, .. } => {
                span
            }
            Self::Expression(expression) => place(expression),
            Self::Lambda { lambda, .. } | Self::Epp(lambda) => lambda.span,
            Self::Parameter(parameter) => parameter.name_span,
            Self::KeyedEntry(entry) => up_to(entry.arrow, &entry.value),
            Self::CaseOption(option) => option.colon,
            Self::SelectorEntry(entry) => up_to(entry.arrow, &entry.value),
            Self::Attribute(operation) => operation.span(),
            Self::Query(query) => query.span,
        }
    }

    /// Calls `visit` with every direct child, in Puppet's order.
    pub fn children(self, visit: &mut dyn FnMut(Self)) {
        match self {
            Self::Program(program) => match program.statements.as_slice() {
                [] => {}
                [only] => visit(Self::of(only)),
                statements => visit(Self::Block { statements, span: whole(statements), apply: false }),
            },
            Self::Block { statements, .. } => statements.iter().map(Self::of).for_each(visit),
            Self::Interpolation { expression, .. } => visit(Self::of(expression)),
            Self::Lambda { lambda, epp } => {
                lambda.parameters.iter().map(Self::Parameter).for_each(&mut *visit);
                match (&lambda.body, epp) {
                    (_, true) => visit(Self::Epp(lambda)),
                    (Some(body), false) => visit(self.block(body)),
                    (None, false) => {}
                }
                lambda.return_type.iter().map(Self::of).for_each(visit);
            }
            Self::Epp(lambda) => lambda.body.iter().map(|body| self.block(body)).for_each(visit),
            Self::Parameter(parameter) => {
                parameter.value.iter().chain(&parameter.type_expression).map(Self::of).for_each(visit);
            }
            Self::Expression(expression) => self.children_of(expression, visit),
            Self::KeyedEntry(node) => self.descend(AnyNode::HashEntry(node), visit),
            Self::CaseOption(node) => self.descend(AnyNode::CaseOption(node), visit),
            Self::SelectorEntry(node) => self.descend(AnyNode::SelectorEntry(node), visit),
            Self::ResourceBody { body, .. } => self.descend(AnyNode::ResourceBody(body), visit),
            Self::Attribute(node) => self.descend(AnyNode::AttributeOperation(node), visit),
            Self::Query(node) => self.descend(AnyNode::Query(node), visit),
        }
    }

    /// The children of an expression where Puppet has them in another order, or has more of them.
    fn children_of(self, expression: &'tree Expression, visit: &mut dyn FnMut(Self)) {
        match &expression.kind {
            ExpressionKind::ConcatenatedString(segments) => {
                let span = self.span();
                for segment in segments {
                    if let Segment::Interpolation(expression) = segment {
                        visit(Self::Interpolation { expression, span });
                    }
                }
            }
            ExpressionKind::Function(function) => {
                function.parameters.iter().map(Self::Parameter).for_each(&mut *visit);
                function.body.iter().map(|body| self.block(body)).for_each(&mut *visit);
                function.return_type.iter().map(Self::of).for_each(visit);
            }
            ExpressionKind::Node(node) => self.children_of_node(node, visit),
            ExpressionKind::Apply(apply) => {
                apply.arguments.iter().map(Self::of).for_each(&mut *visit);
                let statements = apply.body.as_ref().map_or(&[][..], |body| &body.statements);
                visit(Self::Block { statements, span: self.span(), apply: true });
            }
            _ => self.descend(AnyNode::Expression(expression), visit),
        }
    }

    fn children_of_node(self, node: &'tree Node, visit: &mut dyn FnMut(Self)) {
        node.parent.iter().chain(&node.matches).map(Self::of).for_each(&mut *visit);
        node.body.iter().map(|body| self.block(body)).for_each(visit);
    }

    /// The children of a node that Puppet has as we have them.
    fn descend(self, node: AnyNode<'tree>, visit: &mut dyn FnMut(Self)) {
        node.children(&mut |child| visit(self.child(child)));
    }

    fn child(self, node: AnyNode<'tree>) -> Self {
        match node {
            AnyNode::Program(program) => Self::Program(program),
            AnyNode::Expression(expression) => Self::of(expression),
            AnyNode::Body(body) => match self.kind() {
                Some(
                    ExpressionKind::If(_) | ExpressionKind::Unless(_) | ExpressionKind::RenderExpression(_),
                ) => Self::statement_or_block(body),
                _ => self.block(body),
            },
            AnyNode::Lambda(lambda) => Self::Lambda { lambda, epp: false },
            AnyNode::Parameter(parameter) => Self::Parameter(parameter),
            AnyNode::HashEntry(entry) => Self::KeyedEntry(entry),
            AnyNode::CaseOption(option) => Self::CaseOption(option),
            AnyNode::SelectorEntry(entry) => Self::SelectorEntry(entry),
            AnyNode::ResourceBody(body) => Self::ResourceBody { body, span: self.span() },
            AnyNode::AttributeOperation(operation) => Self::Attribute(operation),
            AnyNode::Query(query) => Self::Query(query),
        }
    }

    /// A body that is a block however many statements it has.
    fn block(self, body: &'tree Body) -> Self {
        Self::Block { statements: &body.statements, span: self.span(), apply: false }
    }
}

/// From an arrow to the end of what it points to. An entry that is added to a hash points backwards.
fn up_to(arrow: Span, value: &Expression) -> Span {
    Span::new(arrow.start as usize, value.span.end as usize)
}

/// From Puppet's place of an expression to its end.
fn place(expression: &Expression) -> Span {
    Span::new(expression.position() as usize, expression.span.end as usize)
}

fn whole(statements: &[Expression]) -> Span {
    match statements {
        [first, .., last] => Span::new(first.position() as usize, last.span.end as usize),
        _ => Span::default(),
    }
}
