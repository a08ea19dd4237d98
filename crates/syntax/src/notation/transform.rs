//! From tree to notation: which call, list or map each expression is. Definitions are in `definition`.
//!
//! Deliberately unaware of how notation is written down.

use super::{Group, Literal, Sink, regexp};
use crate::ast::{
    AttributeOperation, Body, Call, Case, CaseOption, Collector, Else, Expression, ExpressionKind, Heredoc,
    If, Integer, Lambda, MethodCall, Program, Query, Radix, Resource, ResourceBody, ResourceForm, Segment,
    Selector, Unary, UnaryOperator,
};

/// Writes a whole tree.
pub(super) fn program(program: &Program, sink: &mut dyn Sink) {
    let mut writer = Writer { sink };
    match &program.statements[..] {
        [] => writer.empty_call("nop"),
        [statement] => writer.expression(statement),
        statements => writer.call_of("block", statements),
    }
}

/// How much stack is left when more is asked for, and how much is asked for, in bytes.
const RED_ZONE: usize = 64 * 1024;
const STACK: usize = 1024 * 1024;

/// Where elements go, and the shapes that nodes are made of.
pub(super) struct Writer<'sink> {
    sink: &'sink mut dyn Sink,
}

impl Writer<'_> {
    pub(super) fn call(&mut self, name: &'static str, elements: impl FnOnce(&mut Self)) {
        self.group(Group::Call(name), elements);
    }

    /// A call whose one element is a map.
    pub(super) fn call_with_map(&mut self, name: &'static str, entries: impl FnOnce(&mut Self)) {
        self.call(name, |to| to.group(Group::Map, entries));
    }

    pub(super) fn map(&mut self, entries: impl FnOnce(&mut Self)) {
        self.group(Group::Map, entries);
    }

    pub(super) fn key(&mut self, key: &str) {
        self.sink.key(key);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.sink.literal(Literal::Text(text));
    }

    pub(super) fn literal(&mut self, literal: Literal<'_>) {
        self.sink.literal(literal);
    }

    pub(super) fn entry(&mut self, key: &str, value: &Expression) {
        self.key(key);
        self.expression(value);
    }

    /// An entry that is left out where there is nothing.
    pub(super) fn optional_entry(&mut self, key: &str, value: Option<&Expression>) {
        if let Some(value) = value {
            self.entry(key, value);
        }
    }

    pub(super) fn list_entry(&mut self, key: &str, values: &[Expression]) {
        self.list(key, |to| to.expressions(values));
    }

    /// The statements of a body, and no entry where there is none.
    pub(super) fn body_entry(&mut self, key: &str, body: Option<&Body>) {
        if let Some(body) = body {
            self.list_entry(key, &body.statements);
        }
    }

    pub(super) fn list(&mut self, key: &str, elements: impl FnOnce(&mut Self)) {
        self.key(key);
        self.group(Group::List, elements);
    }

    fn group(&mut self, group: Group, elements: impl FnOnce(&mut Self)) {
        self.sink.open(group);
        elements(self);
        self.sink.close();
    }

    fn empty_call(&mut self, name: &'static str) {
        self.call(name, |_| {});
    }

    fn call_with_text(&mut self, name: &'static str, text: &str) {
        self.call(name, |to| to.text(text));
    }

    fn call_of<'tree>(&mut self, name: &'static str, elements: impl IntoIterator<Item = &'tree Expression>) {
        self.call(name, |to| to.expressions(elements));
    }

    fn expressions<'tree>(&mut self, expressions: impl IntoIterator<Item = &'tree Expression>) {
        expressions.into_iter().for_each(|expression| self.expression(expression));
    }

    /// A body where one element is expected.
    pub(super) fn body(&mut self, body: Option<&Body>) {
        match body.map(|body| &body.statements[..]) {
            None | Some([]) => self.empty_call("nop"),
            Some([statement]) => self.expression(statement),
            Some(statements) => self.call_of("block", statements),
        }
    }

    /// Whatever an expression is, however deep it lies.
    pub(super) fn expression(&mut self, expression: &Expression) {
        stacker::maybe_grow(RED_ZONE, STACK, || self.literal_or_other(expression));
    }

    fn literal_or_other(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Undef => self.literal(Literal::Nil),
            ExpressionKind::Default => self.empty_call("default"),
            ExpressionKind::Boolean(value) => self.literal(Literal::Boolean(*value)),
            ExpressionKind::Integer(integer) => self.integer(*integer),
            ExpressionKind::Float(value) => self.literal(Literal::Float(*value)),
            ExpressionKind::String(text) => self.text(text),
            ExpressionKind::ConcatenatedString(segments) => {
                self.call("concat", |to| segments.iter().for_each(|segment| to.segment(segment)));
            }
            ExpressionKind::Heredoc(heredoc) => self.heredoc(heredoc),
            ExpressionKind::Regexp(pattern) => self.call_with_text("regexp", &regexp::shown(pattern)),
            ExpressionKind::Array(values) => self.call_of("array", values),
            ExpressionKind::Hash(entries) => self.call("hash", |to| {
                entries.iter().for_each(|entry| to.call_of("=>", [&entry.key, &entry.value]));
            }),
            ExpressionKind::QualifiedName(name) => self.call_with_text("qn", name),
            ExpressionKind::QualifiedReference(name) => self.call_with_text("qr", name),
            ExpressionKind::Variable(name) => self.call_with_text("var", name),
            ExpressionKind::ReservedWord(word) => self.call_with_text("reserved", word),
            ExpressionKind::Block(statements) => self.call_of("block", statements),
            ExpressionKind::RenderString(text) => self.call_with_text("render-s", text),
            ExpressionKind::RenderExpression(body) => self.call("render", |to| to.body(Some(body))),
            ExpressionKind::Epp(lambda) => self.epp(lambda),
            ExpressionKind::Lambda(lambda) => self.lambda(lambda),
            _ => self.operation(expression),
        }
    }

    /// Operators, and what takes other expressions apart.
    fn operation(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Unary(unary) => self.unary(unary),
            ExpressionKind::Parenthesized(inner) => self.call_of("paren", [&**inner]),
            ExpressionKind::Binary(binary) => {
                self.call_of(binary.operator.text(), [&binary.left, &binary.right]);
            }
            ExpressionKind::Assignment(binary) => {
                self.call_of(binary.operator.text(), [&binary.left, &binary.right]);
            }
            ExpressionKind::Relationship(binary) => {
                self.call_of(binary.operator.text(), [&binary.left, &binary.right]);
            }
            ExpressionKind::Access(access) => {
                self.call_of("access", std::iter::once(&access.left).chain(&access.keys));
            }
            ExpressionKind::NamedAccess(access) => self.call(".", |to| {
                to.expression(&access.left);
                to.call_with_text("qn", &access.name);
            }),
            ExpressionKind::Call(call) => self.function_call(call),
            ExpressionKind::MethodCall(call) => self.method_call(call),
            _ => self.statement(expression),
        }
    }

    /// Choices and resources; definitions are elsewhere.
    fn statement(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::If(branch) => self.branch("if", branch),
            ExpressionKind::Unless(branch) => self.branch("unless", branch),
            ExpressionKind::Case(case) => self.case(case),
            ExpressionKind::Selector(selector) => self.selector(selector),
            ExpressionKind::Resource(resource) => self.resource(resource),
            ExpressionKind::ResourceDefaults(defaults) => self.call_with_map("resource-defaults", |to| {
                to.entry("type", &defaults.type_reference);
                to.operations(&defaults.operations);
                to.form(defaults.form);
            }),
            ExpressionKind::ResourceOverride(resource) => self.call_with_map("resource-override", |to| {
                to.entry("resources", &resource.resources);
                to.operations(&resource.operations);
                to.form(resource.form);
            }),
            ExpressionKind::Collector(collector) => self.collector(collector),
            _ => self.definition(expression),
        }
    }

    fn integer(&mut self, integer: Integer) {
        if integer.radix == Radix::Decimal {
            return self.literal(Literal::Integer(integer.value));
        }
        self.call_with_map("int", |to| {
            to.key("radix");
            to.literal(Literal::Integer(integer.radix.number().into()));
            to.key("value");
            to.literal(Literal::Integer(integer.value));
        });
    }

    fn segment(&mut self, segment: &Segment) {
        match segment {
            Segment::Text(text, _) => self.text(text),
            Segment::Interpolation(expression) => self.call_of("str", [expression]),
        }
    }

    fn heredoc(&mut self, heredoc: &Heredoc) {
        self.call_with_map("heredoc", |to| {
            if !heredoc.syntax.is_empty() {
                to.key("syntax");
                to.text(&heredoc.syntax);
            }
            to.entry("text", &heredoc.text);
        });
    }

    /// A minus before a number is part of it, and the number then decimal.
    fn unary(&mut self, unary: &Unary) {
        match (unary.operator, &unary.operand.kind) {
            (UnaryOperator::Minus, ExpressionKind::Integer(integer)) => {
                self.literal(Literal::Integer(integer.value.wrapping_neg()));
            }
            (UnaryOperator::Minus, ExpressionKind::Float(value)) => self.literal(Literal::Float(-value)),
            (UnaryOperator::Splat, _) => self.call_of("unfold", [&unary.operand]),
            (operator, _) => self.call_of(operator.text(), [&unary.operand]),
        }
    }

    fn function_call(&mut self, call: &Call) {
        let name = if call.value_required { "call" } else { "invoke" };
        self.call_with_map(name, |to| to.call_entries(&call.function, &call.arguments, call.lambda.as_ref()));
    }

    fn method_call(&mut self, call: &MethodCall) {
        self.call_with_map("call-method", |to| {
            to.call_entries(&call.function, &call.arguments, call.lambda.as_ref());
        });
    }

    fn call_entries(&mut self, function: &Expression, arguments: &[Expression], lambda: Option<&Lambda>) {
        self.entry("functor", function);
        self.list_entry("args", arguments);
        if let Some(lambda) = lambda {
            self.key("block");
            self.lambda(lambda);
        }
    }

    fn lambda(&mut self, lambda: &Lambda) {
        self.call_with_map("lambda", |to| {
            to.parameters(&lambda.parameters);
            to.optional_entry("returns", lambda.return_type.as_ref());
            to.body_entry("body", lambda.body.as_ref());
        });
    }

    /// A template is a lambda around its text.
    fn epp(&mut self, lambda: &Lambda) {
        self.call_with_map("lambda", |to| {
            to.parameters(&lambda.parameters);
            let statements = lambda.body.iter().flat_map(|body| &body.statements);
            to.list("body", |to| to.call_of("epp", statements));
        });
    }

    fn branch(&mut self, name: &'static str, branch: &If) {
        self.call_with_map(name, |to| {
            to.entry("test", &branch.test);
            to.body_entry("then", branch.then.as_ref());
            match &branch.otherwise {
                Some(Else::If(branch)) => to.list_entry("else", std::slice::from_ref(branch)),
                Some(Else::Body(body)) => to.body_entry("else", Some(body)),
                None => {}
            }
        });
    }

    fn case(&mut self, case: &Case) {
        self.call("case", |to| {
            to.expression(&case.test);
            to.group(Group::List, |to| case.options.iter().for_each(|option| to.case_option(option)));
        });
    }

    fn case_option(&mut self, option: &CaseOption) {
        self.map(|to| {
            to.list_entry("when", &option.values);
            match &option.body {
                Some(body) => to.body_entry("then", Some(body)),
                None => to.list("then", |to| to.empty_call("nop")),
            }
        });
    }

    fn selector(&mut self, selector: &Selector) {
        self.call("?", |to| {
            to.expression(&selector.left);
            to.group(Group::List, |to| {
                selector.entries.iter().for_each(|entry| to.call_of("=>", [&entry.matching, &entry.value]));
            });
        });
    }

    fn resource(&mut self, resource: &Resource) {
        self.call_with_map("resource", |to| {
            to.entry("type", &resource.type_name);
            to.list("bodies", |to| resource.bodies.iter().for_each(|body| to.resource_body(body)));
            to.form(resource.form);
        });
    }

    fn resource_body(&mut self, body: &ResourceBody) {
        self.map(|to| {
            to.entry("title", &body.title);
            to.operations(&body.operations);
        });
    }

    fn operations(&mut self, operations: &[AttributeOperation]) {
        self.list("ops", |to| operations.iter().for_each(|operation| to.operation_on_attribute(operation)));
    }

    fn operation_on_attribute(&mut self, operation: &AttributeOperation) {
        match operation {
            AttributeOperation::Attribute { name, operator, value, .. } => self.call(operator.text(), |to| {
                to.text(name);
                to.expression(value);
            }),
            AttributeOperation::Splat { value, .. } => self.call_of("splat-hash", [value]),
        }
    }

    fn form(&mut self, form: ResourceForm) {
        let form = match form {
            ResourceForm::Regular => return,
            ResourceForm::Virtual => "virtual",
            ResourceForm::Exported => "exported",
        };
        self.key("form");
        self.text(form);
    }

    fn collector(&mut self, collector: &Collector) {
        self.call_with_map("collect", |to| {
            to.entry("type", &collector.type_expression);
            to.key("query");
            to.query(&collector.query);
            if !collector.operations.is_empty() {
                to.operations(&collector.operations);
            }
        });
    }

    fn query(&mut self, query: &Query) {
        let name = if query.exported { "exported-query" } else { "virtual-query" };
        self.call_of(name, &query.expression);
    }
}
