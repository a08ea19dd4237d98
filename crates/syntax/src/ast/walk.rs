//! Walking a tree: every node's children, in the order of the text.
//!
//! The one place that knows the shape of all nodes; whoever looks for something in a tree goes through here.

use super::{
    AttributeOperation, Body, CaseOption, Else, Expression, ExpressionKind, HashEntry, Lambda, Parameter,
    Program, Query, ResourceBody, Segment, SelectorEntry, Span,
};

/// A node of any kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node<'tree> {
    /// The root.
    Program(&'tree Program),
    /// An expression.
    Expression(&'tree Expression),
    /// A body between braces.
    Body(&'tree Body),
    /// A lambda of a call.
    Lambda(&'tree Lambda),
    /// A parameter.
    Parameter(&'tree Parameter),
    /// An entry of a hash.
    HashEntry(&'tree HashEntry),
    /// An option of a case.
    CaseOption(&'tree CaseOption),
    /// An entry of a selector.
    SelectorEntry(&'tree SelectorEntry),
    /// A body of a resource.
    ResourceBody(&'tree ResourceBody),
    /// An attribute.
    AttributeOperation(&'tree AttributeOperation),
    /// The query of a collector.
    Query(&'tree Query),
}

impl<'tree> Node<'tree> {
    /// The node's whole text.
    pub fn span(self) -> Span {
        match self {
            Self::Program(node) => node.span,
            Self::Expression(node) => node.span,
            Self::Body(node) => node.span,
            Self::Lambda(node) => node.span,
            Self::Parameter(node) => node.span,
            Self::HashEntry(node) => node.span(),
            Self::CaseOption(node) => node.span,
            Self::SelectorEntry(node) => node.matching.span.cover(node.value.span),
            Self::ResourceBody(node) => node.span,
            Self::AttributeOperation(node) => node.span(),
            Self::Query(node) => node.span,
        }
    }

    /// Calls `visit` with this node and everything below it, parents first.
    pub fn walk(self, visit: &mut dyn FnMut(Node<'tree>)) {
        visit(self);
        self.children(&mut |child| child.walk(visit));
    }

    /// Calls `visit` with every direct child.
    pub fn children(self, visit: &mut dyn FnMut(Node<'tree>)) {
        match self {
            Self::Program(node) => expressions(&node.statements, visit),
            Self::Expression(node) => of_expression(node, visit),
            Self::Body(node) => expressions(&node.statements, visit),
            Self::Lambda(node) => {
                parameters(&node.parameters, visit);
                expressions(&node.return_type, visit);
                body(&node.body, visit);
            }
            Self::Parameter(node) => {
                expressions(&node.type_expression, visit);
                expressions(&node.value, visit);
            }
            Self::HashEntry(node) => expressions([&node.key, &node.value], visit),
            Self::CaseOption(node) => {
                expressions(&node.values, visit);
                body(&node.body, visit);
            }
            Self::SelectorEntry(node) => expressions([&node.matching, &node.value], visit),
            Self::ResourceBody(node) => {
                visit(Self::Expression(&node.title));
                operations(&node.operations, visit);
            }
            Self::AttributeOperation(node) => visit(Self::Expression(node.value())),
            Self::Query(node) => expressions(&node.expression, visit),
        }
    }
}

fn of_expression<'tree>(expression: &'tree Expression, visit: &mut dyn FnMut(Node<'tree>)) {
    match &expression.kind {
        ExpressionKind::Undef
        | ExpressionKind::Default
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Integer(_)
        | ExpressionKind::Float(_)
        | ExpressionKind::String(_)
        | ExpressionKind::Regexp(_)
        | ExpressionKind::QualifiedName(_)
        | ExpressionKind::QualifiedReference(_)
        | ExpressionKind::Variable(_)
        | ExpressionKind::ReservedWord(_)
        | ExpressionKind::RenderString(_) => {}
        ExpressionKind::ConcatenatedString(segments) => {
            for segment in segments {
                if let Segment::Interpolation(expression) = segment {
                    visit(Node::Expression(expression));
                }
            }
        }
        ExpressionKind::Heredoc(heredoc) => visit(Node::Expression(&heredoc.text)),
        ExpressionKind::Array(values) | ExpressionKind::Block(values) => expressions(values, visit),
        ExpressionKind::Hash(entries) => entries.iter().for_each(|entry| visit(Node::HashEntry(entry))),
        ExpressionKind::Unary(unary) => visit(Node::Expression(&unary.operand)),
        ExpressionKind::Parenthesized(inner) => visit(Node::Expression(inner)),
        ExpressionKind::Binary(binary) => expressions([&binary.left, &binary.right], visit),
        ExpressionKind::Assignment(binary) => expressions([&binary.left, &binary.right], visit),
        ExpressionKind::Relationship(binary) => expressions([&binary.left, &binary.right], visit),
        ExpressionKind::Access(access) => {
            visit(Node::Expression(&access.left));
            expressions(&access.keys, visit);
        }
        ExpressionKind::NamedAccess(access) => visit(Node::Expression(&access.left)),
        ExpressionKind::Call(call) => {
            visit(Node::Expression(&call.function));
            expressions(&call.arguments, visit);
            call.lambda.iter().for_each(|lambda| visit(Node::Lambda(lambda)));
        }
        ExpressionKind::MethodCall(call) => {
            visit(Node::Expression(&call.function));
            expressions(&call.arguments, visit);
            call.lambda.iter().for_each(|lambda| visit(Node::Lambda(lambda)));
        }
        ExpressionKind::Lambda(lambda) | ExpressionKind::Epp(lambda) => visit(Node::Lambda(lambda)),
        ExpressionKind::RenderExpression(inner) => visit(Node::Body(inner)),
        _ => of_statement(expression, visit),
    }
}

/// The children of what is as a rule a statement: choices, resources, definitions.
fn of_statement<'tree>(expression: &'tree Expression, visit: &mut dyn FnMut(Node<'tree>)) {
    match &expression.kind {
        ExpressionKind::If(branch) | ExpressionKind::Unless(branch) => {
            visit(Node::Expression(&branch.test));
            body(&branch.then, visit);
            match &branch.otherwise {
                Some(Else::If(branch)) => visit(Node::Expression(branch)),
                Some(Else::Body(branch)) => visit(Node::Body(branch)),
                None => {}
            }
        }
        ExpressionKind::Case(case) => {
            visit(Node::Expression(&case.test));
            case.options.iter().for_each(|option| visit(Node::CaseOption(option)));
        }
        ExpressionKind::Selector(selector) => {
            visit(Node::Expression(&selector.left));
            selector.entries.iter().for_each(|entry| visit(Node::SelectorEntry(entry)));
        }
        ExpressionKind::Resource(resource) => {
            visit(Node::Expression(&resource.type_name));
            resource.bodies.iter().for_each(|body| visit(Node::ResourceBody(body)));
        }
        ExpressionKind::ResourceDefaults(defaults) => {
            visit(Node::Expression(&defaults.type_reference));
            operations(&defaults.operations, visit);
        }
        ExpressionKind::ResourceOverride(resource) => {
            visit(Node::Expression(&resource.resources));
            operations(&resource.operations, visit);
        }
        ExpressionKind::Collector(collector) => {
            visit(Node::Expression(&collector.type_expression));
            visit(Node::Query(&collector.query));
            operations(&collector.operations, visit);
        }
        _ => of_definition(expression, visit),
    }
}

fn of_definition<'tree>(expression: &'tree Expression, visit: &mut dyn FnMut(Node<'tree>)) {
    match &expression.kind {
        ExpressionKind::Class(class) => {
            parameters(&class.parameters, visit);
            body(&class.body, visit);
        }
        ExpressionKind::Define(define) => {
            parameters(&define.parameters, visit);
            body(&define.body, visit);
        }
        ExpressionKind::Function(function) => {
            parameters(&function.parameters, visit);
            expressions(&function.return_type, visit);
            body(&function.body, visit);
        }
        ExpressionKind::Plan(plan) => {
            parameters(&plan.parameters, visit);
            body(&plan.body, visit);
        }
        ExpressionKind::Apply(apply) => {
            expressions(&apply.arguments, visit);
            body(&apply.body, visit);
        }
        ExpressionKind::Node(node) => {
            expressions(&node.matches, visit);
            expressions(&node.parent, visit);
            body(&node.body, visit);
        }
        ExpressionKind::TypeAlias(alias) => visit(Node::Expression(&alias.type_expression)),
        ExpressionKind::TypeMapping(mapping) => {
            expressions([&mapping.type_expression, &mapping.mapping], visit)
        }
        ExpressionKind::TypeDefinition(definition) => body(&definition.body, visit),
        _ => {}
    }
}

fn expressions<'tree>(list: impl IntoIterator<Item = &'tree Expression>, visit: &mut dyn FnMut(Node<'tree>)) {
    list.into_iter().for_each(|expression| visit(Node::Expression(expression)));
}

fn parameters<'tree>(list: &'tree [Parameter], visit: &mut dyn FnMut(Node<'tree>)) {
    list.iter().for_each(|parameter| visit(Node::Parameter(parameter)));
}

fn operations<'tree>(list: &'tree [AttributeOperation], visit: &mut dyn FnMut(Node<'tree>)) {
    list.iter().for_each(|operation| visit(Node::AttributeOperation(operation)));
}

fn body<'tree>(body: &'tree Option<Body>, visit: &mut dyn FnMut(Node<'tree>)) {
    body.iter().for_each(|body| visit(Node::Body(body)));
}
