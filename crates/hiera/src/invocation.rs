//! One lookup in progress: what it was called with, which keys it is in the middle of, and its explanation.
//!
//! A lookup that an interpolation or a function makes inherits from the one around it, so that endless
//! recursion is seen and the explanation is one tree.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ecow::EcoString;
use values::{Map, Text, Value};

use crate::error::{ErrorKind, LookupError};
use crate::explain::{Event, Explainer, Explanation, Step};
use crate::key::{Key, Segment};
use crate::place::{DataPlace, Source};

/// Most keys and variables that may be in the middle of being looked up.
const MAXIMUM_NAMES: usize = 1000;

pub(crate) struct Invocation {
    pub overrides: Rc<Map>,
    pub defaults: Rc<Map>,
    explainer: Option<Rc<RefCell<Explainer>>>,
    silenced: Cell<bool>,
    /// The keys whose values are being searched or interpolated, innermost last.
    names: RefCell<Vec<String>>,
    top_key: RefCell<Option<Rc<Key>>>,
    module_name: RefCell<Option<Rc<str>>>,
    /// Whether variables are seen as version 3 sees them.
    pub hiera_scope: bool,
    pub global_only: Cell<bool>,
    pub hiera_call: Cell<bool>,
    pub v3_merge: Cell<bool>,
    pub location_overrides: Rc<[EcoString]>,
    /// Variables that `mapped_paths` sets while it interpolates.
    pub locals: RefCell<Vec<(EcoString, Value)>>,
    /// The variables that a `hiera.yaml` used, where they are collected.
    pub remembered: Option<RefCell<Vec<Remembered>>>,
    /// Where the values came from; absent for lookups within lookups.
    pub sources: Option<Rc<RefCell<Vec<Source>>>>,
}

/// A variable that a `hiera.yaml` was built with.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    pub key: String,
    pub root: EcoString,
    pub segments: Vec<Segment>,
    pub value: Value,
}

/// What an invocation is made with, beside what it inherits.
#[derive(Default)]
pub(crate) struct Start {
    pub overrides: Rc<Map>,
    pub defaults: Rc<Map>,
    pub explain: bool,
    pub hiera_scope: bool,
    pub hiera_call: bool,
    pub global_only: bool,
    pub location_overrides: Option<Rc<[EcoString]>>,
    pub collects_variables: bool,
    pub sources: Option<Rc<RefCell<Vec<Source>>>>,
}

impl Invocation {
    pub fn new(parent: Option<&Rc<Self>>, start: Start) -> Rc<Self> {
        let inherited = |flag: fn(&Self) -> bool| parent.is_some_and(|parent| flag(parent));
        let explainer = match parent {
            Some(parent) => parent.explainer.clone(),
            None => start.explain.then(Rc::default),
        };
        let overrides = start.location_overrides.filter(|paths| !paths.is_empty());
        let paths = overrides.or_else(|| parent.map(|parent| Rc::clone(&parent.location_overrides)));
        Rc::new(Self {
            overrides: start.overrides,
            defaults: start.defaults,
            explainer,
            silenced: Cell::new(inherited(|parent| parent.silenced.get())),
            names: RefCell::new(parent.map(|parent| parent.names.borrow().clone()).unwrap_or_default()),
            top_key: RefCell::default(),
            module_name: RefCell::default(),
            hiera_scope: start.hiera_scope,
            global_only: Cell::new(start.global_only || inherited(|parent| parent.global_only.get())),
            hiera_call: Cell::new(start.hiera_call || inherited(|parent| parent.hiera_call.get())),
            v3_merge: Cell::new(inherited(|parent| parent.v3_merge.get())),
            location_overrides: paths.unwrap_or_default(),
            locals: RefCell::default(),
            remembered: start.collects_variables.then(RefCell::default),
            sources: start.sources,
        })
    }

    pub fn set_key(&self, key: Rc<Key>, module_name: Option<&str>) {
        *self.module_name.borrow_mut() = module_name.or_else(|| key.module_name()).map(Rc::from);
        *self.top_key.borrow_mut() = Some(key);
    }

    pub fn module_name(&self) -> Option<Rc<str>> {
        self.module_name.borrow().clone()
    }

    pub fn top_key(&self) -> String {
        self.top_key.borrow().as_ref().map(ToString::to_string).unwrap_or_default()
    }

