//! What lies on a scope's own variables for a while.

use std::cell::RefCell;
use std::rc::Rc;

use ecow::EcoString;
use values::Value;

use super::{AssignError, Found, Variables};

/// A layer, and what lies below it.
pub(crate) struct Layer {
    kind: Kind,
    below: Option<Rc<Layer>>,
}

enum Kind {
    /// Variables of a block of code.
    Local(RefCell<Variables>),
    /// What a regular expression matched: the whole, then its groups.
    Match(Vec<Option<EcoString>>),
    /// Parameters, of which defaults may speak.
    Parameters(Parameters),
}

/// Parameters that get their values one after another.
pub(crate) struct Parameters {
    names: Vec<EcoString>,
    /// The value of each, once it has one.
    values: RefCell<Vec<Option<Value>>>,
    /// A parameter that was asked for before its turn.
    illegal: RefCell<Option<EcoString>>,
}

impl Layer {
    pub(crate) fn local(variables: Variables, below: Option<Rc<Self>>) -> Self {
        Self { kind: Kind::Local(RefCell::new(variables)), below }
    }

    pub(crate) fn matched(groups: Vec<Option<EcoString>>, below: Option<Rc<Self>>) -> Self {
        Self { kind: Kind::Match(groups), below }
    }

    pub(crate) fn parameters(names: Vec<EcoString>, below: Option<Rc<Self>>) -> Self {
        let values = RefCell::new(vec![None; names.len()]);
        let parameters = Parameters { names, values, illegal: RefCell::default() };
        Self { kind: Kind::Parameters(parameters), below }
    }

    pub(crate) fn below(&self) -> Option<&Rc<Self>> {
        self.below.as_ref()
    }

    /// The variables of a block of code.
    pub(super) fn variables(&self) -> Option<&RefCell<Variables>> {
        match &self.kind {
            Kind::Local(variables) => Some(variables),
            _ => None,
        }
    }

    /// What was pushed as parameters.
    pub(crate) fn as_parameters(&self) -> Option<&Parameters> {
        match &self.kind {
            Kind::Parameters(parameters) => Some(parameters),
            _ => None,
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<Found> {
        match &self.kind {
            Kind::Local(variables) => variables.borrow().get(name).cloned().map(Found::Value),
            Kind::Match(groups) => {
                let number: usize = if name.starts_with(|first: char| first.is_ascii_digit()) {
                    name.parse().unwrap_or(usize::MAX)
                } else {
                    return None;
                };
                let text = groups.get(number).cloned().flatten();
                Some(Found::Value(text.map_or(Value::Undef, Value::String)))
            }
            Kind::Parameters(parameters) => parameters.find(name),
        }
    }

    /// Absent where this layer takes no variables.
    pub(super) fn assign(&self, name: &EcoString, value: &Value) -> Option<Result<(), AssignError>> {
        match &self.kind {
            Kind::Local(variables) => {
                let is_new = variables.borrow_mut().insert_new(name, value.clone());
                Some(if is_new { Ok(()) } else { Err(AssignError::Bound) })
            }
            Kind::Match(_) => None,
            Kind::Parameters(parameters) if parameters.names.contains(name) => Some(Err(AssignError::Bound)),
            // Nothing but defaults is evaluated while parameters are on top.
            Kind::Parameters(_) => Some(Err(AssignError::ReadOnly)),
        }
    }
}

impl Parameters {
    fn find(&self, name: &str) -> Option<Found> {
        let place = self.names.iter().position(|known| known == name)?;
        let value = self.values.borrow().get(place).cloned().flatten();
        if value.is_none() {
            self.illegal.replace(Some(name.into()));
        }
        Some(value.map_or(Found::Unevaluated, Found::Value))
    }

    /// Gives the parameter at this place its value.
    pub(crate) fn set(&self, place: usize, value: Value) {
        if let Some(slot) = self.values.borrow_mut().get_mut(place) {
            *slot = Some(value);
        }
    }

    /// A parameter that was asked for before its turn.
    pub(crate) fn take_illegal(&self) -> Option<EcoString> {
        self.illegal.take()
    }

    /// The values of those that have one, by name.
    pub(crate) fn take_values(&self) -> Vec<(EcoString, Value)> {
        let values = self.values.take();
        self.names.iter().cloned().zip(values).filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
