//! Version 3, which only the global layer may have: backends, and one hierarchy of paths for all of them.

use std::fmt::Write as _;
use std::sync::Arc;

use values::{Map, Text, Value};

use super::{Reader, Wrong, one_or_many, only_known, with_default, wrong_at};
use crate::error::LookupError;
use crate::merge::Merge;

/// What a `hiera.yaml` of version 3 says.
#[derive(Clone, Debug)]
pub struct Version3 {
    /// The backends, in the order in which they are asked.
    pub backends: Vec<Backend>,
    /// The paths, highest first, before interpolation and without an ending.
    pub hierarchy: Vec<String>,
    /// How `hiera_hash` merges.
    pub merge: Merge,
}

/// A backend with its settings.
#[derive(Clone, Debug)]
pub struct Backend {
    /// `yaml`, `json`, `hocon`, `eyaml`, or one that Puppet does not know.
    pub name: String,
    /// `datadir`, `extension` and the backend's own, before interpolation.
    pub settings: Arc<Map>,
}

impl Default for Version3 {
    fn default() -> Self {
        let backend = Backend { name: "yaml".to_owned(), settings: Arc::default() };
        let hierarchy = vec!["nodes/%{::trusted.certname}".to_owned(), "common".to_owned()];
        Self { backends: vec![backend], hierarchy, merge: Merge::default() }
    }
}

pub(super) fn read(reader: &Reader<'_>, map: &Arc<Map>) -> Result<Version3, LookupError> {
    let mut map = Map::clone(map);
    with_default(&mut map, "version", || Value::Integer(3));
    with_default(&mut map, "backends", || Value::array(["yaml".into()]));
    with_default(&mut map, "hierarchy", || {
        Value::array(["nodes/%{::trusted.certname}".into(), "common".into()])
    });
    with_default(&mut map, "merge_behavior", || "native".into());
    with_default(&mut map, "deep_merge_options", || Value::Hash(Arc::default()));
    let read = read_all(&map).map_err(|wrong| {
        reader.mismatch(&wrong, &expected_type(&map), &Value::Hash(Arc::new(map.clone())))
    })?;
    let merge = merge_strategy(&map)?;
    Ok(Version3 { merge, ..read })
}

fn read_all(map: &Map) -> Result<Version3, Wrong> {
    let names = one_or_many(map, "backends")?.unwrap_or_default();
    let own = ["version", "backends", "logger", "merge_behavior", "deep_merge_options", "hierarchy"];
    let known: Vec<&str> = own.into_iter().chain(names.iter().map(String::as_str)).collect();
    only_known(map, &known)?;
    if map.get(&Text("version")) != Some(&Value::Integer(3)) {
        return Err(wrong_at("version"));
    }
    if !matches!(map.get(&Text("logger")), None | Some(Value::String(_))) {
        return Err(wrong_at("logger"));
    }
    if !matches!(map.get(&Text("merge_behavior")).and_then(Value::as_str), Some("deep" | "deeper" | "native"))
    {
        return Err(wrong_at("merge_behavior"));
    }
    let options = map.get(&Text("deep_merge_options")).and_then(Value::as_hash);
    let options = options.ok_or_else(|| wrong_at("deep_merge_options"))?;
    if !options.values().all(|value| matches!(value, Value::String(_) | Value::Boolean(_))) {
        return Err(wrong_at("deep_merge_options"));
    }
    let backends = names.into_iter().map(|name| match map.get(&Text(&name)) {
        None => Ok(Backend { name, settings: Arc::default() }),
        Some(Value::Hash(settings)) => Ok(Backend { settings: Arc::clone(settings), name }),
        Some(_) => Err(wrong_at(&name)),
    });
    Ok(Version3 {
        backends: backends.collect::<Result<_, _>>()?,
        hierarchy: one_or_many(map, "hierarchy")?.unwrap_or_default(),
        merge: Merge::default(),
    })
}

fn expected_type(map: &Map) -> String {
    let mut expected = "Struct[{Optional[version]=>Integer[3,3],\
        Optional[backends]=>Variant[String[1],Array[String[1]]],Optional[logger]=>String[1],\
        Optional[merge_behavior]=>Enum['deep','deeper','native'],\
        Optional[deep_merge_options]=>Hash[String[1],Variant[String,Boolean]],\
        Optional[hierarchy]=>Variant[String[1],Array[String[1]]]"
        .to_owned();
    for name in one_or_many(map, "backends").ok().flatten().unwrap_or_default() {
        let _ = write!(expected, ",Optional['{name}']=>Hash[String[1],Any]");
    }
    expected + "}]"
}

fn merge_strategy(map: &Map) -> Result<Merge, LookupError> {
    let strategy = match map.get(&Text("merge_behavior")).and_then(Value::as_str) {
        Some("deep") => "reverse_deep",
        Some("deeper") => "unconstrained_deep",
        _ => return Ok(Merge::default()),
    };
    let mut options = Map::default();
    options.insert("strategy".into(), strategy.into());
    let given = map.get(&Text("deep_merge_options")).and_then(Value::as_hash);
    options.extend(given.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
    Merge::from_value(&Value::Hash(Arc::new(options)))
}
