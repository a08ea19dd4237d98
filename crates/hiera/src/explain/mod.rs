//! What a lookup did, as a tree: every level, file and interpolation that was looked at, and what came of it.
//!
//! The tree is made of data; `text` prints it exactly as `puppet lookup --explain` does, and
//! [`Node::to_value`] gives the same as values. Places in data files are kept beside and shown by
//! [`Explanation::text_with_places`].

mod data;
mod text;

use values::Value;

use crate::key::Segment;
use crate::place::DataPlace;

/// The whole tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// The topmost steps.
    pub branches: Vec<Node>,
    /// Remarks of functions outside of any step.
    pub texts: Vec<String>,
}

/// A step of a lookup.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What was done.
    pub step: Step,
    /// What came of it.
    pub event: Event,
    /// The key that was or was not found.
    pub key: Option<String>,
    /// The value that was found, or the result of a merge.
    pub value: Option<Value>,
    /// Where the value stands, if in a data file.
    pub place: Option<DataPlace>,
    /// Remarks of functions.
    pub texts: Vec<String>,
    /// The steps within this one.
    pub branches: Vec<Self>,
}

/// What is done in a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A search for a key, for data or for `lookup_options`.
    Search {
        /// The key.
        key: String,
        /// Whether it is for options, not for data.
        meta: bool,
    },
    /// A key that must not be looked up.
    InvalidKey(String),
    /// The merge was chosen by `lookup_options`.
    MergeSource(String),
    /// A module that is not there, or has no data.
    Module(String),
    /// An interpolation in this text.
    Interpolation(String),
    /// A merge of what several places have.
    Merge {
        /// The strategy.
        strategy: &'static str,
        /// Its options, without `strategy`; absent where there are none.
        options: Option<Value>,
    },
    /// A layer, or an entry of its hierarchy.
    Provider {
        /// As Puppet names it.
        name: String,
        /// The layer's `hiera.yaml`, where there is one.
        configuration: Option<String>,
        /// The module of a module layer.
        module: Option<String>,
    },
    /// A file or URI of an entry.
    Location {
        /// Whether it is a URI.
        is_uri: bool,
        /// As it is used.
        location: String,
        /// As it is written in `hiera.yaml`.
        original: String,
    },
    /// The way into a value by a dotted key.
    SubLookup(Vec<Segment>),
    /// One step on that way.
    Segment(Segment),
    /// A search in variables, or in a layer's options.
    Scope(String),
}

/// What came of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Event {
    /// Nothing to tell.
    #[default]
    None,
    /// The key was found.
    Found,
    /// The key was found in `override`.
    FoundInOverrides,
    /// The key was found in `default_values_hash`.
    FoundInDefaults,
    /// A merge has a result.
    Result,
    /// The key was not found.
    NotFound,
    /// The file is not there.
    LocationNotFound,
    /// The module is not there.
    ModuleNotFound,
    /// The module has no data.
    ModuleProviderNotFound,
}

impl Node {
    fn new(step: Step) -> Self {
        let key = match &step {
            Step::Search { key, .. } | Step::InvalidKey(key) => Some(key.clone()),
            _ => None,
        };
        Self {
            step,
            event: Event::None,
            key,
            value: None,
            place: None,
            texts: Vec::new(),
            branches: Vec::new(),
        }
    }
}

impl Explanation {
    /// What `puppet lookup --explain` prints.
    pub fn text(&self) -> String {
        text::print(self, false)
    }

    /// The same, with file and line behind each value that was found in a data file.
    pub fn text_with_places(&self) -> String {
        text::print(self, true)
    }
}

/// Collects a tree while a lookup goes on.
#[derive(Debug, Default)]
pub(crate) struct Explainer {
    open: Vec<Node>,
    done: Explanation,
}

impl Explainer {
    pub fn push(&mut self, step: Step) {
        self.open.push(Node::new(step));
    }

    pub fn pop(&mut self) {
        if let Some(node) = self.open.pop() {
            self.add(node);
        }
    }

    pub fn report(
        &mut self,
        event: Event,
        key: Option<&str>,
        value: Option<&Value>,
        place: Option<DataPlace>,
    ) {
        let Some(node) = self.open.last_mut() else { return };
        node.event = event;
        if let Some(key) = key {
            node.key = Some(key.to_owned());
        }
        if let Some(value) = value {
            node.value = Some(value.clone());
            node.place = place;
        }
    }

    pub fn text(&mut self, text: String) {
        match self.open.last_mut() {
            Some(node) => node.texts.push(text),
            None => self.done.texts.push(text),
        }
    }

    /// A step without anything in it.
    pub fn leaf(&mut self, step: Step, event: Event) {
        let mut node = Node::new(step);
        node.event = event;
        self.add(node);
    }

    /// The tree so far; steps that are still open are closed.
    pub fn finish(mut self) -> Explanation {
        while !self.open.is_empty() {
            self.pop();
        }
        self.done
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(parent) => parent.branches.push(node),
            None => self.done.branches.push(node),
        }
    }
}
