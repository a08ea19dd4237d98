//! Version 5: levels with a data function, and at most one kind of location each.

use std::sync::Arc;

use values::{Map, Text, Value};

use super::{
    LayerKind, Reader, Step, Wrong, only_known, optional_text, optional_texts, with_default, wrong_at,
};
use crate::error::LookupError;

/// What a `hiera.yaml` of version 5 says.
#[derive(Clone, Debug)]
pub struct Version5 {
    /// What counts for entries that do not say it themselves.
    pub defaults: Defaults,
    /// The levels, highest first.
    pub hierarchy: Vec<Entry>,
    /// The levels that a module is searched for last.
    pub default_hierarchy: Option<Vec<Entry>>,
}

/// What counts for entries that do not say it themselves.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// How data is read.
    pub function: Option<DataFunction>,
    /// The folder, before interpolation.
    pub datadir: Option<String>,
    /// Options of the function, before interpolation.
    pub options: Option<Arc<Map>>,
}

/// A level.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, unique in its hierarchy.
    pub name: String,
    /// How its data is read; absent where the defaults say it.
    pub function: Option<DataFunction>,
    /// Where its data is.
    pub locations: Option<Locations>,
    /// The folder, before interpolation.
    pub datadir: Option<String>,
    /// Options of the function, before interpolation.
    pub options: Option<Arc<Map>>,
}

/// How data is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFunction {
    /// What it is called with.
    pub kind: FunctionKind,
    /// Its name.
    pub name: String,
}

/// The kinds of data functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// Gives all data at once.
    DataHash,
    /// Gives the value of a key.
    LookupKey,
    /// Gives the value that a dotted key leads to.
    DataDig,
    /// A backend of version 3.
    Hiera3Backend,
    /// A data function of old.
    LegacyDataHash,
}

impl FunctionKind {
    /// In the order in which they are looked for.
    const ALL: [Self; 5] =
        [Self::DataHash, Self::LookupKey, Self::DataDig, Self::Hiera3Backend, Self::LegacyDataHash];

    /// The key that names a function of this kind.
    pub fn key(self) -> &'static str {
        match self {
            Self::DataHash => "data_hash",
            Self::LookupKey => "lookup_key",
            Self::DataDig => "data_dig",
            Self::Hiera3Backend => "hiera3_backend",
            Self::LegacyDataHash => "v4_data_hash",
        }
    }
}

/// Where the data of a level is, before interpolation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locations {
    /// `path` and `paths`.
    Paths(Vec<String>),
    /// `glob` and `globs`.
    Globs(Vec<String>),
    /// `uri` and `uris`.
    Uris(Vec<String>),
    /// `mapped_paths`: a variable that holds several things, a name for each of them, and a path with this
    /// name.
    Mapped(Box<[String; 3]>),
}

impl Default for Version5 {
    fn default() -> Self {
        let function = DataFunction { kind: FunctionKind::DataHash, name: "yaml_data".to_owned() };
        let defaults = Defaults { function: Some(function), datadir: Some("data".to_owned()), options: None };
        let locations = Some(Locations::Paths(vec!["common.yaml".to_owned()]));
        let entry =
            Entry { name: "Common".to_owned(), function: None, locations, datadir: None, options: None };
        Self { defaults, hierarchy: vec![entry], default_hierarchy: None }
    }
}

impl Version5 {
    /// A single function of old.
    pub(super) fn legacy(function: &str) -> Self {
        let name = format!("Legacy function '{function}'");
        let function = DataFunction { kind: FunctionKind::LegacyDataHash, name: function.to_owned() };
        let entry = Entry { name, function: Some(function), locations: None, datadir: None, options: None };
        Self { hierarchy: vec![entry], ..Self::default() }
    }
}

const HIERARCHY_TYPE: &str = "Array[Struct[{\
    name=>String[1],\
    Optional[options]=>Hash[Pattern[/\\A[A-Za-z](:?[0-9A-Za-z_-]*[0-9A-Za-z])?\\z/],Data],\
    Optional[data_hash]=>String[1],\
    Optional[lookup_key]=>String[1],\
    Optional[hiera3_backend]=>String[1],\
    Optional[v4_data_hash]=>String[1],\
    Optional[data_dig]=>String[1],\
    Optional[path]=>String[1],\
    Optional[paths]=>Array[String[1],1,default],\
    Optional[glob]=>String[1],\
    Optional[globs]=>Array[String[1],1,default],\
    Optional[uri]=>String[1],\
    Optional[uris]=>Array[String[1],1,default],\
    Optional[mapped_paths]=>Array[String[1],3,3],\
    Optional[datadir]=>String[1]}]]";

