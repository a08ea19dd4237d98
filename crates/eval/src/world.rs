//! What an evaluator asks of its host.

use std::cell::RefCell;

use diagnostics::nearest;
use ecow::EcoString;
use functions::{Compilation, Failure, Level};
use rustc_hash::FxHashMap;
use syntax::ast::{Access, Expression, ExpressionKind, Function};
use values::Value;
use values::types::{TypeError, TypeLoader, builtin, declare, define};
use values::{Type, types};

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::source::Source;

/// What an evaluator asks of its host: what names stand for, and where messages go.
pub trait World {
    /// The function of this name, beyond the built-in ones. Asked at every call, so quick for names that it does not
    /// know. Errors: it is there and cannot be read.
    fn function(&self, name: &str) -> Result<Option<Callee<'_>>, Failure>;

    /// What names of types stand for.
    fn types(&self) -> &dyn TypeLoader;

    /// Takes a message that the program logs.
    fn log(&self, level: Level, message: String);

    /// A function's name that is much like this one, for those who mistyped it.
    fn similar_function(&self, _name: &str) -> Option<String> {
        None
    }
}

/// A function that a module or a manifest brings.
#[derive(Clone, Copy)]
pub enum Callee<'w> {
    /// Written in Puppet.
    Puppet(&'w Function, &'w Source),
    /// Native.
    Native(&'static functions::Function),
}

/// What only the making of a catalog can do. An evaluator without it evaluates expressions alone.
pub trait Declarations<'w> {
    /// Evaluates a statement about resources: a declaration, defaults, an override, a collector, a chain.
    fn evaluate(&self, evaluator: &Evaluator<'w>, expression: &'w Expression, frame: &Frame<'w>) -> Outcome;

    /// `File['/a']['mode']`: parameters of a declared resource or class.
    fn parameters(
        &self,
        evaluator: &Evaluator<'w>,
        reference: &Type,
        keys: &[Value],
        access: &'w Access,
        frame: &Frame<'w>,
    ) -> Outcome;

    /// What functions may ask when they are called from here.
    fn compilation<'c>(
        &'c self,
        evaluator: &'c Evaluator<'w>,
        frame: &'c Frame<'w>,
    ) -> Box<dyn Compilation + 'c>;
}

/// A world in memory: functions and types of a few sources, and the log. For tests and tools.
#[derive(Default)]
pub struct MemoryWorld {
    sources: Vec<Source>,
    functions: FxHashMap<EcoString, (usize, usize)>,
    types: FxHashMap<EcoString, Result<Type, TypeError>>,
    logs: RefCell<Vec<(Level, String)>>,
}

impl MemoryWorld {
    /// Knows the functions and types that stand at the top of these sources.
    pub fn of(sources: Vec<Source>) -> Self {
        let mut world = Self { sources, ..Self::default() };
        let (mut functions, mut declared) = (Vec::new(), Vec::new());
        for (source, statement, expression) in world.statements() {
            match &expression.kind {
                ExpressionKind::Function(function) => {
                    functions.push((function.name.clone(), (source, statement)))
                }
                ExpressionKind::TypeAlias(alias) => {
                    declared.push((alias.name.to_lowercase(), declare(alias)))
                }
                _ => {}
            }
        }
        world.functions = functions.into_iter().collect();
        for (name, found) in declared {
            world.types.extend(found.map(|found| (name, Ok(found))));
        }
        for (name, found) in world.defined() {
            world.types.insert(name, found);
        }
        world
    }

    /// The statements at the top of each source, with where they are.
    fn statements(&self) -> impl Iterator<Item = (usize, usize, &Expression)> {
        self.sources.iter().enumerate().flat_map(|(index, source)| {
            source
                .program
                .statements
                .iter()
                .enumerate()
                .map(move |(place, statement)| (index, place, statement))
        })
    }

    /// Says what each declared type is, which may be made of others.
    fn defined(&self) -> Vec<(EcoString, Result<Type, TypeError>)> {
        let mut types = Vec::new();
        for (source, _, expression) in self.statements() {
            let ExpressionKind::TypeAlias(written) = &expression.kind else { continue };
            let name = written.name.to_lowercase();
            let declared = self.types.get(&name).and_then(|found| found.as_ref().ok());
            let text = self.sources.get(source).map_or("", |source| source.file.text());
            types.push((name, define(declared, written, text, self)));
        }
        types
    }

    /// Takes what was logged.
    pub fn take_logs(&self) -> Vec<(Level, String)> {
        self.logs.take()
    }
}

impl TypeLoader for MemoryWorld {
    fn load(&self, name: &str) -> Result<Option<Type>, types::TypeError> {
        match self.types.get(name) {
            Some(found) => found.clone().map(Some),
            None => builtin().load(name),
        }
    }
}

impl World for MemoryWorld {
    fn function(&self, name: &str) -> Result<Option<Callee<'_>>, Failure> {
        let Some((source, statement)) = self.functions.get(name) else { return Ok(None) };
        let source = self.sources.get(*source);
        let found = source.and_then(|source| match &source.program.statements.get(*statement)?.kind {
            ExpressionKind::Function(function) => Some(Callee::Puppet(function, source)),
            _ => None,
        });
        Ok(found)
    }

    fn types(&self) -> &dyn TypeLoader {
        self
    }

    fn log(&self, level: Level, message: String) {
        self.logs.borrow_mut().push((level, message));
    }

    fn similar_function(&self, name: &str) -> Option<String> {
        let own = self.functions.keys().map(EcoString::as_str);
        nearest(name, own.chain(functions::ALL.iter().map(|function| function.name))).map(str::to_owned)
    }
}
