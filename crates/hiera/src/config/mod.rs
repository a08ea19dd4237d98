//! `hiera.yaml`: which levels a layer has, and how each is read.
//!
//! Versions 5, 4 and 3 are read into types of their own. Nothing is interpolated here and no data file is
//! looked at. What the file says wrongly is told in Puppet's words, with the line where one is known.

mod issues;
mod version3;
mod version4;
mod version5;

use std::sync::Arc;

use values::{Map, Text, Value};

use crate::error::LookupError;
use crate::files::DataFiles;
use crate::world::{Warning, World};
use crate::yaml::Document;
use crate::{Settings, Strictness};

pub use version3::{Backend, Version3};
pub use version4::{Version4, Version4Entry};
pub use version5::{DataFunction, Entry, FunctionKind, Locations, Version5};

pub(crate) use issues::Issues;

/// A layer, for what each allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Puppet's own `hiera.yaml`.
    Global,
    /// The environment's.
    Environment,
    /// A module's.
    Module,
}

impl LayerKind {
    /// As Puppet names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "Global",
            Self::Environment => "Environment",
            Self::Module => "Module",
        }
    }
}

/// A `hiera.yaml`, or what stands in for one.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The file; absent for a default.
    pub path: Option<String>,
    /// The folder that data is found from.
    pub root: String,
    /// What it says.
    pub levels: Levels,
    /// The text, in which lines are looked up for messages.
    pub(crate) text: Arc<str>,
}

/// What a `hiera.yaml` says, by its version.
#[derive(Clone, Debug)]
pub enum Levels {
    /// Version 5.
    V5(Version5),
    /// Version 4.
    V4(Version4),
    /// Version 3.
    V3(Version3),
}

impl Configuration {
    /// The version.
    pub fn version(&self) -> u8 {
        match self.levels {
            Levels::V5(_) => 5,
            Levels::V4(_) => 4,
            Levels::V3(_) => 3,
        }
    }

    /// Whether a module has a `default_hierarchy`.
    pub fn has_default_hierarchy(&self) -> bool {
        matches!(&self.levels, Levels::V5(levels) if levels.default_hierarchy.is_some())
    }

    /// What counts where there is no file: version 5 with the level `Common`, if its file is there.
    pub fn without_file(root: &str) -> Self {
        Self { path: None, root: root.to_owned(), levels: Levels::V5(Version5::default()), text: "".into() }
    }

    /// A data function of old that `metadata.json` or `environment.conf` asks for.
    pub fn legacy_function(root: &str, function: &str) -> Self {
        let levels = Levels::V5(Version5::legacy(function));
        Self { path: None, root: root.to_owned(), levels, text: "".into() }
    }

    pub(crate) fn issues(&self) -> Issues<'_> {
        Issues { path: self.path.as_deref(), text: &self.text }
    }

    /// Reads a layer's file, or what stands in for one that is not there.
    pub(crate) fn load(
        files: &DataFiles,
        settings: &Settings,
        path: &str,
        layer: LayerKind,
        world: &mut dyn World,
    ) -> Result<Self, LookupError> {
        let root = parent(path);
        if !files.exists(path) {
            return Ok(Self::without_file(root));
        }
        let (document, text) =
            files.configuration(path).map_err(|problem| problem.for_configuration(path))?;
        let reader =
            Reader { document: &document, path, issues: Issues { path: Some(path), text: &text }, layer };
        let levels = reader.levels(settings, world)?;
        Ok(Self { path: Some(path.to_owned()), root: root.to_owned(), levels, text })
    }
}

/// Reads one file.
struct Reader<'a> {
    document: &'a Document,
    path: &'a str,
    issues: Issues<'a>,
    layer: LayerKind,
}

