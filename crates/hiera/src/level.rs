//! One level of a hierarchy: a data function and the places that it is called for.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use values::{Map, Text, Value};

use crate::Hiera;
use crate::config::{FunctionKind, LayerKind};
use crate::context::{Context, FunctionCache};
use crate::error::{ErrorKind, Found, LookupError, Missing, optional};
use crate::explain::Step;
use crate::files::Format;
use crate::interpolation::Manner;
use crate::invocation::Invocation;
use crate::key::Key;
use crate::location::Location;
use crate::merge::Merge;
use crate::place::{DataPlace, Source};
use crate::world::{CallFailure, DataArguments, DataCall, Warning, World};
use crate::yaml::Document;

pub(crate) struct Level {
    pub name: Rc<str>,
    pub kind: FunctionKind,
    pub function: String,
    pub options: Arc<Map>,
    /// Absent where the function needs none.
    pub locations: Option<Vec<Rc<Location>>>,
    pub layer: LayerKind,
    pub module: Option<Rc<str>>,
    pub configuration_path: Option<String>,
    /// Of version 3: where the paths that `hiera(key, default, override)` adds are.
    pub version3_folder: Option<String>,
    pub caches: RefCell<FxHashMap<Option<Rc<str>>, Rc<FunctionCache>>>,
    pub hashes: RefCell<FxHashMap<Option<Rc<str>>, Rc<DataHash>>>,
}

/// The data of one place.
pub(crate) struct DataHash {
    values: Arc<Map>,
    /// The file that it was read from, if the format is one of ours.
    document: Option<Arc<Document>>,
    path: Arc<str>,
}

/// A value and where it stands.
type Placed = (Value, Option<DataPlace>);

impl Level {
    fn step(&self) -> Step {
        let name = match self.kind {
            FunctionKind::LegacyDataHash => format!("Deprecated API function \"{}\"", self.function),
            _ => format!("Hierarchy entry \"{}\"", self.name),
        };
        Step::Provider { name, configuration: None, module: None }
    }

    /// As errors name it.
    fn full_name(&self) -> String {
        let tag = match (self.kind, self.version3_folder.is_some()) {
            (FunctionKind::LegacyDataHash, _) => {
                return format!("deprecated API function '{}'", self.function);
            }
            (FunctionKind::DataHash, true) => "v3_data_hash",
            (FunctionKind::LookupKey, true) => "v3_lookup_key",
            (kind, _) => kind.key(),
        };
        format!("{tag} function '{}'", self.function)
    }

    fn cache(&self, location: Option<&Location>, environment: &Rc<str>) -> Rc<FunctionCache> {
        let key = location.map(|location| Rc::clone(&location.location));
        let mut caches = self.caches.borrow_mut();
        Rc::clone(caches.entry(key).or_insert_with(|| {
            let (module_name, environment_name) = (self.module.clone(), Rc::clone(environment));
            Rc::new(FunctionCache { module_name, environment_name, ..FunctionCache::default() })
        }))
    }

    /// The options with the place.
    fn options_for(&self, location: Option<&Location>) -> Arc<Map> {
        let Some(location) = location else { return Arc::clone(&self.options) };
        let mut options = Map::clone(&self.options);
        let key = if location.is_uri { "uri" } else { "path" };
        options.insert(key.into(), Value::from(&*location.location));
        Arc::new(options)
    }

    fn source(&self, place: Option<DataPlace>) -> Source {
        Source { layer: self.layer.name(), level: Arc::from(&*self.name), place }
    }
}

impl Hiera {
    /// Searches all places of a level.
    pub(crate) fn search_level(
        &self,
        level: &Level,
        key: &Key,
        invocation: &Rc<Invocation>,
        merge: &Merge,
        world: &mut dyn World,
    ) -> Found<Value> {
        let before = self.version3_locations(level, invocation, world)?;
        let own = level.locations.as_ref().map(|locations| locations.iter().cloned().map(Some).collect());
        let places: Vec<Option<Rc<Location>>> = before
            .into_iter()
            .map(|location| Some(Rc::new(location)))
            .chain(own.unwrap_or_else(|| vec![None]))
            .collect();
        invocation.with(
            || level.step(),
            || {
                merge.search(&places, invocation, world, |location, world| {
                    self.search_location(level, location.as_deref(), key, invocation, world)
                })
            },
        )
    }