    /// Runs a part of the search that must not come back to the same name within itself.
    pub fn check<T, E>(&self, name: &str, run: impl FnOnce() -> Result<T, E>) -> Result<T, E>
    where
        E: From<LookupError> + Checked,
    {
        if self.names.borrow().iter().any(|outer| outer == name) {
            let names = self.names.borrow().join(", ");
            let message = format!("Recursive lookup detected in [{names}]");
            return Err(LookupError::new(ErrorKind::Recursive, message).into());
        }
        if self.names.borrow().len() >= MAXIMUM_NAMES {
            let message =
                format!("lookups lead into each other more than {MAXIMUM_NAMES} times, at `{name}`");
            return Err(LookupError::lookup(message).into());
        }
        self.names.borrow_mut().push(name.to_owned());
        let result = run();
        self.names.borrow_mut().pop();
        result.map_err(Checked::checked)
    }

    /// Runs a part of the search as a step of the explanation.
    pub fn with<T>(&self, step: impl FnOnce() -> Step, run: impl FnOnce() -> T) -> T {
        let Some(explainer) = self.explaining() else { return run() };
        explainer.borrow_mut().push(step());
        let result = run();
        explainer.borrow_mut().pop();
        result
    }

    /// Runs something that the explanation does not tell.
    pub fn silently<T>(&self, run: impl FnOnce() -> T) -> T {
        let before = self.silenced.replace(true);
        let result = run();
        self.silenced.set(before);
        result
    }

    pub fn is_explaining(&self) -> bool {
        self.explaining().is_some()
    }

    pub fn report_found(&self, key: &str, value: &Value, place: Option<DataPlace>) {
        self.report(Event::Found, Some(key), Some(value), place);
    }

    pub fn report_result(&self, value: &Value) {
        self.report(Event::Result, None, Some(value), None);
    }

    pub fn report_not_found(&self, key: &str) {
        self.report(Event::NotFound, Some(key), None, None);
    }

    pub fn report(&self, event: Event, key: Option<&str>, value: Option<&Value>, place: Option<DataPlace>) {
        if let Some(explainer) = self.explaining() {
            explainer.borrow_mut().report(event, key, value, place);
        }
    }

    pub fn report_text(&self, text: impl FnOnce() -> String) {
        if let Some(explainer) = self.explaining() {
            let text = text();
            explainer.borrow_mut().text(text);
        }
    }

    pub fn report_leaf(&self, step: Step, event: Event) {
        if let Some(explainer) = self.explaining() {
            explainer.borrow_mut().leaf(step, event);
        }
    }

    /// The explanation so far, taken out.
    pub fn take_explanation(&self) -> Option<Explanation> {
        self.explainer.as_ref().map(|explainer| explainer.take().finish())
    }

    /// The value of an override, if there is one for this key.
    pub fn override_of(&self, key: &str) -> Option<Value> {
        self.overrides.get(&Text(key)).cloned()
    }

    /// A default given in a hash for this key.
    pub fn default_of(&self, key: &str) -> Option<Value> {
        self.defaults.get(&Text(key)).cloned()
    }

    pub fn add_source(&self, source: impl FnOnce() -> Source) {
        if let Some(sources) = &self.sources {
            sources.borrow_mut().push(source());
        }
    }

    /// Keeps what a variable was, unless it is one of the global ones, which never change.
    pub fn remember(&self, key: &str, root: &EcoString, segments: &[Segment], value: &Value) {
        let Some(remembered) = &self.remembered else { return };
        if !value.is_undef() && key.starts_with("::") {
            return;
        }
        let mut remembered = remembered.borrow_mut();
        if remembered.iter().all(|one| one.key != key) {
            let (root, segments) = (root.clone(), segments.to_vec());
            remembered.push(Remembered { key: key.to_owned(), root, segments, value: value.clone() });
        }
    }

    fn explaining(&self) -> Option<&Rc<RefCell<Explainer>>> {
        self.explainer.as_ref().filter(|_| !self.silenced.get())
    }
}

/// Errors that the check against recursion words anew.
pub(crate) trait Checked {
    fn checked(self) -> Self;
}

impl Checked for LookupError {
    fn checked(self) -> Self {
        Self::checked(self)
    }
}

impl Checked for crate::error::Missing {
    fn checked(self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(Box::new(error.checked())),
            Self::NotFound => Self::NotFound,
        }
    }
}
