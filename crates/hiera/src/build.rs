//! From what a `hiera.yaml` says to levels: folders, options and locations are interpolated.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use values::{Map, Text, Value};

use crate::Hiera;
use crate::config::{Backend, Entry, FunctionKind, Levels, Version3, Version4, Version5};
use crate::error::{ErrorKind, LookupError};
use crate::files::join;
use crate::interpolation::Manner;
use crate::invocation::{Invocation, Start};
use crate::layer::{Built, Layer};
use crate::level::Level;
use crate::location::Location;
use crate::world::World;

impl Hiera {
    /// The levels of a layer, with the variables as they are now.
    pub(crate) fn build(
        &self,
        layer: &Layer,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Built, LookupError> {
        let start =
            Start { hiera_scope: invocation.hiera_scope, collects_variables: true, ..Start::default() };
        // It stands alone: what a `hiera.yaml` interpolates is in no explanation.
        let collecting = Invocation::new(None, start);
        let mut builder = Builder { hiera: self, layer, invocation: &collecting, world };
        let built = match &layer.configuration.levels {
            Levels::V5(version) => builder.version5(version),
            Levels::V4(version) => builder.version4(version).map(|levels| (levels, Vec::new())),
            Levels::V3(version) => builder.version3(version).map(|levels| (levels, Vec::new())),
        };
        let (levels, default_levels) = built.map_err(|error| match undefined_variable(&error.message) {
            Some(name) => layer.configuration.issues().undefined_variable(name),
            None if matches!(error.kind, ErrorKind::Issue(_)) && error.path.is_none() => {
                error.at(layer.configuration.path.as_deref(), None)
            }
            None => error,
        })?;
        let remembered = collecting.remembered.as_ref().map(RefCell::take).unwrap_or_default();
        Ok(Built { levels, default_levels, remembered })
    }
}

/// The name in `Undefined variable 'name'...`.
fn undefined_variable(message: &str) -> Option<&str> {
    message.strip_prefix("Undefined variable '")?.split('\'').next()
}

/// Makes levels of what a `hiera.yaml` says.
struct Builder<'a> {
    hiera: &'a Hiera,
    layer: &'a Layer,
    invocation: &'a Rc<Invocation>,
    world: &'a mut dyn World,
}

type Levels5 = (Vec<Rc<Level>>, Vec<Rc<Level>>);

