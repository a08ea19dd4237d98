//! What Puppet checks of a whole tree, with its codes, its messages, its places and its order.
//!
//! The rules are Puppet's `Checker4_0`, and `TasksChecker` where tasks are on; severities are those of Puppet
//! 8 as it comes (`strict` is `error`). Each file here has the rules of one concern, each rule its message
//! and our own hint.
//!
//! Deliberately unaware of where a text lies, but for `location`, which is asked by whoever knows the file.
//! What the grammar already refuses has no rule here.

mod assignment;
mod choices;
mod containment;
mod definitions;
mod effect;
mod expressions;
mod external;
mod labels;
mod literal;
mod location;
mod model;
mod names;
mod nodes;
mod parameters;
mod query;
mod resources;
mod tasks;
mod types;
mod value;

use std::collections::HashMap;

use crate::{
    Issue, Options, Severity, Stage,
    ast::{ExpressionKind, Program, Span},
};
use effect::Idleness;
use literal::Literals;
pub use location::Location;
use model::Model;

/// Adds what Puppet says against the tree: errors first, each kind in the order in which Puppet finds it.
///
/// `depth` counts the heredocs that this text stands in, each a Puppet text of its own. What the parser has
/// noted for this stage, since the tree does not show it, finds its place among the rest.
pub(crate) fn validate(
    program: &Program,
    text: &str,
    options: &Options,
    depth: u32,
    issues: &mut Vec<Issue>,
) {
    let noted = issues.extract_if(.., |issue| issue.stage == Stage::Validation);
    let noted = noted.filter_map(|issue| Some((issue.span?.start, issue))).collect();
    let mut checker = Checker {
        text,
        options,
        depth,
        noted,
        path: Vec::new(),
        literals: Literals::default(),
        idleness: Idleness::default(),
        unassigned: Span::default(),
        issues: Vec::new(),
        stop: None,
    };
    checker.visit(Model::Program(program));
    match checker.stop {
        Some(stop) => issues.push(stop),
        None => issues.append(&mut checker.issues),
    }
    issues.sort_by_key(|issue| issue.severity != Severity::Error);
}

/// A walk over one tree.
struct Checker<'tree> {
    text: &'tree str,
    options: &'tree Options,
    depth: u32,
    /// What the parser has noted, by the start of the node that it is about.
    noted: HashMap<u32, Issue>,
    /// What the node that is looked at stands in, outermost first.
    path: Vec<Model<'tree>>,
    literals: Literals<'tree>,
    idleness: Idleness,
    /// Where it is known that nothing is assigned.
    unassigned: Span,
    issues: Vec<Issue>,
    /// What ended the walk: Puppet raises it at once, and whatever was found before is lost.
    stop: Option<Issue>,
}

impl<'tree> Checker<'tree> {
    fn visit(&mut self, node: Model<'tree>) {
        self.check(node);
        self.path.push(node);
        node.children(&mut |child| {
            if self.stop.is_none() {
                deep(|| self.visit(child));
            }
        });
        self.path.pop();
    }

    fn check(&mut self, node: Model<'tree>) {
        match node {
            Model::Program(_) => {}
            Model::Block { statements, .. } => self.check_block(node, statements),
            Model::Expression(_) if self.tasks_forbid(node) => {}
            Model::Expression(expression) => self.check_expression(node, &expression.kind),
            Model::Interpolation { expression, .. } => self.require_value(Model::of(expression)),
            Model::Lambda { lambda, .. } => self.check_lambda(node, lambda),
            Model::Epp(lambda) => self.check_epp(node, lambda),
            Model::Parameter(parameter) => self.check_parameter(node, parameter),
            Model::KeyedEntry(entry) => {
                self.require_value(Model::of(&entry.key));
                self.require_value(Model::of(&entry.value));
            }
            Model::CaseOption(option) => self.require_values(&option.values),
            Model::SelectorEntry(entry) => self.require_value(Model::of(&entry.matching)),
            Model::ResourceBody { body, .. } => self.check_resource_body(body),
            Model::Attribute(operation) => self.check_attribute(node, operation),
            Model::Query(query) => {
                query.expression.iter().for_each(|asked| self.check_query(Model::of(asked)))
            }
        }
    }

    fn check_expression(&mut self, node: Model<'tree>, kind: &'tree ExpressionKind) {
        match kind {
            ExpressionKind::Heredoc(heredoc) => self.check_heredoc(heredoc),
            ExpressionKind::Array(values) => self.require_values(values),
            ExpressionKind::Hash(entries) => self.check_duplicate_keys(entries),
            ExpressionKind::QualifiedReference(name) => self.check_reference(node, name),
            ExpressionKind::Variable(name) => self.check_variable(node, name),
            ExpressionKind::Integer(_) => self.check_integer(node),
            ExpressionKind::ReservedWord(word) => self.check_reserved_word(node, word),
            ExpressionKind::Unary(unary) => self.require_value(Model::of(&unary.operand)),
            ExpressionKind::Parenthesized(inner) => self.require_value(Model::of(inner)),
            ExpressionKind::RenderExpression(body) => self.require_value(Model::statement_or_block(body)),
            ExpressionKind::Binary(binary) => {
                self.require_value(Model::of(&binary.left));
                self.require_value(Model::of(&binary.right));
            }
            ExpressionKind::Assignment(assignment) => self.check_assignment(node, assignment),
            ExpressionKind::Relationship(relationship) => self.check_relationship(relationship),
            ExpressionKind::Call(call) => self.check_call(node, call),
            ExpressionKind::If(branch) | ExpressionKind::Unless(branch) => {
                self.require_value(Model::of(&branch.test));
            }
            ExpressionKind::Case(case) => self.check_case(node, case),
            ExpressionKind::Selector(selector) => self.check_selector(node, selector),
            ExpressionKind::Resource(resource) => self.check_resource(node, resource),
            ExpressionKind::ResourceDefaults(defaults) => self.check_resource_form(node, defaults.form),
            ExpressionKind::ResourceOverride(resource) => self.check_resource_form(node, resource.form),
            ExpressionKind::Collector(collector) => self.check_collector(node, collector),
            ExpressionKind::Class(class) => self.check_class(node, class),
            ExpressionKind::Define(define) => self.check_define(node, define),
            ExpressionKind::Function(function) => self.check_function(node, function),
            ExpressionKind::Plan(plan) => self.check_plan(node, plan),
            ExpressionKind::Node(definition) => self.check_node(node, definition),
            ExpressionKind::TypeAlias(alias) => self.check_type_alias(node, alias),
            ExpressionKind::TypeMapping(mapping) => self.check_type_mapping(node, mapping),
            ExpressionKind::TypeDefinition(_) => self.check_type_definition(node),
            _ => {}
        }
    }

    fn report(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    /// Ends the walk as a raised error ends Puppet's. Only the first counts.
    fn raise(&mut self, issue: Issue) {
        self.stop.get_or_insert(issue);
    }

    /// What the node stands in.
    fn container(&self) -> Option<Model<'tree>> {
        self.path.last().copied()
    }
}

/// Runs what calls itself for what is within: on more stack, if little is left.
fn deep<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 * 1024, 1024 * 1024, run)
}

/// An error at Puppet's place of this node.
fn error(code: &'static str, node: Model<'_>, message: impl Into<String>) -> Issue {
    Issue::error(Stage::Validation, code, message, node.span())
}

/// A construct that a later Puppet will refuse.
fn deprecation(code: &'static str, node: Model<'_>, message: impl Into<String>) -> Issue {
    Issue { severity: Severity::Deprecation, ..error(code, node, message) }
}