fn expected_type() -> String {
    format!(
        "Struct[{{version=>Integer[5,5],\
         Optional[defaults]=>Struct[{{Optional[data_hash]=>String[1],Optional[lookup_key]=>String[1],\
         Optional[data_dig]=>String[1],Optional[datadir]=>String[1],\
         Optional[options]=>Hash[Pattern[/\\A[A-Za-z](:?[0-9A-Za-z_-]*[0-9A-Za-z])?\\z/],Data]}}],\
         Optional[hierarchy]=>{HIERARCHY_TYPE},Optional[plan_hierarchy]=>{HIERARCHY_TYPE},\
         Optional[default_hierarchy]=>{HIERARCHY_TYPE}}}]"
    )
}

pub(super) fn read(reader: &Reader<'_>, map: &Arc<Map>) -> Result<Version5, LookupError> {
    let mut map = Map::clone(map);
    let default = Version5::default();
    let given_hierarchy = map.get(&Text("hierarchy")).is_some_and(Value::is_truthy);
    let given_defaults = map.get(&Text("defaults")).is_some_and(Value::is_truthy);
    with_default(&mut map, "defaults", || {
        Value::hash([("datadir", "data".into()), ("data_hash", "yaml_data".into())])
    });
    with_default(&mut map, "hierarchy", || {
        Value::array([Value::hash([("name", "Common".into()), ("path", "common.yaml".into())])])
    });
    let mut read = read_all(&map)
        .map_err(|wrong| reader.mismatch(&wrong, &expected_type(), &Value::Hash(Arc::new(map.clone()))))?;
    if !given_defaults {
        read.defaults = default.defaults;
    }
    if !given_hierarchy {
        read.hierarchy = default.hierarchy;
    }
    check(reader, &map, &read)?;
    Ok(read)
}

fn read_all(map: &Map) -> Result<Version5, Wrong> {
    only_known(map, &["version", "defaults", "hierarchy", "plan_hierarchy", "default_hierarchy"])?;
    if map.get(&Text("version")) != Some(&Value::Integer(5)) {
        return Err(wrong_at("version"));
    }
    let defaults = map.get(&Text("defaults")).and_then(Value::as_hash).ok_or_else(|| wrong_at("defaults"))?;
    let defaults = read_defaults(defaults).map_err(|wrong| wrong.under(Step::Key("defaults".to_owned())))?;
    let hierarchy = read_hierarchy(map, "hierarchy")?.unwrap_or_default();
    read_hierarchy(map, "plan_hierarchy")?;
    let default_hierarchy = read_hierarchy(map, "default_hierarchy")?;
    Ok(Version5 { defaults, hierarchy, default_hierarchy })
}

fn read_defaults(map: &Map) -> Result<Defaults, Wrong> {
    only_known(map, &["data_hash", "lookup_key", "data_dig", "datadir", "options"])?;
    Ok(Defaults {
        function: read_function(map)?,
        datadir: optional_text(map, "datadir")?,
        options: read_options(map)?,
    })
}

fn read_hierarchy(map: &Map, key: &str) -> Result<Option<Vec<Entry>>, Wrong> {
    let Some(value) = map.get(&Text(key)) else { return Ok(None) };
    let elements = value.as_array().ok_or_else(|| wrong_at(key))?;
    let entries = elements.iter().enumerate().map(|(index, element)| {
        let entry = element.as_hash().ok_or_else(Wrong::default).and_then(read_entry);
        entry.map_err(|wrong| wrong.under(Step::Index(index)).under(Step::Key(key.to_owned())))
    });
    entries.collect::<Result<_, _>>().map(Some)
}

fn read_entry(map: &Map) -> Result<Entry, Wrong> {
    only_known(
        map,
        &[
            "name",
            "options",
            "data_hash",
            "lookup_key",
            "hiera3_backend",
            "v4_data_hash",
            "data_dig",
            "path",
            "paths",
            "glob",
            "globs",
            "uri",
            "uris",
            "mapped_paths",
            "datadir",
        ],
    )?;
    Ok(Entry {
        name: optional_text(map, "name")?.ok_or_else(Wrong::default)?,
        function: read_function(map)?,
        locations: read_locations(map)?,
        datadir: optional_text(map, "datadir")?,
        options: read_options(map)?,
    })
}

fn read_function(map: &Map) -> Result<Option<DataFunction>, Wrong> {
    let mut found = None;
    for kind in FunctionKind::ALL {
        let name = optional_text(map, kind.key())?;
        found = found.or(name.map(|name| DataFunction { kind, name }));
    }
    Ok(found)
}

fn read_locations(map: &Map) -> Result<Option<Locations>, Wrong> {
    let one = |key| Ok(optional_text(map, key)?.map(|text| vec![text]));
    let path = one("path")?.or(optional_texts(map, "paths", 1)?).map(Locations::Paths);
    let glob = one("glob")?.or(optional_texts(map, "globs", 1)?).map(Locations::Globs);
    let uri = one("uri")?.or(optional_texts(map, "uris", 1)?).map(Locations::Uris);
    let mapped = match optional_texts(map, "mapped_paths", 3)? {
        None => None,
        Some(texts) => {
            let texts: [String; 3] = texts.try_into().map_err(|_| wrong_at("mapped_paths"))?;
            Some(Locations::Mapped(Box::new(texts)))
        }
    };
    Ok(path.or(glob).or(uri).or(mapped))
}

