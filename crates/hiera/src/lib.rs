//! Puppet's data lookup, Hiera: layers of `hiera.yaml`, data files, interpolation, merges, `lookup_options`
//! and explanations, with the answers and messages of Puppet 8.
//!
//! ```text
//! Question ─► Hiera ─► layers (global, environment, module) ─► levels ─► places ─► data files
//!               │          hiera.yaml 5, 4, 3                               └► functions (World)
//!               └► World: variables, functions, modules, types             Files: texts and folders
//! ```
//!
//! Does no I/O and evaluates nothing: texts and folders come from [`Files`], everything of the language from
//! [`World`], and secrets are opened by a [`Decryptor`]. A [`Hiera`] serves one compilation of one node; what
//! was parsed of files is in [`DataFiles`] and can be shared by many.

mod build;
#[cfg(test)]
mod case_tests;
mod config;
mod context;
mod error;
mod explain;
mod eyaml;
mod files;
mod hocon;
mod interpolation;
mod invocation;
mod json;
mod key;
mod layer;
mod layers;
mod level;
mod location;
mod lookup;
mod merge;
mod options;
mod place;
mod ruby;
mod types;
mod world;
pub mod yaml;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use values::Map;

pub use config::{
    Backend, Configuration, DataFunction, Entry, FunctionKind, LayerKind, Levels, Locations, Version3,
    Version4, Version4Entry, Version5,
};
pub use context::Context;
pub use error::{ErrorKind, LookupError};
pub use explain::{Event, Explanation, Node, Step};
pub use files::{DataFiles, FileKind, Files, Format};
pub use json::JsonError;
pub use key::{Key, Segment};
pub use lookup::{Answer, Explain, Question};
pub use merge::{Merge, Strategy};
pub use place::{DataPlace, Source};
pub use world::{
    CallFailure, Conversion, ConversionError, DataArguments, DataCall, Decryptor, Module, Variable, Warning,
    World,
};

use invocation::Invocation;
use layer::Layer;
use options::Options;

/// Where the layers are, and how strict to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The `hiera.yaml` of the global layer, whether it is there or not.
    pub global_configuration: String,
    /// The environment's name.
    pub environment: String,
    /// The environment's folder; absent for an environment without one.
    pub environment_folder: Option<String>,
    /// `environment_data_provider` of `environment.conf`.
    pub environment_data_provider: Option<String>,
    /// Where version 3 finds `environments/ENVIRONMENT/hieradata` if it names no folder.
    pub code_folder: String,
    /// Puppet's setting `strict`.
    pub strictness: Strictness,
}

/// Puppet's setting `strict`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Errors.
    #[default]
    Error,
    /// Warnings.
    Warning,
    /// Nothing.
    Off,
}

/// Data lookup for one node in one environment. Keeps what it has found out until it is dropped.
pub struct Hiera {
    settings: Settings,
    files: Arc<DataFiles>,
    decryptor: Option<Rc<dyn Decryptor>>,
    state: State,
}

/// The module that options are for; none for keys outside of modules.
type ModuleName = Option<Rc<str>>;

/// What was found out.
#[derive(Default)]
pub(crate) struct State {
    global: RefCell<Option<Rc<Layer>>>,
    environment: RefCell<Option<Option<Rc<Layer>>>>,
    modules: RefCell<FxHashMap<Rc<str>, Option<Rc<Layer>>>>,
    options: RefCell<FxHashMap<ModuleName, Option<Rc<Options>>>>,
    default_options: RefCell<FxHashMap<Rc<str>, Option<Rc<Options>>>>,
    global_options: RefCell<Option<Option<Arc<Map>>>>,
    environment_options: RefCell<Option<Option<Arc<Map>>>>,
    /// The lookup that is being made: lookups that are made meanwhile are part of it.
    current: RefCell<Option<Rc<Invocation>>>,
    explains_options: Cell<bool>,
}

impl Hiera {
    /// Nothing is read before the first lookup.
    pub fn new(settings: Settings, files: Arc<DataFiles>, decryptor: Option<Rc<dyn Decryptor>>) -> Self {
        Self { settings, files, decryptor, state: State::default() }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn files(&self) -> &DataFiles {
        &self.files
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn decryptor(&self) -> Option<&dyn Decryptor> {
        self.decryptor.as_deref()
    }

    pub(crate) fn environment_name(&self) -> Rc<str> {
        Rc::from(self.settings.environment.as_str())
    }

    pub(crate) fn current(&self) -> Option<Rc<Invocation>> {
        self.state.current.borrow().clone()
    }

    /// Runs something as part of a lookup.
    pub(crate) fn as_current<T>(&self, invocation: &Rc<Invocation>, run: impl FnOnce() -> T) -> T {
        let before = self.state.current.replace(Some(Rc::clone(invocation)));
        let result = run();
        *self.state.current.borrow_mut() = before;
        result
    }

    pub(crate) fn explains_options(&self) -> bool {
        self.state.explains_options.get()
    }

    pub(crate) fn replace_explains_options(&self, explains: bool) -> bool {
        self.state.explains_options.replace(explains)
    }
}
