//! Sets of types: names for types within one name, and references to other sets.

use std::sync::Arc;

use ecow::EcoString;
use indexmap::IndexMap;

use super::error::type_set_error;
use super::{ObjectError, assertion};
use crate::types::Type;
use crate::value::{Map, Text, Value};
use crate::version::{SemanticVersion, VersionError, VersionRange};

/// A set of types. Two are equal by name, authority and version.
#[derive(Clone, Debug)]
pub struct TypeSet {
    /// Its name.
    pub name: Option<EcoString>,
    /// Whose names they are.
    pub name_authority: Option<EcoString>,
    /// Where the version of Pcore is described.
    pub pcore_uri: Option<EcoString>,
    /// The version of Pcore that it is written in.
    pub pcore_version: SemanticVersion,
    /// Its version.
    pub version: Option<SemanticVersion>,
    /// The types by their names within the set.
    pub types: IndexMap<EcoString, Type>,
    /// Other sets by the names they have here.
    pub references: IndexMap<EcoString, TypeSetReference>,
    /// What is noted about it.
    pub annotations: Option<Value>,
}

/// Another set that is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeSetReference {
    /// Its name.
    pub name: EcoString,
    /// Whose name that is, where it is another's.
    pub name_authority: Option<EcoString>,
    /// Which versions of it.
    pub version_range: Arc<VersionRange>,
}

impl TypeSet {
    /// Reads an init hash whose types are resolved: `types` holds types alone.
    pub fn read(name: Option<EcoString>, init_hash: &Value) -> Result<Self, ObjectError> {
        assertion::instance_of("TypeSet initializer", &assertion::TYPE_SET, init_hash)?;
        let empty = Map::default();
        let entries = init_hash.as_hash().unwrap_or(&empty);
        let text = |key: &str| entries.get(&Text(key)).and_then(Value::as_str).map(EcoString::from);
        let pcore_version =
            version(entries.get(&Text("pcore_version")))?.unwrap_or_else(|| SemanticVersion::new(1, 0, 0));
        let mut set = Self {
            name: name.or_else(|| text("name")),
            name_authority: text("name_authority"),
            pcore_uri: text("pcore_uri"),
            pcore_version,
            version: version(entries.get(&Text("version")))?,
            types: IndexMap::new(),
            references: IndexMap::new(),
            annotations: entries.get(&Text("annotations")).filter(|found| !found.is_undef()).cloned(),
        };
        if set.pcore_version.major != 1 {
            let named = set.name.as_deref().unwrap_or_default();
            let problem = "is not understood by this runtime. Expected range 1.x";
            let version = &set.pcore_version;
            let message = format!("The pcore version for TypeSet '{named}' {problem}, got {version}");
            return Err(ObjectError::TypeSet(message));
        }
        let types = entries.get(&Text("types")).and_then(Value::as_hash);
        for (key, value) in types.into_iter().flatten() {
            if let (Some(key), Some(found)) = (key.as_str(), value.as_type()) {
                set.types.insert(key.into(), found.clone());
            }
        }
        let references = entries.get(&Text("references")).and_then(Value::as_hash);
        for (alias, reference) in references.into_iter().flatten() {
            set.add_reference(alias.as_str().unwrap_or_default(), reference)?;
        }
        Ok(set)
    }

    fn add_reference(&mut self, alias: &str, found: &Value) -> Result<(), ObjectError> {
        let empty = Map::default();
        let entries = found.as_hash().unwrap_or(&empty);
        let text = |key: &str| entries.get(&Text(key)).and_then(Value::as_str).map(EcoString::from);
        let version_range = match entries.get(&Text("version_range")) {
            Some(Value::SemVerRange(range)) => range.clone(),
            Some(Value::String(range)) => Arc::new(VersionRange::parse(range).map_err(unreadable)?),
            _ => Arc::new(VersionRange::parse("*").map_err(unreadable)?),
        };
        let reference = TypeSetReference {
            name: text("name").unwrap_or_default(),
            name_authority: text("name_authority"),
            version_range,
        };
        if self.types.contains_key(alias) {
            let message = format!(
                "references a TypeSet using alias '{alias}'. The alias collides with the name of a declared type"
            );
            return Err(type_set_error(self, &message));
        }
        self.references.insert(alias.into(), reference);
        Ok(())
    }

    /// The type of this name within the set; case does not count.
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.types.get(name).or_else(|| {
            self.types.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, found)| found)
        })
    }

    /// The init hash.
    pub fn init_hash(&self) -> Map {
        let mut result = Map::default();
        let mut add = |name: &str, value: Value| result.insert(name.into(), value);
        if let Some(annotations) = &self.annotations {
            add("annotations", annotations.clone());
        }
        if let Some(uri) = &self.pcore_uri {
            add("pcore_uri", uri.clone().into());
        }
        add("pcore_version", self.pcore_version.to_string().into());
        if let Some(authority) = &self.name_authority {
            add("name_authority", authority.clone().into());
        }
        add("name", self.name.clone().map_or(Value::Undef, Value::String));
        if let Some(version) = &self.version {
            add("version", version.to_string().into());
        }
        if !self.types.is_empty() {
            let types = self.types.iter().map(|(name, found)| (name.clone(), Value::Type(found.clone())));
            add("types", Value::hash(types));
        }
        if !self.references.is_empty() {
            let references = self.references.iter().map(|(alias, found)| (alias.clone(), found.init_hash()));
            add("references", Value::hash(references));
        }
        result
    }
}

impl TypeSetReference {
    fn init_hash(&self) -> Value {
        let authority = self.name_authority.iter().map(|found| ("name_authority", found.clone().into()));
        let range = Value::from(self.version_range.to_string());
        Value::hash(authority.chain([("name", self.name.clone().into()), ("version_range", range)]))
    }
}

impl PartialEq for TypeSet {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.name_authority == other.name_authority
            && self.version == other.version
    }
}

impl Eq for TypeSet {}

fn version(found: Option<&Value>) -> Result<Option<SemanticVersion>, ObjectError> {
    match found {
        Some(Value::SemVer(version)) => Ok(Some((**version).clone())),
        Some(Value::String(text)) => SemanticVersion::parse(text).map(Some).map_err(unreadable),
        _ => Ok(None),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn unreadable(error: VersionError) -> ObjectError {
    ObjectError::TypeSet(error.to_string())
}