impl Reader<'_> {
    fn levels(&self, settings: &Settings, world: &mut dyn World) -> Result<Levels, LookupError> {
        let Value::Hash(map) = &self.document.value else {
            let message = format!(
                "{}: File exists but does not contain a valid YAML hash. Falling back to \
                 Hiera version 3 default config",
                self.path
            );
            world.warn(Warning { once: None, message, path: None });
            self.deprecated(3, settings, world);
            return Ok(Levels::V3(Version3::default()));
        };
        match version(map)? {
            5 => version5::read(self, map).map(Levels::V5),
            4 => {
                self.deprecated(4, settings, world);
                version4::read(self, map).map(Levels::V4)
            }
            3 => {
                self.deprecated(3, settings, world);
                version3::read(self, map).map(Levels::V3)
            }
            other => Err(self.issues.unsupported_version(other)),
        }
    }

    fn deprecated(&self, version: u8, settings: &Settings, world: &mut dyn World) {
        if settings.strictness == Strictness::Off {
            return;
        }
        let path = self.path;
        let message = format!(
            "{path}: Use of 'hiera.yaml' version {version} is deprecated. It should be converted to version 5"
        );
        let once = Some(("deprecations", "hiera.yaml".to_owned()));
        world.warn(Warning { once, message, path: Some(path.to_owned()) });
    }

    /// The error for a file that is not of the form that it should have.
    fn mismatch(&self, wrong: &Wrong, expected: &str, value: &Value) -> LookupError {
        let subject = format!("The Lookup Configuration at '{}'", self.path);
        let mut error = crate::types::mismatch(&subject, expected, value);
        error.found_at = Some((self.path.into(), self.line_of(wrong)));
        error.hint = wrong.hint.as_deref().map(Into::into);
        error
    }

    /// The line of the last key on the way to what is wrong.
    fn line_of(&self, wrong: &Wrong) -> u32 {
        let (mut value, mut place) = (&self.document.value, &self.document.place);
        for step in &wrong.way {
            let found = match (step, value) {
                (Step::Key(key), Value::Hash(entries)) => {
                    entries.get_full(&Text(key)).map(|(index, _, value)| (index, value))
                }
                (Step::Index(index), Value::Array(elements)) => {
                    elements.get(*index).map(|value| (*index, value))
                }
                _ => None,
            };
            let Some((index, inner)) = found else { break };
            let Some(part) = place.parts.get(index) else { break };
            (value, place) = (inner, part);
        }
        place.line
    }
}

/// The way to a value that is not as it should be.
#[derive(Debug, Default)]
struct Wrong {
    way: Vec<Step>,
    hint: Option<String>,
}

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
}

impl Wrong {
    fn under(mut self, step: Step) -> Self {
        self.way.insert(0, step);
        self
    }
}

/// An error for the value of a key.
fn wrong_at(key: &str) -> Wrong {
    Wrong { way: vec![Step::Key(key.to_owned())], hint: None }
}

/// The value of a key as a text that is not empty, if it is there.
fn optional_text(map: &Map, key: &str) -> Result<Option<String>, Wrong> {
    match map.get(&Text(key)) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.to_string())),
        Some(_) => Err(wrong_at(key)),
    }
}

/// The value of a key as a list of such texts, at least `least` of them, if it is there.
fn optional_texts(map: &Map, key: &str, least: usize) -> Result<Option<Vec<String>>, Wrong> {
    let Some(value) = map.get(&Text(key)) else { return Ok(None) };
    let elements =
        value.as_array().filter(|elements| elements.len() >= least).ok_or_else(|| wrong_at(key))?;
    let texts = elements.iter().enumerate().map(|(index, element)| match element {
        Value::String(text) if !text.is_empty() => Ok(text.to_string()),
        _ => Err(Wrong { way: vec![Step::Index(index)], hint: None }.under(Step::Key(key.to_owned()))),
    });
    texts.collect::<Result<_, _>>().map(Some)
}

/// A text or a list of texts, none of them empty.
fn one_or_many(map: &Map, key: &str) -> Result<Option<Vec<String>>, Wrong> {
    match map.get(&Text(key)) {
        Some(Value::Array(_)) => optional_texts(map, key, 0),
        _ => Ok(optional_text(map, key)?.map(|text| vec![text])),
    }
}

/// Refuses keys that are not known.
fn only_known(map: &Map, known: &[&str]) -> Result<(), Wrong> {
    let unknown = map.keys().find(|key| !key.as_str().is_some_and(|key| known.contains(&key)));
    let Some(unknown) = unknown else { return Ok(()) };
    let key = unknown.to_string();
    let near = diagnostics::nearest(&key, known.iter().copied());
    let hint = near.map(|near| format!("did you mean `{near}`"));
    Err(Wrong { hint, ..wrong_at(&key) })
}

/// A version as Ruby's `to_i` reads it; none is 3.
fn version(map: &Map) -> Result<i64, LookupError> {
    match map.get(&Text("version")) {
        None | Some(Value::Undef | Value::Boolean(false)) => Ok(3),
        Some(Value::Integer(version)) => Ok(*version),
        #[expect(clippy::cast_possible_truncation, reason = "what Ruby's to_i does")]
        Some(Value::Float(version)) => Ok(*version as i64),
        Some(Value::String(text)) => {
            let digits: String = text.trim_start().chars().take_while(char::is_ascii_digit).collect();
            Ok(digits.parse().unwrap_or(0))
        }
        Some(other) => {
            let class = crate::ruby::class_name(other);
            Err(LookupError::argument(format!("undefined method `to_i' for an instance of {class}")))
        }
    }
}

/// Fills in what is missing or nothing.
fn with_default(map: &mut Map, key: &str, default: impl FnOnce() -> Value) {
    if !map.get(&Text(key)).is_some_and(Value::is_truthy) {
        map.insert(Value::from(key), default());
    }
}

fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => ".",
    }
}
