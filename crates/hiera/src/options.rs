//! `lookup_options`: how keys are merged and converted, by key or by pattern.

use std::rc::Rc;
use std::sync::Arc;

use values::{Map, Text, Value};

use crate::Hiera;
use crate::error::{ErrorKind, LookupError, optional};
use crate::explain::Step;
use crate::invocation::{Invocation, Start};
use crate::key::Key;
use crate::lookup::LOOKUP_OPTIONS;
use crate::merge::{Merge, Strategy};
use crate::world::World;

/// The options that apply in one module, or outside of modules.
pub(crate) struct Options {
    all: Arc<Map>,
    patterns: Vec<(regexp::Regexp, Value)>,
}

impl Options {
    /// Checks what was found, and compiles its patterns.
    pub fn read(value: &Value, module: Option<&str>) -> Result<Self, LookupError> {
        Self::compile(validate(value, module)?)
    }

    fn compile(all: Arc<Map>) -> Result<Self, LookupError> {
        let mut patterns = Vec::new();
        for (key, value) in all.iter() {
            if let Some(pattern) = key.as_str().filter(|key| key.starts_with('^')) {
                let compiled = regexp::Regexp::new(pattern);
                let compiled = compiled.map_err(|error| LookupError::argument(error.to_string()))?;
                patterns.push((compiled, value.clone()));
            }
        }
        Ok(Self { all, patterns })
    }

    /// What is said about a root key: under its own name, or by the first pattern that matches.
    pub fn of(&self, root: &str) -> Option<&Value> {
        if !root.starts_with('^')
            && let Some(found) = self.all.get(&Text(root)).filter(|found| !found.is_undef())
        {
            return Some(found);
        }
        let matching = self.patterns.iter().find(|(pattern, _)| pattern.is_match(root).unwrap_or(false));
        matching.map(|(_, value)| value)
    }
}

impl Hiera {
    /// What `lookup_options` say about a key.
    pub(crate) fn options_for(
        &self,
        key: &Key,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Option<Value>, LookupError> {
        let module: Option<Rc<str>> = key.module_name().map(Rc::from);
        let known = self.state().options.borrow().get(&module).cloned();
        let options = match known {
            Some(options) => options,
            None => {
                let options = self.retrieve_options(module.as_ref(), invocation, world)?;
                self.state().options.borrow_mut().insert(module, options.clone());
                options
            }
        };
        Ok(options.and_then(|options| options.of(key.root()).cloned()))
    }

    fn retrieve_options(
        &self,
        module: Option<&Rc<str>>,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Option<Rc<Options>>, LookupError> {
        let start = Start { hiera_scope: invocation.hiera_scope, ..Start::default() };
        let meta = Invocation::new(self.current().as_ref().or(Some(invocation)), start);
        meta.set_key(Rc::new(crate::layer::options_key()?), invocation.module_name().as_deref());
        self.as_current(&meta, || {
            meta.with(
                || Step::Search { key: LOOKUP_OPTIONS.to_owned(), meta: true },
                || {
                    let found = if meta.global_only.get() {
                        self.global_options(&meta, world)?
                    } else {
                        self.all_options(module, &meta, world)?
                    };
                    Ok(found.map(Options::compile).transpose()?.map(Rc::new))
                },
            )
        })
    }

    /// Global and environment, merged with what the module says.
    fn all_options(
        &self,
        module: Option<&Rc<str>>,
        meta: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Option<Arc<Map>>, LookupError> {
        let outer = self.environment_options(meta, world)?;
        let Some(module) = module else { return Ok(outer) };
        if !self.state().options.borrow().contains_key(&None) {
            let compiled = outer.clone().map(Options::compile).transpose()?.map(Rc::new);
            self.state().options.borrow_mut().insert(None, compiled);
        }
        let merge = Merge::of(Strategy::Hash);
        let key = crate::layer::options_key()?;
        let own = optional(self.search_module(&key, meta, &merge, world))?;
        let own = own.map(|own| validate(&own, Some(module))).transpose()?;
        let (outer, own) = match (outer, own) {
            (Some(outer), Some(own)) => (outer, own),
            (outer, own) => return Ok(outer.or(own)),
        };
        let places = [("Global and Environment".to_owned(), outer), (format!("Module {module}"), own)];
        let merged = optional(merge.search(&places, meta, world, |(name, options), _| {
            let value = Value::Hash(Arc::clone(options));
            meta.with(|| Step::Scope(name.clone()), || meta.report_found(LOOKUP_OPTIONS, &value, None));
            Ok(value)
        }))?;
        merged.map(|merged| validate(&merged, None)).transpose()
    }

    fn global_options(
        &self,
        meta: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Option<Arc<Map>>, LookupError> {
        let known = self.state().global_options.borrow().clone();
        if let Some(options) = known {
            return Ok(options);
        }
        // As in Puppet: whoever asks again while the answer is being looked up gets none.
        *self.state().global_options.borrow_mut() = Some(None);
        let key = crate::layer::options_key()?;
        let found = optional(self.search_global(&key, meta, &Merge::of(Strategy::Hash), world))?;
        let options = found.map(|found| validate(&found, None)).transpose()?;
        *self.state().global_options.borrow_mut() = Some(options.clone());
        Ok(options)
    }

    fn environment_options(
        &self,
        meta: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Option<Arc<Map>>, LookupError> {
        let known = self.state().environment_options.borrow().clone();
        if let Some(options) = known {
            return Ok(options);
        }
        let merge = Merge::of(Strategy::Hash);
        let global = self.global_options(meta, world)?;
        let key = crate::layer::options_key()?;
        let found = optional(self.search_environment(&key, meta, &merge, world))?;
        let own = found.map(|found| validate(&found, None)).transpose()?;
        let options = match (global, own) {
            (Some(global), Some(own)) => {
                let merged = merge.merge(Value::Hash(global), Value::Hash(own))?;
                Some(validate(&merged, None)?)
            }
            (global, own) => global.or(own),
        };
        *self.state().environment_options.borrow_mut() = Some(options.clone());
        Ok(options)
    }
}

/// A module may say something about its own keys only.
fn validate(options: &Value, module: Option<&str>) -> Result<Arc<Map>, LookupError> {
    let Value::Hash(map) = options else {
        return Err(LookupError::lookup(format!("value of {LOOKUP_OPTIONS} must be a hash")));
    };
    let Some(module) = module else { return Ok(Arc::clone(map)) };
    let prefix = format!("{module}::");
    for key in map.keys() {
        let Some(key) = key.as_str() else {
            let class = crate::ruby::class_name(key);
            let message = format!("undefined method `start_with?' for an instance of {class}");
            return Err(LookupError::new(ErrorKind::Argument, message));
        };
        match key.strip_prefix('^') {
            Some(pattern) if !pattern.starts_with(&prefix) => {
                return Err(LookupError::lookup(format!(
                    "all {LOOKUP_OPTIONS} patterns must match a key starting with module name '{module}'"
                )));
            }
            None if !key.starts_with(&prefix) => {
                return Err(LookupError::lookup(format!(
                    "all {LOOKUP_OPTIONS} keys must start with module name '{module}'"
                )));
            }
            _ => {}
        }
    }
    Ok(Arc::clone(map))
}
