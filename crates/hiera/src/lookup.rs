//! Looking a key up: layers one after another, what `lookup_options` say about it, defaults and conversions.

use std::cell::RefCell;
use std::rc::Rc;

use values::{Map, Text, Type, Value};

use crate::Hiera;
use crate::config::LayerKind;
use crate::error::{Found, LookupError, Missing, optional};
use crate::explain::{Event, Explanation, Step};
use crate::interpolation::{parse_key, sub_lookup};
use crate::invocation::{Invocation, Start};
use crate::key::Key;
use crate::layer::Layer;
use crate::merge::{Merge, Strategy};
use crate::options::Options;
use crate::place::Source;
use crate::world::{ConversionError, World};

pub(crate) const LOOKUP_OPTIONS: &str = "lookup_options";

/// What is looked up, and how.
#[derive(Clone, Debug, Default)]
pub struct Question<'a> {
    /// The keys, of which the first that has a value counts.
    pub keys: &'a [&'a str],
    /// The type that the value must be of.
    pub value_type: Option<&'a Type>,
    /// The value if there is none.
    pub default: Option<Value>,
    /// How to merge: a name, or a hash with `strategy`; `None` lets `lookup_options` decide.
    pub merge: Option<Value>,
    /// Values that count before all data.
    pub overrides: Rc<Map>,
    /// Values that count after all data.
    pub default_values: Rc<Map>,
    /// Whether one of the functions of version 3 asks (`hiera`, `hiera_array`, `hiera_hash`,
    /// `hiera_include`).
    pub version3: bool,
    /// The third argument of these: levels that come first in the hierarchy.
    pub version3_override: &'a [&'a str],
    /// Whether to keep an explanation.
    pub explain: Explain,
}

/// What an explanation is wanted of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Explain {
    /// None.
    #[default]
    No,
    /// The search for the value.
    Data,
    /// The search for `lookup_options` alone.
    Options,
}

/// A value that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The value.
    pub value: Value,
    /// The key that had it; absent for the default.
    pub key: Option<String>,
    /// Where it comes from, in the order in which it was found; several where values were merged. Empty for
    /// overrides and defaults.
    pub sources: Vec<Source>,
}

impl Hiera {
    /// Looks a key up. A key without a value and default is an error.
    pub fn lookup(&self, question: &Question<'_>, world: &mut dyn World) -> Result<Answer, LookupError> {
        self.explain(question, world).0
    }

    /// Looks a key up for a class parameter, or for a caller that makes its own default: a key without a
    /// value and default gives none.
    pub fn find(
        &self,
        question: &Question<'_>,
        world: &mut dyn World,
    ) -> Result<Option<Answer>, LookupError> {
        let (invocation, sources) = self.start(question, world)?;
        let found = self.as_outermost(question, || self.search(question, &invocation, world))?;
        Ok(found.map(|(key, value)| Answer { value, key, sources: sources.take() }))
    }

    /// Looks a key up, and tells how; there is an explanation also where the lookup fails.
    pub fn explain(
        &self,
        question: &Question<'_>,
        world: &mut dyn World,
    ) -> (Result<Answer, LookupError>, Explanation) {
        let (invocation, sources) = match self.start(question, world) {
            Ok(started) => started,
            Err(error) => return (Err(error), Explanation::default()),
        };
        let found = self.as_outermost(question, || self.search(question, &invocation, world));
        let answer = found.and_then(|found| match found {
            Some((key, value)) => Ok(Answer { value, key, sources: sources.take() }),
            None => Err(not_found(question.keys)),
        });
        // Within another lookup, the explanation goes on.
        let explanation = match self.current() {
            None => invocation.take_explanation().unwrap_or_default(),
            Some(_) => Explanation::default(),
        };
        (answer, explanation)
    }

    /// The value for a lookup that is made within another.
    pub(crate) fn answer(
        &self,
        question: &Question<'_>,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        let found = self.search(question, invocation, world)?;
        found.map(|(_, value)| value).ok_or_else(|| not_found(question.keys))
    }

    #[expect(clippy::type_complexity, reason = "two things that are made together")]
    fn start(
        &self,
        question: &Question<'_>,
        world: &mut dyn World,
    ) -> Result<(Rc<Invocation>, Rc<RefCell<Vec<Source>>>), LookupError> {
        let sources: Rc<RefCell<Vec<Source>>> = Rc::default();
        let paths: Rc<[ecow::EcoString]> =
            question.version3_override.iter().map(|path| (*path).into()).collect();
        let start = Start {
            overrides: Rc::clone(&question.overrides),
            defaults: Rc::clone(&question.default_values),
            explain: question.explain != Explain::No,
            hiera_call: question.version3,
            global_only: question.version3 && !self.has_environment_data(world)?,
            location_overrides: Some(paths),
            sources: Some(Rc::clone(&sources)),
            ..Start::default()
        };
        Ok((Invocation::new(self.current().as_ref(), start), sources))
    }