    /// The places that the third argument of `hiera` puts before a level's own.
    fn version3_locations(
        &self,
        level: &Level,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Vec<Location>, LookupError> {
        let Some(folder) =
            level.version3_folder.as_deref().filter(|_| !invocation.location_overrides.is_empty())
        else {
            return Ok(Vec::new());
        };
        let paths: Vec<String> = invocation.location_overrides.iter().map(ToString::to_string).collect();
        let ending = format!(".{}", level.name);
        self.resolve_paths(&paths, folder, Some(&ending), false, invocation, world)
    }

    fn search_location(
        &self,
        level: &Level,
        location: Option<&Location>,
        key: &Key,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Found<Value> {
        let Some(location) = location else { return self.search_place(level, None, key, invocation, world) };
        invocation.with(
            || location.step(),
            || {
                if !location.exists {
                    invocation.report(crate::explain::Event::LocationNotFound, None, None, None);
                    return Err(Missing::NotFound);
                }
                self.search_place(level, Some(location), key, invocation, world)
            },
        )
    }

    fn search_place(
        &self,
        level: &Level,
        location: Option<&Location>,
        key: &Key,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Found<Value> {
        let reported = if level.kind == FunctionKind::DataDig { key.text() } else { key.root() };
        let found = match level.kind {
            FunctionKind::DataHash | FunctionKind::LegacyDataHash => {
                self.value_of_hash(level, location, key.root(), invocation, world)
            }
            _ => self.value_of_function(level, location, key, invocation, world),
        };
        let (value, place) = match found {
            Ok(found) => found,
            Err(missing) => {
                if missing == Missing::NotFound {
                    invocation.report_not_found(reported);
                }
                return Err(missing);
            }
        };
        invocation.report_found(reported, &value, place.clone());
        invocation.add_source(|| level.source(place));
        Ok(if level.kind == FunctionKind::DataDig { key.wrap(value) } else { value })
    }

    fn value_of_hash(
        &self,
        level: &Level,
        location: Option<&Location>,
        root: &str,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Found<Placed> {
        let data = self.data_hash(level, location, invocation, world)?;
        if level.module.as_deref().is_some_and(|module| !belongs_to(root, module)) {
            return Err(Missing::NotFound);
        }
        let Some(value) = data.values.get(&Text(root)) else { return Err(Missing::NotFound) };
        if let Some(document) = &data.document
            && document.symbols.iter().any(|key| key == root)
        {
            let origin = origin(
                format!("Value for key '{root}', in hash returned from {}", level.full_name()),
                location,
            );
            let message =
                format!("{origin} has wrong type, expects Puppet::LookupValue, got Runtime[ruby, 'Symbol']");
            return Err(LookupError::new(ErrorKind::Type, message).into());
        }
        let place = data.place_of(root);
        let value = self.resolve(value, invocation, Manner::DATA, world)?;
        Ok((value, place))
    }

    /// All data of a place, from a file or a function, kept while the catalog is compiled.
    fn data_hash(
        &self,
        level: &Level,
        location: Option<&Location>,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Rc<DataHash>, LookupError> {
        let key = location.map(|location| Rc::clone(&location.location));
        if let Some(data) = level.hashes.borrow().get(&key) {
            return Ok(Rc::clone(data));
        }
        let (value, document) = self.call_data_hash(level, location, invocation, world)?;
        let returned = || origin(format!("Value returned from {}", level.full_name()), location);
        let Value::Hash(values) = value else {
            return Err(crate::types::mismatch(&returned(), "Hash", &value));
        };
        if let Some(module) = &level.module {
            let foreign =
                values.keys().filter(|key| !key.as_str().is_some_and(|key| belongs_to(key, module)));
            for key in foreign {
                let returned = returned();
                let message = format!(
                    "Module '{module}': {returned} must use keys qualified with the name of the \
                     module; got {key}"
                );
                world.warn(Warning { once: None, message, path: None });
            }
        }
        let path = location.map_or_else(|| Arc::from(""), |location| Arc::from(&*location.location));
        let data = Rc::new(DataHash { values, document, path });
        level.hashes.borrow_mut().insert(key, Rc::clone(&data));
        Ok(data)
    }

    fn call_data_hash(
        &self,
        level: &Level,
        location: Option<&Location>,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<(Value, Option<Arc<Document>>), LookupError> {
        let format = match level.function.as_str() {
            "yaml_data" => Format::Yaml,
            "json_data" => Format::Json,
            "hocon_data" => Format::Hocon,
            _ => {
                let arguments = match level.kind {
                    FunctionKind::LegacyDataHash => DataArguments::Legacy,
                    _ => DataArguments::Hash,
                };
                let value = optional(self.call_function(level, location, arguments, invocation, world))?;
                return Ok((value.unwrap_or_default_hash(), None));
            }
        };
        let Some(location) = location.filter(|location| !location.is_uri && level.options.is_empty()) else {
            return Err(LookupError::argument(format!(
                "'{}' one of 'path', 'paths' 'glob', 'globs' or 'mapped_paths' must be declared in hiera.yaml \
                 when using this data_hash function",
                level.function
            )));
        };
        let path = &location.location;
        let document = self.files().parsed(path, format).map_err(|problem| problem.for_data(path))?;
        if format == Format::Yaml && document.value.as_hash().is_none() {
            self.no_hash(path, &document, world)?;
            return Ok((Value::Hash(Arc::default()), None));
        }
        Ok((document.value.clone(), Some(document)))
    }

    /// An empty file is worth a warning, anything else that is no hash is an error.
    fn no_hash(&self, path: &str, document: &Document, world: &mut dyn World) -> Result<(), LookupError> {
        let message = format!("{path}: file does not contain a valid yaml hash");
        let empty = matches!(document.value, Value::Undef | Value::Boolean(false));
        if self.settings().strictness == crate::Strictness::Error && !empty {
            return Err(LookupError::lookup(message));
        }
        world.warn(Warning { once: None, message, path: None });
        Ok(())
    }

    /// What a `lookup_key` or `data_dig` function gives for a key, kept for the next time.
    fn value_of_function(
        &self,
        level: &Level,
        location: Option<&Location>,
        key: &Key,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Found<Placed> {
        let digs = level.kind == FunctionKind::DataDig;
        let name = if digs { key.text() } else { key.root() };
        let cache = level.cache(location, &self.environment_name());
        let place = || self.place_in_eyaml(level, location, name);
        if let Some(value) = cache.given.borrow().get(name) {
            return Ok((value.clone(), place()));
        }
        let value = match level.function.as_str() {
            "eyaml_lookup_key" => self.value_of_eyaml(level, location, name, invocation, world)?,
            _ => {
                let segments: Vec<_> = std::iter::once(crate::key::Segment::Name(key.root().into()))
                    .chain(key.segments().iter().cloned())
                    .collect();
                let arguments = if digs { DataArguments::Dig(&segments) } else { DataArguments::Key(name) };
                self.call_function(level, location, arguments, invocation, world)?
            }
        };
        cache.given.borrow_mut().insert(name.to_owned(), value.clone());
        Ok((value, place()))
    }

    /// Calls a function that is not one of Puppet's own.
    fn call_function(
        &self,
        level: &Level,
        location: Option<&Location>,
        arguments: DataArguments<'_>,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Found<Value> {
        let module = level.module.as_deref();
        if !world.has_function(&level.function, module) {
            let issues = crate::config::Issues { path: level.configuration_path.as_deref(), text: "" };
            return Err(issues.function_not_found(level.kind.key(), &level.function).into());
        }
        let cache = level.cache(location, &self.environment_name());
        let context = Context { invocation: Rc::clone(invocation), cache };
        let options = level.options_for(location);
        let call = DataCall { name: &level.function, module, arguments, options: &options };
        world.call(&call, &context).map_err(|failure| match failure {
            CallFailure::NotFound => Missing::NotFound,
            CallFailure::Failed(error) => error.into(),
        })
    }

    pub(crate) fn place_in_eyaml(
        &self,
        level: &Level,
        location: Option<&Location>,
        key: &str,
    ) -> Option<DataPlace> {
        let location = location.filter(|_| level.function == "eyaml_lookup_key")?;
        let document = self.files().parsed(&location.location, Format::Yaml).ok()?;
        place_in(&document, key, Arc::from(&*location.location))
    }

    /// The parsed file of an eyaml level.
    pub(crate) fn eyaml_document(
        &self,
        path: &str,
        world: &mut dyn World,
    ) -> Result<Arc<Document>, LookupError> {
        let document = self.files().parsed(path, Format::Yaml).map_err(|problem| problem.for_data(path))?;
        if document.value.as_hash().is_none() {
            self.no_hash(path, &document, world)?;
        }
        Ok(document)
    }
}

impl DataHash {
    fn place_of(&self, key: &str) -> Option<DataPlace> {
        place_in(self.document.as_ref()?, key, Arc::clone(&self.path))
    }
}

fn place_in(document: &Document, key: &str, path: Arc<str>) -> Option<DataPlace> {
    Some(match document.place_of(key) {
        Some(place) => {
            DataPlace { path, line: place.line, column: place.column, parts: Some(Arc::clone(place)) }
        }
        None => DataPlace { path, line: 0, column: 0, parts: None },
    })
}

/// Data in a module is for keys of the module.
fn belongs_to(key: &str, module: &str) -> bool {
    key == crate::lookup::LOOKUP_OPTIONS
        || key.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"))
}

/// What errors call a value.
fn origin(what: String, location: Option<&Location>) -> String {
    match location {
        None => what,
        Some(location) => format!("{what}, when using location '{}',", location.location),
    }
}

trait OrEmptyHash {
    fn unwrap_or_default_hash(self) -> Value;
}

impl OrEmptyHash for Option<Value> {
    /// A function that calls `not_found` where it should give a hash gives nothing.
    fn unwrap_or_default_hash(self) -> Value {
        self.unwrap_or_else(|| Value::Hash(Arc::default()))
    }
}
