//! Scopes: which variables the code at a place sees.
//!
//! A [`Scope`] is that of a manifest's top, of a node, of a class or of a declared resource; it has variables of its
//! own, and goes on where it ends: with the class it inherits from, or with the node's or the top scope. On its own
//! variables lie layers that come and go: those of a lambda's call, of parameters while their defaults are
//! evaluated, and what regular expressions matched (`$0` to `$9`...). Whatever looks into a scope while a layer is
//! there looks through it, as in Puppet: a class that is declared within a lambda at the top sees its variables.

mod layer;
mod variables;

use std::cell::RefCell;
use std::rc::Rc;

use ecow::EcoString;
use regexp::Captures;
use values::Value;

pub(crate) use layer::{Layer, Parameters};
pub(crate) use variables::Variables;

/// A scope. Shared: whatever holds one sees what is assigned in it.
pub struct Scope {
    kind: ScopeKind,
    variables: RefCell<Variables>,
    layers: RefCell<Option<Rc<Layer>>>,
    next: Option<Rc<Scope>>,
}

/// Whose scope it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// What every other sees.
    Top,
    /// That of a node.
    Node,
    /// That of a class of this name.
    Class(EcoString),
    /// That of a declared resource of a defined type.
    Resource,
}

/// What is found under a name.
pub(crate) enum Found {
    /// A value.
    Value(Value),
    /// A parameter whose turn has not come yet.
    Unevaluated,
}

/// A state of the layers, to which [`Scope::restore`] returns.
pub(crate) struct Level(Option<Rc<Layer>>);

impl Scope {
    /// An empty one. `next` is where names are looked for that it does not have: the scope of the class it inherits
    /// from, else the node's, else the top scope.
    pub fn new(kind: ScopeKind, next: Option<Rc<Self>>) -> Rc<Self> {
        Rc::new(Self { kind, variables: RefCell::default(), layers: RefCell::default(), next })
    }

    /// Whose it is.
    pub fn kind(&self) -> &ScopeKind {
        &self.kind
    }

    /// Where names are looked for that it does not have.
    pub fn next(&self) -> Option<&Rc<Self>> {
        self.next.as_ref()
    }

    /// The value of a variable, here or in the scopes it goes on with. Unqualified names alone.
    pub fn get(&self, name: &str) -> Option<Value> {
        match self.find(name)? {
            Found::Value(value) => Some(value),
            Found::Unevaluated => None,
        }
    }

    /// The value of one of its own variables, layers aside.
    pub fn own(&self, name: &str) -> Option<Value> {
        self.variables.borrow().get(name).cloned()
    }

    /// Gives one of its own variables a value, whether it had one or not. For hosts; programs assign once.
    pub fn set(&self, name: impl Into<EcoString>, value: Value) {
        self.variables.borrow_mut().set(name.into(), value);
    }

    /// All variables that are seen from here, the nearest first; hidden ones are left out.
    pub fn visible(&self) -> Vec<(EcoString, Value)> {
        let mut all = Variables::default();
        self.collect(&mut all);
        all.into_iter().collect()
    }

    fn collect(&self, all: &mut Variables) {
        let mut add = |variables: &Variables| {
            for (name, value) in variables.iter() {
                if all.get(name).is_none() {
                    all.set(name.clone(), value.clone());
                }
            }
        };
        let mut layer = self.layers.borrow().clone();
        while let Some(current) = layer {
            if let Some(variables) = current.variables() {
                add(&variables.borrow());
            }
            layer = current.below().cloned();
        }
        add(&self.variables.borrow());
        if let Some(next) = &self.next {
            next.collect(all);
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<Found> {
        let mut scope = self;
        loop {
            if let Some(found) = scope.find_here(name) {
                return Some(found);
            }
            scope = scope.next.as_deref()?;
        }
    }

    fn find_here(&self, name: &str) -> Option<Found> {
        let layers = self.layers.borrow();
        let mut layer = layers.as_ref();
        while let Some(current) = layer {
            if let Some(found) = current.find(name) {
                return Some(found);
            }
            layer = current.below();
        }
        self.variables.borrow().get(name).cloned().map(Found::Value)
    }

    /// Assigns a variable in the innermost layer that takes variables. False: it has one of this name already.
    pub(crate) fn assign(&self, name: &EcoString, value: Value) -> Result<(), AssignError> {
        let layers = self.layers.borrow();
        let mut layer = layers.as_ref();
        while let Some(current) = layer {
            if let Some(outcome) = current.assign(name, &value) {
                return outcome;
            }
            layer = current.below();
        }
        if self.variables.borrow_mut().insert_new(name, value) { Ok(()) } else { Err(AssignError::Bound) }
    }

    /// Remembers what a regular expression matched, until the layers go back to where they are now. What did not
    /// match leaves an earlier match as it is.
    pub(crate) fn remember_match(&self, captures: Option<&Captures<'_, '_>>) {
        let Some(captures) = captures else { return };
        let groups = (0..captures.len()).map(|group| captures.get(group).map(EcoString::from)).collect();
        self.push(|below| Layer::matched(groups, below));
    }

    /// Where the layers are now.
    pub(crate) fn level(&self) -> Level {
        Level(self.layers.borrow().clone())
    }

    /// Takes off all layers that came since.
    pub(crate) fn restore(&self, level: Level) {
        self.layers.replace(level.0);
    }

    /// Takes off all layers, until [`Self::restore`].
    pub(crate) fn bare(&self) -> Level {
        Level(self.layers.take())
    }

    /// Puts on a layer.
    pub(crate) fn push(&self, layer: impl FnOnce(Option<Rc<Layer>>) -> Layer) -> Rc<Layer> {
        let mut layers = self.layers.borrow_mut();
        let layer = Rc::new(layer(layers.take()));
        *layers = Some(layer.clone());
        layer
    }
}

/// Why a variable is not assigned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AssignError {
    /// It has a value.
    Bound,
    /// Parameters are being evaluated.
    ReadOnly,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_hide_and_go() {
        let top = Scope::new(ScopeKind::Top, None);
        let class = Scope::new(ScopeKind::Class("a".into()), Some(top.clone()));
        top.set("x", Value::Integer(1));
        let level = class.level();
        class.push(|below| Layer::local(Variables::default(), below));
        assert_eq!(class.assign(&"x".into(), Value::Integer(2)), Ok(()));
        assert_eq!(class.assign(&"x".into(), Value::Integer(3)), Err(AssignError::Bound));
        assert_eq!(class.get("x"), Some(Value::Integer(2)));
        class.push(|below| Layer::matched(vec![Some("m".into()), None], below));
        assert_eq!((class.get("0"), class.get("1")), (Some("m".into()), Some(Value::Undef)));
        class.restore(level);
        assert_eq!((class.get("x"), class.get("0")), (Some(Value::Integer(1)), None));
        assert_eq!(class.visible(), [("x".into(), Value::Integer(1))]);
    }
}
