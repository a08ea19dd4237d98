//! JSON to values.

use std::sync::Arc;

use serde_json::{Map as Object, Value as Json};

use super::parts::{Parts, number};
use super::{TYPE, VALUE};
use crate::base64;
use crate::object::{Instance, ObjectError, ObjectType};
use crate::time;
use crate::types::{Alias, Type, TypeError, TypeLoader};
use crate::uri::Uri;
use crate::value::{Map, Value};
use crate::version::{SemanticVersion, VersionRange};

/// How deep data may be.
const DEEPEST: usize = 200;

/// Data that is no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RichDataError {
    /// Nothing of this name is known.
    #[error("No implementation mapping found for Puppet Type {0}")]
    UnknownType(String),
    /// It does not make a value of its type.
    #[error("Cannot create a {name} from `{data}`")]
    Unfit {
        /// The type.
        name: String,
        /// The data.
        data: String,
    },
    /// It refers to what is not there, or to itself.
    #[error("no value at {0}")]
    Reference(String),
    /// A number is too great.
    #[error("the number {0} does not fit into 64 bits")]
    Number(String),
    /// It is nested too deep.
    #[error("data nested deeper than {DEEPEST} levels")]
    TooDeep,
    /// An Object type is wrong.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The type cannot be loaded.
    #[error(transparent)]
    Type(#[from] TypeError),
}

/// The value that rich data stands for. `loader` knows the Object types that it may hold.
pub fn read(data: &Json, loader: &dyn TypeLoader) -> Result<Value, RichDataError> {
    Reader { root: data, loader, depth: 0, followed: Vec::new(), aliases: Vec::new() }.read(data)
}

struct Reader<'a> {
    root: &'a Json,
    loader: &'a dyn TypeLoader,
    depth: usize,
    /// What references that are being read refer to.
    followed: Vec<*const Json>,
    /// The aliases that are being read.
    aliases: Vec<(*const Json, Arc<Alias>)>,
}

type Entries = Object<String, Json>;

impl<'a> Reader<'a> {
    fn read(&mut self, data: &'a Json) -> Result<Value, RichDataError> {
        if self.depth >= DEEPEST {
            return Err(RichDataError::TooDeep);
        }
        self.depth += 1;
        let value = self.read_one(data);
        self.depth -= 1;
        value
    }

