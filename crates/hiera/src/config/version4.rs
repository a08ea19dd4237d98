//! Version 4, which environments and modules may still have: levels with a backend and paths.

use std::sync::Arc;

use values::{Map, Text, Value};

use super::{Reader, Step, Wrong, only_known, optional_text, optional_texts, with_default, wrong_at};
use crate::error::LookupError;

/// What a `hiera.yaml` of version 4 says.
#[derive(Clone, Debug)]
pub struct Version4 {
    /// The folder of entries that name none.
    pub datadir: String,
    /// The levels, highest first.
    pub hierarchy: Vec<Version4Entry>,
}

/// A level.
#[derive(Clone, Debug)]
pub struct Version4Entry {
    /// Its name, and its path where it names none.
    pub name: String,
    /// `yaml`, `json` or `hocon`.
    pub backend: String,
    /// Its folder.
    pub datadir: Option<String>,
    /// Its paths, before interpolation and without the backend's ending.
    pub paths: Vec<String>,
}

const EXPECTED: &str = "Struct[{version=>Integer[4,4],Optional[datadir]=>String[1],\
    Optional[hierarchy]=>Array[Struct[{backend=>String[1],name=>String[1],Optional[datadir]=>String[1],\
    Optional[path]=>String[1],Optional[paths]=>Array[String[1]]}]]}]";

pub(super) fn read(reader: &Reader<'_>, map: &Arc<Map>) -> Result<Version4, LookupError> {
    let mut map = Map::clone(map);
    with_default(&mut map, "datadir", || "data".into());
    with_default(&mut map, "hierarchy", || {
        Value::array([Value::hash([("name", "common".into()), ("backend", "yaml".into())])])
    });
    read_all(&map).map_err(|wrong| reader.mismatch(&wrong, EXPECTED, &Value::Hash(Arc::new(map))))
}

fn read_all(map: &Map) -> Result<Version4, Wrong> {
    only_known(map, &["version", "datadir", "hierarchy"])?;
    if map.get(&Text("version")) != Some(&Value::Integer(4)) {
        return Err(wrong_at("version"));
    }
    let elements =
        map.get(&Text("hierarchy")).and_then(Value::as_array).ok_or_else(|| wrong_at("hierarchy"))?;
    let entries = elements.iter().enumerate().map(|(index, element)| {
        let entry = element.as_hash().ok_or_else(Wrong::default).and_then(read_entry);
        entry.map_err(|wrong| wrong.under(Step::Index(index)).under(Step::Key("hierarchy".to_owned())))
    });
    let hierarchy = entries.collect::<Result<_, _>>()?;
    Ok(Version4 { datadir: optional_text(map, "datadir")?.unwrap_or_default(), hierarchy })
}

fn read_entry(map: &Map) -> Result<Version4Entry, Wrong> {
    only_known(map, &["backend", "name", "datadir", "path", "paths"])?;
    let name = optional_text(map, "name")?.ok_or_else(Wrong::default)?;
    let path = optional_text(map, "path")?.unwrap_or_else(|| name.clone());
    Ok(Version4Entry {
        backend: optional_text(map, "backend")?.ok_or_else(Wrong::default)?,
        datadir: optional_text(map, "datadir")?,
        paths: optional_texts(map, "paths", 0)?.unwrap_or_else(|| vec![path]),
        name,
    })
}