    fn as_outermost<T>(&self, question: &Question<'_>, run: impl FnOnce() -> T) -> T {
        let before = self.replace_explains_options(question.explain == Explain::Options);
        let result = run();
        self.replace_explains_options(before);
        result
    }

    /// Overrides, then data, then defaults; the key that had the value.
    fn search(
        &self,
        question: &Question<'_>,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Option<(Option<String>, Value)>, LookupError> {
        let expected = question.value_type;
        for key in question.keys {
            let mut found = invocation.override_of(key);
            if let Some(value) = &found {
                assert_type(&format!("Value found for key '{key}' in override hash"), expected, value)?;
            } else {
                found = optional(self.search_key(key, invocation, question.merge.as_ref(), world))?;
            }
            if let Some(value) = found {
                assert_type("Found value", expected, &value)?;
                return Ok(Some((Some((*key).to_owned()), value)));
            }
        }
        for key in question.keys {
            if let Some(value) = invocation.default_of(key) {
                let subject = format!("Value found for key '{key}' in default values hash");
                assert_type(&subject, expected, &value)?;
                return Ok(Some((Some((*key).to_owned()), value)));
            }
        }
        let Some(default) = &question.default else { return Ok(None) };
        assert_type("Default value", expected, default)?;
        Ok(Some((None, default.clone())))
    }

    /// Searches all layers for a key.
    fn search_key(
        &self,
        key: &str,
        invocation: &Rc<Invocation>,
        merge: Option<&Value>,
        world: &mut dyn World,
    ) -> Found<Value> {
        if key == LOOKUP_OPTIONS || key.strip_prefix(LOOKUP_OPTIONS).is_some_and(|rest| rest.starts_with('.'))
        {
            invocation.report_leaf(Step::InvalidKey(LOOKUP_OPTIONS.to_owned()), Event::None);
            return Err(Missing::NotFound);
        }
        let key = Rc::new(parse_key(key)?);
        invocation.set_key(Rc::clone(&key), None);
        self.as_current(invocation, || {
            if self.explains_options() {
                let options = crate::layer::options_key()?;
                let merge = Value::from("hash");
                optional(self.search_layers(&options, invocation, Some(&merge), world))?;
                return Ok(Value::Undef);
            }
            self.search_with_options(&key, invocation, merge, world)
        })
    }

    fn search_with_options(
        &self,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: Option<&Value>,
        world: &mut dyn World,
    ) -> Found<Value> {
        let options = self.options_for(key, invocation, world)?;
        let option = |name: &str| {
            options
                .as_ref()
                .and_then(Value::as_hash)
                .and_then(|map| map.get(&Text(name)))
                .filter(|v| !v.is_undef())
        };
        let merge = match merge {
            Some(merge) => Some(merge),
            None => {
                let chosen = option("merge");
                if chosen.is_some() {
                    invocation.report_leaf(Step::MergeSource(LOOKUP_OPTIONS.to_owned()), Event::None);
                }
                chosen
            }
        };
        let value = invocation.with(
            || Step::Search { key: key.text().to_owned(), meta: false },
            || match self.search_layers(key, invocation, merge, world) {
                Err(Missing::NotFound) if !invocation.global_only.get() => {
                    let value = self.search_module_defaults(key, invocation, world)?;
                    dig(key, invocation, value)
                }
                found => found,
            },
        )?;
        match option("convert_to") {
            None => Ok(value),
            Some(convert_to) => Ok(self.convert(key, &value, convert_to, invocation, world)?),
        }
    }

    fn convert(
        &self,
        key: &Key,
        value: &Value,
        convert_to: &Value,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        let convert_to: Vec<Value> = match convert_to {
            Value::Array(elements) => elements.iter().cloned().collect(),
            other => vec![other.clone()],
        };
        let conversion = world.convert(value, &convert_to).map_err(|error| match error {
            ConversionError::Type(message) => {
                let source = convert_to.first().map(ToString::to_string).unwrap_or_default();
                LookupError::lookup(format!(
                    "Invalid data type in lookup_options for key '{key}' could not parse '{source}', \
                     error: '{message}"
                ))
            }
            ConversionError::New(message) => LookupError::lookup(format!(
                "The convert_to lookup_option for key '{key}' raised error: {message}"
            )),
        })?;
        invocation
            .report_text(|| format!("Applying convert_to lookup_option with arguments {}", conversion.shown));
        Ok(conversion.value)
    }

