//! The values of variables.

use diagnostics::nearest;
use functions::Raised;
use syntax::ast::Expression;
use values::Value;

use crate::evaluator::{Evaluator, Frame, Outcome};
use crate::failure::unplaced;
use crate::scope::{Found, Scope, ScopeKind};

/// Variables that are `undef` where nobody gave them a value.
const ALWAYS_THERE: [&str; 2] = ["module_name", "caller_module_name"];

impl<'w> Evaluator<'w> {
    pub(crate) fn variable(&self, name: &str, expression: &'w Expression, frame: &Frame<'w>) -> Outcome {
        match self.lookup(name, &frame.scope) {
            Some(Found::Value(value)) => Ok(value),
            // Whoever evaluates the parameters says what is wrong.
            Some(Found::Unevaluated) => Err(unplaced(format!("parameter '{name}' has no value yet"))),
            None => Err(unknown(name, expression, frame)),
        }
    }

    /// The value of a variable, qualified or not, as code in a scope sees it.
    pub fn variable_value(&self, name: &str, scope: &Scope) -> Option<Value> {
        match self.lookup(name, scope)? {
            Found::Value(value) => Some(value),
            Found::Unevaluated => None,
        }
    }

    fn lookup(&self, name: &str, scope: &Scope) -> Option<Found> {
        if let Some(found) = self.lookup_given(name, scope) {
            return Some(found);
        }
        let is_there = name.starts_with(|first: char| first.is_ascii_digit()) || ALWAYS_THERE.contains(&name);
        is_there.then_some(Found::Value(Value::Undef))
    }

    fn lookup_given(&self, name: &str, scope: &Scope) -> Option<Found> {
        if !name.contains("::") {
            return scope.find(name);
        }
        let name = name.strip_prefix("::").unwrap_or(name);
        match name.rsplit_once("::") {
            None => self.top().own(name).map(Found::Value),
            Some((class, variable)) => self.class_variable(class, variable).map(Found::Value),
        }
    }

    /// A variable of a class, or of one that it inherits from.
    fn class_variable(&self, class: &str, variable: &str) -> Option<Value> {
        let mut scope = self.class(class)?;
        loop {
            if let Some(value) = scope.own(variable) {
                return Some(value);
            }
            let inherited = scope.next().filter(|next| next.is_of_class())?.clone();
            scope = inherited;
        }
    }
}

/// That there is no such variable, and perhaps which one was meant.
#[cold]
fn unknown(name: &str, expression: &Expression, frame: &Frame<'_>) -> Raised {
    let mut raised = frame.fail(expression, format_args!("Unknown variable: '{name}'."));
    let known = frame.scope.visible();
    let similar = nearest(name, known.iter().map(|(name, _)| name.as_str()));
    if let (Raised::Failure(failure), Some(similar)) = (&mut raised, similar) {
        failure.hint = Some(format!("there is a variable `${similar}`"));
    }
    raised
}

impl Scope {
    /// Whether it is a class's.
    pub(crate) fn is_of_class(&self) -> bool {
        matches!(self.kind(), ScopeKind::Class(_))
    }
}
