//! Which expression is evaluated by whom.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use diagnostics::Place;
use ecow::EcoString;
use functions::{Failure, Raised};
use regexp::Regexp;
use rustc_hash::FxHashMap;
use syntax::ast::{Body, Expression, ExpressionKind, UnaryOperator};
use values::types::known;
use values::{Type, Value};

use crate::failure::{TOO_DEEP, bare, unplaced};
use crate::nesting::bounded;
use crate::scope::{Scope, ScopeKind};
use crate::source::Source;
use crate::world::{Declarations, World};

/// What evaluating gives: a value, or what ends the evaluation.
pub type Outcome = Result<Value, Raised>;

/// How many calls may be within each other. Far more than any program needs that ends.
const MAXIMUM_DEPTH: u32 = 2_000;
/// How much room a nested expression needs at most, and how much more is taken when it is not there.
const RED_ZONE: usize = 128 * 1024;
const STACK_SEGMENT: usize = 2 * 1024 * 1024;

/// Evaluates programs. One is made for a compilation; it is cheap.
pub struct Evaluator<'w> {
    pub(crate) world: &'w dyn World,
    pub(crate) declarations: Option<&'w dyn Declarations<'w>>,
    top: Rc<Scope>,
    global: RefCell<Rc<Scope>>,
    classes: RefCell<FxHashMap<EcoString, Rc<Scope>>>,
    regexps: RefCell<FxHashMap<EcoString, Arc<Regexp>>>,
    names: RefCell<FxHashMap<EcoString, Type>>,
    depth: Cell<u32>,
    /// The types of parameters, by where they stand in their tree.
    pub(crate) prepared: RefCell<FxHashMap<usize, Rc<crate::closure::Prepared>>>,
    /// Where `break`, `next` or `return` was last called.
    pub(crate) jump: RefCell<Option<Place>>,
    pub(crate) output: RefCell<Vec<crate::template::Piece>>,
}

/// Where code is evaluated: the text it stands in, and what it sees.
#[derive(Clone)]
pub struct Frame<'w> {
    /// The text that the expressions stand in.
    pub source: &'w Source,
    /// The variables.
    pub scope: Rc<Scope>,
}

impl<'w> Evaluator<'w> {
    /// An evaluator of expressions, with an empty top scope.
    pub fn new(world: &'w dyn World) -> Self {
        let top = Scope::new(ScopeKind::Top, None);
        Self {
            world,
            declarations: None,
            global: RefCell::new(top.clone()),
            top,
            classes: RefCell::default(),
            regexps: RefCell::default(),
            names: RefCell::default(),
            depth: Cell::new(0),
            prepared: RefCell::default(),
            jump: RefCell::default(),
            output: RefCell::default(),
        }
    }

    /// With what makes catalogs.
    #[must_use]
    pub fn with_declarations(self, declarations: &'w dyn Declarations<'w>) -> Self {
        Self { declarations: Some(declarations), ..self }
    }

    /// The top scope. The host puts facts and the like there.
    pub fn top(&self) -> &Rc<Scope> {
        &self.top
    }

    /// The scope in which functions written in Puppet run: the top scope, or the node's once there is one.
    pub fn global(&self) -> Rc<Scope> {
        self.global.borrow().clone()
    }

    /// Makes a node's scope the one in which functions written in Puppet run.
    pub fn set_global(&self, scope: Rc<Scope>) {
        self.global.replace(scope);
    }

    /// Makes the variables of a scope known as `$name::variable`.
    pub fn add_class(&self, name: impl Into<EcoString>, scope: Rc<Scope>) {
        self.classes.borrow_mut().insert(name.into(), scope);
    }

    /// The scope whose variables are known as `$name::variable`.
    pub fn class(&self, name: &str) -> Option<Rc<Scope>> {
        self.classes.borrow().get(name).cloned()
    }

    /// Evaluates a whole text in the top scope. Errors: what is wrong, with its place.
    pub fn evaluate_source(&self, source: &'w Source) -> Result<Value, Failure> {
        let frame = Frame { source, scope: self.top.clone() };
        self.evaluate_statements(&source.program.statements, &frame).map_err(|raised| self.uncaught(raised))
    }

    /// A jump that nothing took is an error where it was made.
    pub fn uncaught(&self, raised: Raised) -> Failure {
        let name = match raised {
            Raised::Failure(failure) => return *failure,
            Raised::Break => "break",
            Raised::Next(_) => "next",
            Raised::Return(_) => "return",
        };
        bare(format!("{name}() from context where this is illegal"), self.jump.take())
    }

    /// Evaluates statements one after another; the last gives the value.
    pub fn evaluate_statements(&self, statements: &'w [Expression], frame: &Frame<'w>) -> Outcome {
        let Some((last, others)) = statements.split_last() else { return Ok(Value::Undef) };
        for statement in others {
            self.evaluate(statement, frame)?;
        }
        self.evaluate(last, frame)
    }

    pub(crate) fn evaluate_body(&self, body: Option<&'w Body>, frame: &Frame<'w>) -> Outcome {
        body.map_or(Ok(Value::Undef), |body| self.evaluate_statements(&body.statements, frame))
    }