impl Builder<'_> {
    fn version5(&mut self, version: &Version5) -> Result<Levels5, LookupError> {
        let levels = self.hierarchy(version, &version.hierarchy)?;
        let default_levels = match &version.default_hierarchy {
            Some(hierarchy) => self.hierarchy(version, hierarchy)?,
            None => Vec::new(),
        };
        Ok((levels, default_levels))
    }

    fn hierarchy(&mut self, version: &Version5, entries: &[Entry]) -> Result<Vec<Rc<Level>>, LookupError> {
        let mut levels: Vec<Rc<Level>> = Vec::with_capacity(entries.len());
        for entry in entries {
            if levels.iter().any(|level| *level.name == *entry.name) {
                return Err(self.layer.configuration.issues().name_twice(&entry.name));
            }
            levels.extend(self.entry(version, entry)?.map(Rc::new));
        }
        Ok(levels)
    }

    fn entry(&mut self, version: &Version5, entry: &Entry) -> Result<Option<Level>, LookupError> {
        let configuration = &self.layer.configuration;
        let defaults = &version.defaults;
        let datadir = entry.datadir.as_ref().or(defaults.datadir.as_ref()).map_or("data", String::as_str);
        let folder = self.text(&join(&configuration.root, datadir))?;
        let is_default = configuration.path.is_none();
        let locations = match &entry.locations {
            None => None,
            Some(locations) => Some(self.hiera.resolve_locations(
                locations,
                &folder,
                is_default,
                self.invocation,
                self.world,
            )?),
        };
        if is_default && locations.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let options = match entry.options.as_ref().or(defaults.options.as_ref()) {
            None => Arc::default(),
            Some(options) => self.options(options)?,
        };
        let function = entry.function.as_ref().or(defaults.function.as_ref());
        let function = function.ok_or_else(|| configuration.issues().missing_function(&entry.name))?;
        if function.kind == FunctionKind::Hiera3Backend {
            return Err(no_version_3());
        }
        Ok(Some(self.level(&entry.name, function.kind, &function.name, options, locations)))
    }

    fn version4(&mut self, version: &Version4) -> Result<Vec<Rc<Level>>, LookupError> {
        let configuration = &self.layer.configuration;
        let mut levels: Vec<Rc<Level>> = Vec::new();
        for entry in &version.hierarchy {
            if levels.iter().any(|level| *level.name == *entry.name) {
                return Err(configuration.issues().name_twice(&entry.name));
            }
            let (function, ending) = match entry.backend.as_str() {
                "yaml" => ("yaml_data", ".yaml"),
                "json" => ("json_data", ".json"),
                "hocon" => ("hocon_data", ".conf"),
                other => return Err(configuration.issues().no_provider_for_backend(other)),
            };
            let folder = join(&configuration.root, entry.datadir.as_ref().unwrap_or(&version.datadir));
            let locations = self.paths(&entry.paths, &folder, ending)?;
            let kind = FunctionKind::DataHash;
            levels.push(Rc::new(self.level(&entry.name, kind, function, Arc::default(), Some(locations))));
        }
        Ok(levels)
    }

    fn version3(&mut self, version: &Version3) -> Result<Vec<Rc<Level>>, LookupError> {
        let mut levels: Vec<Rc<Level>> = Vec::new();
        for backend in &version.backends {
            if levels.iter().any(|level| *level.name == *backend.name) {
                return Err(self.layer.configuration.issues().backend_twice(&backend.name));
            }
            levels.push(Rc::new(self.backend(version, backend)?));
        }
        Ok(levels)
    }

    fn backend(&mut self, version: &Version3, backend: &Backend) -> Result<Level, LookupError> {
        let settings = self.options(&backend.settings)?;
        let folder = match settings.get(&Text("datadir")).filter(|folder| folder.is_truthy()) {
            Some(folder) => crate::ruby::to_s(folder),
            None => {
                let code = &self.hiera.settings().code_folder;
                self.text(&format!("{code}/environments/%{{::environment}}/hieradata"))?
            }
        };
        let ending = match settings.get(&Text("extension")).filter(|ending| !ending.is_undef()) {
            Some(ending) => format!(".{ending}"),
            None if backend.name == "hocon" => ".conf".to_owned(),
            None => format!(".{}", backend.name),
        };
        let locations = self.paths(&version.hierarchy, &folder, &ending)?;
        let (kind, function) = match backend.name.as_str() {
            "yaml" => (FunctionKind::DataHash, "yaml_data"),
            "json" => (FunctionKind::DataHash, "json_data"),
            "hocon" => (FunctionKind::DataHash, "hocon_data"),
            "eyaml" => (FunctionKind::LookupKey, "eyaml_lookup_key"),
            _ => return Err(no_version_3()),
        };
        let mut options = Map::default();
        if kind == FunctionKind::LookupKey {
            options.extend(settings.iter().map(|(key, value)| (key.clone(), value.clone())));
            options.shift_remove(&Text("datadir"));
        }
        let level = self.level(&backend.name, kind, function, Arc::new(options), Some(locations));
        Ok(Level { version3_folder: Some(folder), ..level })
    }

    fn level(
        &self,
        name: &str,
        kind: FunctionKind,
        function: &str,
        options: Arc<Map>,
        locations: Option<Vec<Location>>,
    ) -> Level {
        Level {
            name: name.into(),
            kind,
            function: function.to_owned(),
            options,
            locations: locations.map(|locations| locations.into_iter().map(Rc::new).collect()),
            layer: self.layer.kind,
            module: self.layer.module.clone(),
            configuration_path: self.layer.configuration.path.clone(),
            version3_folder: None,
            caches: RefCell::default(),
            hashes: RefCell::default(),
        }
    }

    fn paths(&mut self, paths: &[String], folder: &str, ending: &str) -> Result<Vec<Location>, LookupError> {
        let is_default = self.layer.configuration.path.is_none();
        self.hiera.resolve_paths(paths, folder, Some(ending), is_default, self.invocation, self.world)
    }

    fn text(&mut self, text: &str) -> Result<String, LookupError> {
        self.hiera.resolve_to_text(text, self.invocation, Manner::CONFIGURATION, self.world)
    }

    fn options(&mut self, options: &Arc<Map>) -> Result<Arc<Map>, LookupError> {
        let options = Value::Hash(Arc::clone(options));
        match self.hiera.resolve(&options, self.invocation, Manner::CONFIGURATION, self.world)? {
            Value::Hash(options) => Ok(options),
            _ => Ok(Arc::default()),
        }
    }
}

fn no_version_3() -> LookupError {
    let mut error = LookupError::lookup("Hiera 3 is not installed");
    error.hint = Some("use `data_hash`, `lookup_key` or `data_dig` with a function for this backend".into());
    error
}
