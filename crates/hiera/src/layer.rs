//! A layer of data: global, environment or module. Its `hiera.yaml` becomes a list of levels, which is built
//! again whenever a variable that it was built with has changed.

use std::cell::RefCell;
use std::rc::Rc;

use values::Value;

use crate::Hiera;
use crate::config::{Configuration, LayerKind, Levels, Version3};
use crate::error::{Found, LookupError, Missing, optional};
use crate::explain::Step;
use crate::interpolation::{parse_key, sub_lookup};
use crate::invocation::{Invocation, Remembered, Start};
use crate::key::Key;
use crate::level::Level;
use crate::merge::{Merge, Strategy};
use crate::world::{Variable, World};

pub(crate) struct Layer {
    pub kind: LayerKind,
    /// The module's name, of a module.
    pub module: Option<Rc<str>>,
    pub configuration: Configuration,
    built: RefCell<Option<Rc<Built>>>,
}

pub(crate) struct Built {
    pub levels: Vec<Rc<Level>>,
    pub default_levels: Vec<Rc<Level>>,
    /// The variables that this was made with.
    pub remembered: Vec<Remembered>,
}

impl Layer {
    pub fn new(kind: LayerKind, module: Option<&str>, configuration: Configuration) -> Self {
        Self { kind, module: module.map(Rc::from), configuration, built: RefCell::default() }
    }

    /// As Puppet names it.
    fn name(&self) -> String {
        let place = self.kind.name();
        let module = self.module.as_deref().map(|name| format!("\"{name}\" ")).unwrap_or_default();
        format!(
            "{place} {module}Data Provider (hiera configuration version {})",
            self.configuration.version()
        )
    }

    fn step(&self) -> Step {
        Step::Provider {
            name: self.name(),
            configuration: self.configuration.path.clone(),
            module: self.module.as_deref().map(ToOwned::to_owned),
        }
    }
}

impl Hiera {
    /// Searches a layer for a key.
    pub(crate) fn search_layer(
        &self,
        layer: &Layer,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        invocation.check(key.text(), || match &layer.configuration.levels {
            Levels::V3(version) => self.search_version3(layer, version, key, invocation, merge, world),
            _ => self.search_levels(layer, key, invocation, merge, false, world),
        })
    }

    /// Searches the default hierarchy of a module.
    pub(crate) fn search_layer_defaults(
        &self,
        layer: &Layer,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        let levels = self.levels(layer, invocation, true, world)?;
        if levels.is_empty() {
            invocation.report_not_found(key.text());
            return Err(Missing::NotFound);
        }
        invocation.check(key.text(), || {
            invocation.with(|| layer.step(), || self.search_each(&levels, key, invocation, merge, world))
        })
    }

    fn search_levels(
        &self,
        layer: &Layer,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        defaults: bool,
        world: &mut dyn World,
    ) -> Found<Value> {
        invocation.with(
            || layer.step(),
            || {
                let levels = self.levels(layer, invocation, defaults, world)?;
                if levels.is_empty() {
                    invocation.report_not_found(key.text());
                    return Err(Missing::NotFound);
                }
                self.search_each(&levels, key, invocation, merge, world)
            },
        )
    }

    fn search_each(
        &self,
        levels: &[Rc<Level>],
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        merge.search(levels, invocation, world, |level, world| {
            self.search_level(level, key, invocation, merge, world)
        })
    }

    /// Version 3 sees variables in a way of its own, and nothing but the global layer where that is all there
    /// is.
    fn search_version3(
        &self,
        layer: &Layer,
        version: &Version3,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        if !invocation.hiera_scope {
            let start = Start {
                overrides: Rc::clone(&invocation.overrides),
                defaults: Rc::clone(&invocation.defaults),
                hiera_scope: true,
                global_only: !self.has_environment_data(world)?,
                sources: invocation.sources.clone(),
                ..Start::default()
            };
            let inner = Invocation::new(self.current().as_ref().or(Some(invocation)), start);
            inner.set_key(Rc::new(key.clone()), invocation.module_name().as_deref());
            return self
                .as_current(&inner, || self.search_version3(layer, version, key, &inner, merge, world));
        }
        let mut merge = merge.clone();
        if !version.merge.is_default() && invocation.hiera_call.get() && merge.strategy() == Strategy::Hash {
            merge = version.merge.clone();
            invocation.v3_merge.set(true);
        }
        let value = self.search_levels(layer, key, invocation, &merge, false, world)?;
        if invocation.hiera_call.get() {
            check_version3(key, &value, &merge)?;
        }
        Ok(value)
    }

    /// The levels as they are now.
    fn levels(
        &self,
        layer: &Layer,
        invocation: &Rc<Invocation>,
        defaults: bool,
        world: &mut dyn World,
    ) -> Result<Vec<Rc<Level>>, LookupError> {
        let before = layer.built.borrow().clone();
        let built = match before {
            Some(built) if self.is_unchanged(&built.remembered, invocation, world)? => built,
            before => {
                if before.is_some() {
                    invocation.report_text(|| {
                        "Hiera configuration recreated due to change of scope variables used in \
                         interpolation expressions"
                            .to_owned()
                    });
                }
                let built = Rc::new(self.build(layer, invocation, world)?);
                *layer.built.borrow_mut() = Some(Rc::clone(&built));
                built
            }
        };
        Ok(if defaults { built.default_levels.clone() } else { built.levels.clone() })
    }

    fn is_unchanged(
        &self,
        remembered: &[Remembered],
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<bool, LookupError> {
        for one in remembered {
            let now = match self.read_variable(&one.root, invocation, world) {
                Variable::Set(value) => value,
                Variable::Unknown { .. } => Value::Undef,
            };
            let now = match now {
                Value::Undef => Value::Undef,
                value if one.segments.is_empty() => value,
                value => {
                    let found =
                        invocation.silently(|| sub_lookup(&one.key, invocation, &one.segments, value));
                    optional(found)?.unwrap_or(Value::Undef)
                }
            };
            if now != one.value {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What version 3's functions refuse.
fn check_version3(key: &Key, value: &Value, merge: &Merge) -> Result<(), LookupError> {
    use Strategy::{Deep, Hash, ReverseDeep, UnconstrainedDeep, Unique};
    let merges_hashes = matches!(merge.strategy(), Hash | Deep | UnconstrainedDeep | ReverseDeep);
    if merges_hashes && value.as_hash().is_none() {
        return Err(crate::types::mismatch("value", "Hash", value));
    }
    if !key.segments().is_empty() && matches!(merge.strategy(), Hash | Unique) {
        let name = if merge.strategy() == Hash { "hash" } else { "array" };
        return Err(LookupError::lookup(format!(
            "Resolution type :{name} is illegal when accessing values using dotted keys. \
             Offending key was '{key}'"
        )));
    }
    Ok(())
}

/// A key that is searched for its own sake.
pub(crate) fn options_key() -> Result<Key, LookupError> {
    parse_key(crate::lookup::LOOKUP_OPTIONS)
}