fn read_options(map: &Map) -> Result<Option<Arc<Map>>, Wrong> {
    match map.get(&Text("options")) {
        None => Ok(None),
        Some(Value::Hash(options)) => {
            let wrong = options.iter().find(|(key, value)| {
                !key.as_str().is_some_and(is_option_name) || !crate::merge::is_data(value)
            });
            match wrong {
                None => Ok(Some(Arc::clone(options))),
                Some((key, _)) => Err(wrong_at(&key.to_string()).under(Step::Key("options".to_owned()))),
            }
        }
        Some(_) => Err(wrong_at("options")),
    }
}

/// Letters, digits, `_` and `-`; a letter first, no sign last. (Puppet's pattern also lets a colon stand
/// second.)
fn is_option_name(name: &str) -> bool {
    let ends_well = name.ends_with(|c: char| c.is_ascii_alphanumeric());
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = characters.as_str();
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    starts_well && ends_well && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn check(reader: &Reader<'_>, map: &Map, read: &Version5) -> Result<(), LookupError> {
    let hash = |key: &str| map.get(&Text(key)).and_then(Value::as_hash);
    if let Some(defaults) = hash("defaults") {
        if count(defaults, &FunctionKind::ALL[..4].iter().map(|kind| kind.key()).collect::<Vec<_>>()) > 1 {
            return Err(reader.issues.several_functions_in_defaults());
        }
        if let Some(key) = reserved(&read.defaults.options) {
            return Err(reader.issues.reserved_default_option(key));
        }
    }
    let check_all = |key: &str| {
        let elements = map.get(&Text(key)).and_then(Value::as_array).into_iter().flatten();
        elements.filter_map(Value::as_hash).try_for_each(|entry| check_entry(reader, entry, &read.defaults))
    };
    check_all("hierarchy")?;
    check_all("plan_hierarchy")?;
    if read.default_hierarchy.is_some() && reader.layer != LayerKind::Module {
        return Err(reader.issues.default_hierarchy_not_in_module());
    }
    check_all("default_hierarchy")
}

fn check_entry(reader: &Reader<'_>, map: &Map, defaults: &Defaults) -> Result<(), LookupError> {
    let issues = &reader.issues;
    let text = |key: &str| map.get(&Text(key)).and_then(Value::as_str);
    let name = text("name").unwrap_or_default();
    let located = |mut error: LookupError| {
        let entry = reader.document.value.as_hash().into_iter().flatten();
        let line = entry.filter_map(|(key, _)| reader.line_of_entry(key.as_str()?, name)).next();
        error.found_at = line.map(|line| (reader.path.into(), line));
        error
    };
    match count(map, &FunctionKind::ALL.map(FunctionKind::key)) {
        0 if defaults.function.is_none() => return Err(located(issues.missing_function(name))),
        0 | 1 => {}
        _ => return Err(located(issues.several_functions(name))),
    }
    if let Some(backend) = text("hiera3_backend") {
        if reader.layer != LayerKind::Global {
            return Err(issues.version_3_backend_not_global());
        }
        if ["json", "yaml", "hocon"].contains(&backend) {
            return Err(issues.version_3_backend_replaced(backend));
        }
    }
    if count(map, &["path", "paths", "glob", "globs", "uri", "uris", "mapped_paths"]) > 1 {
        return Err(located(issues.several_locations(name)));
    }
    let options = map.get(&Text("options")).and_then(Value::as_hash).cloned();
    match options.as_ref().and_then(|options| reserved_in(options)) {
        Some(key) => Err(located(issues.reserved_option(key, name))),
        None => Ok(()),
    }
}

impl Reader<'_> {
    /// The line of the entry of this name in a hierarchy.
    fn line_of_entry(&self, hierarchy: &str, name: &str) -> Option<u32> {
        let place = self.document.place_of(hierarchy)?;
        let elements = self.document.value.as_hash()?.get(&Text(hierarchy))?.as_array()?;
        let index = elements.iter().position(|entry| {
            entry.as_hash().and_then(|entry| entry.get(&Text("name"))).and_then(Value::as_str) == Some(name)
        })?;
        place.parts.get(index).map(|place| place.line)
    }
}

fn count(map: &Map, keys: &[&str]) -> usize {
    keys.iter().filter(|key| map.contains_key(&Text(key))).count()
}

fn reserved(options: &Option<Arc<Map>>) -> Option<&'static str> {
    options.as_deref().and_then(reserved_in)
}

fn reserved_in(options: &Map) -> Option<&'static str> {
    ["path", "uri"].into_iter().find(|key| options.contains_key(&Text(key)))
}
