//! What a data function is given of the lookup that calls it: `Puppet::LookupContext`.
//!
//! A handle that can be kept while the function runs. What its methods need beyond itself goes through
//! [`crate::Hiera`].

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use values::{Map, Value};

use crate::invocation::Invocation;

/// The context of one call. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Context {
    pub(crate) invocation: Rc<Invocation>,
    pub(crate) cache: Rc<FunctionCache>,
}

/// What one hierarchy entry keeps for one of its locations while a catalog is compiled.
#[derive(Default)]
pub(crate) struct FunctionCache {
    /// What the function itself keeps.
    pub kept: RefCell<Map>,
    /// What it gave, by key.
    pub given: RefCell<FxHashMap<String, Value>>,
    pub module_name: Option<Rc<str>>,
    pub environment_name: Rc<str>,
}

impl Context {
    /// The environment's name.
    pub fn environment_name(&self) -> &str {
        &self.cache.environment_name
    }

    /// The module whose data is looked up; absent outside of modules.
    pub fn module_name(&self) -> Option<&str> {
        self.cache.module_name.as_deref()
    }

    /// `cache`: keeps a value for later calls for the same place.
    pub fn cache(&self, key: Value, value: Value) -> Value {
        self.cache.kept.borrow_mut().insert(key, value.clone());
        value
    }

    /// `cache_all`: keeps all entries.
    pub fn cache_all(&self, entries: &Map) {
        let mut kept = self.cache.kept.borrow_mut();
        kept.extend(entries.iter().map(|(key, value)| (key.clone(), value.clone())));
    }

    /// `cached_value`, and by its absence `cache_has_key`.
    pub fn cached_value(&self, key: &Value) -> Option<Value> {
        self.cache.kept.borrow().get(key).cloned()
    }

    /// `cached_entries`, as they are now.
    pub fn cached_entries(&self) -> Map {
        self.cache.kept.borrow().clone()
    }

    /// Whether texts for [`Context::explain`] are of any use.
    pub fn is_explaining(&self) -> bool {
        self.invocation.is_explaining()
    }

    /// `explain`: a remark for the explanation.
    pub fn explain(&self, text: impl FnOnce() -> String) {
        self.invocation.report_text(text);
    }
}