    /// Evaluates an expression.
    pub fn evaluate(&self, expression: &'w Expression, frame: &Frame<'w>) -> Outcome {
        let outcome = match &expression.kind {
            ExpressionKind::Undef => return Ok(Value::Undef),
            ExpressionKind::Default => return Ok(Value::Default),
            ExpressionKind::Boolean(value) => return Ok(Value::Boolean(*value)),
            ExpressionKind::Integer(integer) => return Ok(Value::Integer(integer.value)),
            ExpressionKind::Float(value) => return Ok(Value::Float(*value)),
            ExpressionKind::String(text) | ExpressionKind::QualifiedName(text) => {
                return Ok(Value::String(text.clone()));
            }
            ExpressionKind::Variable(name) => self.variable(name, expression, frame),
            _ => stacker::maybe_grow(RED_ZONE, STACK_SEGMENT, || self.evaluate_compound(expression, frame)),
        };
        outcome.map_err(|raised| frame.placed(raised, expression))
    }

    fn evaluate_compound(&self, expression: &'w Expression, frame: &Frame<'w>) -> Outcome {
        match &expression.kind {
            ExpressionKind::ConcatenatedString(segments) => self.concatenated(segments, frame),
            ExpressionKind::Heredoc(heredoc) => self.heredoc(heredoc, frame),
            ExpressionKind::Regexp(source) => self.regexp(source).map(Value::Regexp),
            ExpressionKind::Array(elements) => {
                bounded(Value::array(self.unfolded(Vec::new(), elements, frame)?))
            }
            ExpressionKind::Hash(entries) => bounded(self.hash(entries, frame)?),
            ExpressionKind::QualifiedReference(name) => match self.type_named(name)? {
                Type::Reference(name) => {
                    Err(frame.fail(expression, format_args!("Resource type not found: {name}")))
                }
                found => Ok(Value::Type(found)),
            },
            ExpressionKind::ReservedWord(word) => Ok(Value::String(word.clone())),
            ExpressionKind::Unary(unary) => match unary.operator {
                UnaryOperator::Not => Ok(Value::Boolean(!self.evaluate(&unary.operand, frame)?.is_truthy())),
                UnaryOperator::Minus => self.negated(&unary.operand, expression, frame),
                UnaryOperator::Splat => self.splat(&unary.operand, frame).map(Value::array),
            },
            ExpressionKind::Parenthesized(inner) => self.evaluate(inner, frame),
            ExpressionKind::Binary(binary) => self.binary(binary, expression, frame),
            ExpressionKind::Assignment(assignment) => self.assignment(assignment, expression, frame),
            ExpressionKind::Access(access) => bounded(self.access(access, expression, frame)?),
            ExpressionKind::Call(call) => self.call(call, expression, frame),
            ExpressionKind::MethodCall(call) => self.method_call(call, expression, frame),
            ExpressionKind::Block(statements) => self.evaluate_statements(statements, frame),
            ExpressionKind::If(branch) => self.branch(branch, true, frame),
            ExpressionKind::Unless(branch) => self.branch(branch, false, frame),
            ExpressionKind::Case(case) => self.case(case, frame),
            ExpressionKind::Selector(selector) => self.selector(selector, frame),
            ExpressionKind::RenderString(text) => self.render_text(text),
            ExpressionKind::RenderExpression(body) => self.render_value(body, frame),
            ExpressionKind::Epp(template) => self.evaluate_body(template.body.as_ref(), frame),
            ExpressionKind::Resource(_)
            | ExpressionKind::ResourceDefaults(_)
            | ExpressionKind::ResourceOverride(_)
            | ExpressionKind::Collector(_)
            | ExpressionKind::Relationship(_) => match self.declarations {
                Some(declarations) => declarations.evaluate(self, expression, frame),
                None => Err(unplaced("resources can only be declared while a catalog is made")),
            },
            // Definitions are known before anything is evaluated.
            _ => Ok(Value::Undef),
        }
    }

    /// Evaluates with the layers of the scope as they are now when it is done.
    pub(crate) fn guarded<R>(&self, frame: &Frame<'w>, work: impl FnOnce() -> R) -> R {
        let level = frame.scope.level();
        let result = work();
        frame.scope.restore(level);
        result
    }

    /// Goes one call deeper, unless that is too deep.
    pub(crate) fn deeper(&self, work: impl FnOnce() -> Outcome) -> Outcome {
        let depth = self.depth.get();
        if depth >= MAXIMUM_DEPTH {
            return Err(unplaced(TOO_DEEP));
        }
        self.depth.set(depth + 1);
        let outcome = work();
        self.depth.set(depth);
        outcome
    }

    /// The type of a name; a [`Type::Reference`] where there is none.
    pub fn type_named(&self, name: &EcoString) -> Result<Type, Raised> {
        if let Some(found) = self.names.borrow().get(name) {
            return Ok(found.clone());
        }
        let lower = name.to_lowercase();
        let found = match known::by_name(&lower) {
            Some(found) => found,
            None => {
                let loaded = self.world.types().load(&lower).map_err(|error| unplaced(error.to_string()))?;
                loaded.unwrap_or_else(|| Type::Reference(name.clone()))
            }
        };
        self.names.borrow_mut().insert(name.clone(), found.clone());
        Ok(found)
    }

    /// A regular expression by its source, made once.
    pub(crate) fn regexp(&self, source: &EcoString) -> Result<Arc<Regexp>, Raised> {
        if let Some(found) = self.regexps.borrow().get(source) {
            return Ok(found.clone());
        }
        let made = Arc::new(Regexp::new(source).map_err(|error| unplaced(error.to_string()))?);
        self.regexps.borrow_mut().insert(source.clone(), made.clone());
        Ok(made)
    }
}