    /// Global, environment, module; and the way into what they have.
    fn search_layers(
        &self,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: Option<&Value>,
        world: &mut dyn World,
    ) -> Found<Value> {
        let merge = Merge::from_value(merge.unwrap_or(&Value::Undef))?;
        let value = if invocation.global_only.get() {
            self.search_global(key, invocation, &merge, world)?
        } else {
            let layers = [LayerKind::Global, LayerKind::Environment, LayerKind::Module];
            merge.search(&layers, invocation, world, |layer, world| match layer {
                LayerKind::Global => self.search_global(key, invocation, &merge, world),
                LayerKind::Environment => self.search_environment(key, invocation, &merge, world),
                LayerKind::Module => self.search_module(key, invocation, &merge, world),
            })?
        };
        dig(key, invocation, value)
    }

    pub(crate) fn search_global(
        &self,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        // Unlike those of other layers, its file is read within the check against recursion, which words
        // errors anew.
        let layer = self.global_layer(world).map_err(LookupError::checked);
        let found = layer
            .map_err(Missing::from)
            .and_then(|layer| self.search_layer(&layer, key, invocation, merge, world));
        found.map_err(|missing| match missing {
            Missing::Failed(error) => error.in_global_layer(&invocation.top_key()).into(),
            Missing::NotFound => Missing::NotFound,
        })
    }

    pub(crate) fn search_environment(
        &self,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        let layer = self.environment_layer(world)?.ok_or(Missing::NotFound)?;
        self.search_layer(&layer, key, invocation, merge, world)
    }

    pub(crate) fn search_module(
        &self,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        let name = invocation.module_name().ok_or(Missing::NotFound)?;
        let Some(layer) = self.module_layer(&name, world)? else {
            let event = match world.module(&name) {
                None => Event::ModuleNotFound,
                Some(_) => Event::ModuleProviderNotFound,
            };
            invocation.report_leaf(Step::Module(name.to_string()), event);
            return Err(Missing::NotFound);
        };
        self.search_layer(&layer, key, invocation, merge, world)
    }

    /// The last resort: what a module says for the case that nobody else does.
    fn search_module_defaults(
        &self,
        key: &Key,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Found<Value> {
        let name = invocation.module_name().ok_or(Missing::NotFound)?;
        let layer =
            self.module_layer(&name, world)?.filter(|layer| layer.configuration.has_default_hierarchy());
        let layer = layer.ok_or(Missing::NotFound)?;
        invocation.with(
            || Step::Scope(format!("Searching default_hierarchy of module \"{name}\"")),
            || {
                let options = self.default_options(&layer, &name, invocation, world)?;
                let merge = options.as_ref().and_then(|options| options.of(key.root())).and_then(|options| {
                    options.as_hash().and_then(|options| options.get(&Text("merge"))).cloned()
                });
                let merge = Merge::from_value(&merge.unwrap_or(Value::Undef))?;
                invocation.with(
                    || Step::Scope(format!("Searching for \"{key}\"")),
                    || self.search_layer_defaults(&layer, key, invocation, &merge, world),
                )
            },
        )
    }

    /// `lookup_options` of a module's default hierarchy, read once.
    fn default_options(
        &self,
        layer: &Layer,
        name: &Rc<str>,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Option<Rc<Options>>, LookupError> {
        if let Some(options) = self.state().default_options.borrow().get(name) {
            return Ok(options.clone());
        }
        let start = Start { hiera_scope: invocation.hiera_scope, ..Start::default() };
        let meta = Invocation::new(self.current().as_ref().or(Some(invocation)), start);
        let key = Rc::new(crate::layer::options_key()?);
        meta.set_key(Rc::clone(&key), Some(name));
        let found = self.as_current(&meta, || {
            invocation.with(
                || Step::Scope(format!("Searching for \"{LOOKUP_OPTIONS}\"")),
                || {
                    let merge = Merge::of(Strategy::Hash);
                    optional(self.search_layer_defaults(layer, &key, &meta, &merge, world))
                },
            )
        })?;
        let options = found.map(|value| Options::read(&value, Some(name))).transpose()?.map(Rc::new);
        self.state().default_options.borrow_mut().insert(Rc::clone(name), options.clone());
        Ok(options)
    }
}

fn dig(key: &Key, invocation: &Invocation, value: Value) -> Found<Value> {
    match key.segments() {
        [] => Ok(value),
        segments => sub_lookup(key.text(), invocation, segments, value),
    }
}

fn assert_type(subject: &str, expected: Option<&Type>, value: &Value) -> Result<(), LookupError> {
    expected.map_or(Ok(()), |expected| crate::types::assert(subject, expected, value))
}

fn not_found(keys: &[&str]) -> LookupError {
    LookupError::lookup(match keys {
        [key] => format!("Function lookup() did not find a value for the name '{key}'"),
        keys => {
            let names: Vec<String> = keys.iter().map(|key| format!("'{key}'")).collect();
            format!("Function lookup() did not find a value for any of the names [{}]", names.join(", "))
        }
    })
}