    fn read_one(&mut self, data: &'a Json) -> Result<Value, RichDataError> {
        Ok(match data {
            Json::Null => Value::Undef,
            Json::Bool(value) => Value::Boolean(*value),
            Json::String(text) => text.as_str().into(),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Value::Integer(integer),
                (None, Some(float)) if number.is_f64() => Value::Float(float),
                _ => return Err(RichDataError::Number(number.to_string())),
            },
            Json::Array(elements) => {
                Value::Array(elements.iter().map(|element| self.read(element)).collect::<Result<_, _>>()?)
            }
            Json::Object(entries) => match entries.get(TYPE) {
                Some(Json::String(name)) => self.read_tagged(name, entries, data)?,
                _ => self.read_entries(entries)?,
            },
        })
    }

    fn read_entries(&mut self, entries: &'a Entries) -> Result<Value, RichDataError> {
        let read = |(key, value): (&String, &'a Json)| Ok((Value::from(key.as_str()), self.read(value)?));
        Ok(Value::Hash(Arc::new(entries.iter().map(read).collect::<Result<Map, RichDataError>>()?)))
    }

    fn read_tagged(
        &mut self,
        name: &str,
        entries: &'a Entries,
        data: &'a Json,
    ) -> Result<Value, RichDataError> {
        let value = entries.get(VALUE);
        let text = value.and_then(Json::as_str);
        let unfit = || RichDataError::Unfit { name: name.to_owned(), data: data.to_string() };
        Ok(match (name, text) {
            ("Default", _) => Value::Default,
            ("Symbol", Some("default")) => Value::Default,
            ("Symbol", Some(text)) => text.into(),
            ("Sensitive", _) => Value::sensitive(self.read(value.unwrap_or(&Json::Null))?),
            ("Hash", _) => self.read_pairs(value.and_then(Json::as_array).ok_or_else(unfit)?)?,
            ("LocalRef", Some(path)) => {
                let found =
                    follow(self.root, path).ok_or_else(|| RichDataError::Reference(path.to_owned()))?;
                if let Some((_, alias)) = self.aliases.iter().find(|(known, _)| std::ptr::eq(*known, found)) {
                    return Ok(Value::Type(Type::Alias(alias.clone())));
                }
                self.read_followed(found, path)?
            }
            ("Regexp", Some(text)) => {
                Value::Regexp(Arc::new(regexp::Regexp::new(text).map_err(|_| unfit())?))
            }
            ("Binary", Some(text)) => Value::Binary(base64::decode(text).ok_or_else(unfit)?.into()),
            ("SemVer", Some(text)) => {
                Value::SemVer(Arc::new(SemanticVersion::parse(text).map_err(|_| unfit())?))
            }
            ("SemVerRange", Some(text)) => {
                Value::SemVerRange(Arc::new(VersionRange::parse(text).map_err(|_| unfit())?))
            }
            ("Timespan", Some(text)) => Value::Timespan(time::parse_timespan(text).ok_or_else(unfit)?),
            ("Timestamp", Some(text)) => Value::Timestamp(time::parse_timestamp(text).ok_or_else(unfit)?),
            ("URI", Some(text)) => Value::Uri(Arc::new(Uri::parse(text).map_err(|_| unfit())?)),
            (name, _) => match name.strip_prefix("Pcore::").and_then(|rest| rest.strip_suffix("Type")) {
                Some(kind) => Value::Type(self.read_type(kind, entries, data)?.ok_or_else(unfit)?),
                None => self.read_instance(name, entries)?,
            },
        })
    }

    /// What a reference refers to, which must not refer to itself.
    fn read_followed(&mut self, found: &'a Json, path: &str) -> Result<Value, RichDataError> {
        if self.followed.iter().any(|known| std::ptr::eq(*known, found)) {
            return Err(RichDataError::Reference(path.to_owned()));
        }
        self.followed.push(found);
        let value = self.read(found);
        self.followed.pop();
        value
    }

    fn read_pairs(&mut self, pairs: &'a [Json]) -> Result<Value, RichDataError> {
        let mut entries = Map::default();
        for pair in pairs.chunks(2) {
            let key = self.read(pair.first().unwrap_or(&Json::Null))?;
            entries.insert(key, self.read(pair.get(1).unwrap_or(&Json::Null))?);
        }
        Ok(Value::Hash(Arc::new(entries)))
    }

    fn read_instance(&mut self, name: &str, entries: &'a Entries) -> Result<Value, RichDataError> {
        let Some(Type::Object(Some(object))) = self.loader.load(&name.to_lowercase())? else {
            return Err(RichDataError::UnknownType(name.to_owned()));
        };
        let mut values = Map::default();
        for (key, value) in entries.iter().filter(|(key, _)| *key != TYPE) {
            values.insert(key.as_str().into(), self.read(value)?);
        }
        Ok(Value::Object(Instance::from_hash(&object, &values)?))
    }

    /// A type of this kind; absent where the parts do not make one.
    fn read_type(
        &mut self,
        kind: &str,
        entries: &'a Entries,
        data: &'a Json,
    ) -> Result<Option<Type>, RichDataError> {
        if kind == "TypeAlias" {
            return self.read_alias(entries, data);
        }
        let mut parts = Parts(Map::default());
        for (key, value) in entries.iter().filter(|(key, _)| *key != TYPE) {
            let value = if key == "elements" { self.read_elements(value)? } else { self.read(value)? };
            parts.0.insert(key.as_str().into(), value);
        }
        Ok(match kind {
            "Integer" => parts.range(Value::as_integer).map(Type::Integer),
            "Float" => parts.range(number).map(Type::Float),
            "Timespan" => parts
                .range(|value| match value {
                    Value::Timespan(span) => Some(*span),
                    _ => None,
                })
                .map(Type::timespan),
            "Timestamp" => parts
                .range(|value| match value {
                    Value::Timestamp(stamp) => Some(*stamp),
                    _ => None,
                })
                .map(Type::timestamp),
            "String" => match parts.get("size_type_or_value") {
                Some(Value::String(text)) => Some(Type::ExactString(text.clone())),
                _ => Some(Type::String(parts.size("size_type_or_value"))),
            },
            "Enum" => {
                let values = parts.list("values").iter().filter_map(Value::as_str).map(Into::into);
                Some(Type::choices(values, parts.get("case_insensitive").is_some_and(Value::is_truthy)))
            }
            "Object" => {
                let object = ObjectType::new(None);
                match parts.get("_pcore_init_hash") {
                    Some(Value::Hash(init_hash)) if !init_hash.is_empty() => {
                        object.define(&Value::Hash(init_hash.clone()))?;
                        Some(Type::Object(Some(object)))
                    }
                    _ => Some(Type::Object(None)),
                }
            }
            kind => parts.made(kind),
        })
    }

    fn read_elements(&mut self, data: &'a Json) -> Result<Value, RichDataError> {
        let elements = data.as_array().into_iter().flatten();
        let read = |element: &'a Json| match element.as_object() {
            Some(entries) => self.read_entries(entries),
            None => Ok(Value::Undef),
        };
        Ok(Value::Array(elements.map(read).collect::<Result<_, _>>()?))
    }

    fn read_alias(&mut self, entries: &'a Entries, data: &'a Json) -> Result<Option<Type>, RichDataError> {
        let name = entries.get("name").and_then(Json::as_str).unwrap_or_default();
        if let Some(known) = self.loader.load(&name.to_lowercase())? {
            return Ok(Some(known));
        }
        let alias = Alias::new(name);
        self.aliases.push((std::ptr::from_ref(data), alias.clone()));
        let resolved = self.read(entries.get("resolved_type").unwrap_or(&Json::Null));
        self.aliases.pop();
        if let Value::Type(resolved) = resolved? {
            alias.resolve(&resolved).map_err(TypeError::Alias)?;
        }
        Ok(Some(Type::Alias(alias)))
    }
}

/// What stands at a path like `$['a'][0]`.
fn follow<'a>(root: &'a Json, path: &str) -> Option<&'a Json> {
    let mut rest = path.strip_prefix('$')?;
    let mut found = root;
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[')?;
        if let Some(quoted) = inner.strip_prefix('\'') {
            let end = quoted.find("']")?;
            found = found.get(quoted.get(..end)?)?;
            rest = quoted.get(end + 2..)?;
        } else {
            let end = inner.find(']')?;
            let index: usize = inner.get(..end)?.parse().ok()?;
            found = found.get(index).or_else(|| found.get(VALUE)?.get(index))?;
            rest = inner.get(end + 1..)?;
        }
    }
    Some(found)
}
