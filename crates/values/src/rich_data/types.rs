//! Types to JSON and back: each is an object of a type `Pcore::...Type`, with its parts by name.

use serde_json::{Map as Object, Value as Json, json};

use super::TYPE;
use super::write::{Options, WriteError, unwritable, write as write_value};
use crate::text;
use crate::types::{Alias, Callable, Range, StructElement, Type};
use crate::value::Value;

/// A type as rich data.
pub(super) fn write(found: &Type, options: &Options) -> Result<Json, WriteError> {
    Writer { options, within: Vec::new(), path: String::from("$") }.write(found)
}

struct Writer<'a> {
    options: &'a Options,
    /// The aliases that are being written, and where.
    within: Vec<(*const Alias, String)>,
    path: String,
}

type Parts = Vec<(&'static str, Json)>;

impl Writer<'_> {
    fn at(&mut self, step: &str, found: &Type) -> Result<Json, WriteError> {
        let length = self.path.len();
        self.path.push_str(step);
        let result = self.write(found);
        self.path.truncate(length);
        result
    }

    fn part(&mut self, name: &'static str, found: &Type) -> Result<(&'static str, Json), WriteError> {
        Ok((name, self.at(&format!("['{name}']"), found)?))
    }

    fn list(&mut self, name: &'static str, types: &[Type]) -> Result<(&'static str, Json), WriteError> {
        let written =
            types.iter().enumerate().map(|(index, found)| self.at(&format!("['{name}'][{index}]"), found));
        Ok((name, Json::Array(written.collect::<Result<_, _>>()?)))
    }

    fn values(&self, values: &[Value]) -> Result<Json, WriteError> {
        Ok(Json::Array(
            values.iter().map(|value| write_value(value, self.options)).collect::<Result<_, _>>()?,
        ))
    }

    fn write(&mut self, found: &Type) -> Result<Json, WriteError> {
        let parts = match found {
            Type::Alias(alias) => return self.alias(alias),
            Type::Object(_) | Type::Parameterized(_) | Type::TypeSet(_) => return self.object(found),
            found => self.parts(found)?,
        };
        let name = format!("Pcore::{}Type", found.simple_name().unwrap_or_default());
        let mut object = Object::new();
        object.insert(TYPE.into(), name.into());
        object.extend(parts.into_iter().map(|(name, value)| (name.to_owned(), value)));
        Ok(Json::Object(object))
    }

    fn parts(&mut self, found: &Type) -> Result<Parts, WriteError> {
        Ok(match found {
            Type::Integer(range) => bounds(range.from().map(Json::from), range.to().map(Json::from)),
            Type::Float(range) => bounds(range.from().map(Json::from), range.to().map(Json::from)),
            Type::Timespan(range) => {
                self.times(range.from().map(Value::Timespan), range.to().map(Value::Timespan))?
            }
            Type::Timestamp(range) => {
                self.times(range.from().map(Value::Timestamp), range.to().map(Value::Timestamp))?
            }
            Type::ExactString(text) => vec![("size_type_or_value", text.as_str().into())],
            Type::String(size) => sized("size_type_or_value", *size),
            Type::Collection(size) => sized("size_type", *size),
            Type::Enum(choices) => {
                let values = choices.values.iter().map(|value| Json::from(value.as_str())).collect();
                let ignores_case = choices.ignores_case.then_some(("case_insensitive", Json::Bool(true)));
                [("values", Json::Array(values))].into_iter().chain(ignores_case).collect()
            }
            Type::Regexp(pattern) => {
                pattern.iter().map(|pattern| ("pattern", text::pattern_text(pattern).into())).collect()
            }
            Type::Pattern(patterns) => {
                let patterns: Vec<Type> =
                    patterns.iter().map(|pattern| Type::Regexp(Some(pattern.clone()))).collect();
                vec![self.list("patterns", &patterns)?]
            }
            found => return self.holder_parts(found),
        })
    }

    /// Parts of types that hold others.
    fn holder_parts(&mut self, found: &Type) -> Result<Parts, WriteError> {
        let inner = |inner: &Option<std::sync::Arc<Type>>, writer: &mut Self| {
            inner.iter().map(|inner| writer.part("type", inner)).collect::<Result<Parts, _>>()
        };
        Ok(match found {
            Type::Array(array) => {
                let sized = sized("size_type", array.size);
                let any = matches!(array.element, Type::Any) && sized.is_empty();
                let element = if any { Vec::new() } else { vec![self.part("element_type", &array.element)?] };
                element.into_iter().chain(sized).collect()
            }
            Type::Hash(hash) => {
                let sized = sized("size_type", hash.size);
                let any_value = matches!(hash.value, Type::Any) && sized.is_empty();
                let mut parts = Vec::new();
                if !any_value || !matches!(hash.key, Type::Any) {
                    parts.push(self.part("key_type", &hash.key)?);
                }
                if !any_value {
                    parts.push(self.part("value_type", &hash.value)?);
                }
                parts.into_iter().chain(sized).collect()
            }
            Type::Tuple(tuple) => {
                let types = self.list("types", &tuple.types)?;
                [types].into_iter().chain(sized("size_type", tuple.size)).collect()
            }
            Type::Struct(elements) => vec![("elements", self.elements(elements)?)],
            Type::Variant(types) => vec![self.list("types", types)?],
            Type::Optional(found) | Type::NotUndef(found) | Type::Type(found) => inner(found, self)?,
            Type::Iterable(found) | Type::Iterator(found) => inner(found, self)?,
            Type::Callable(callable) => self.callable(callable.as_deref())?,
            Type::Class(name) => name.iter().map(|name| ("class_name", (**name).into())).collect(),
            Type::Resource(Some(resource)) => {
                let title = resource.title.iter().map(|title| ("title", title.as_str().into()));
                [("type_name", resource.name.as_str().into())].into_iter().chain(title).collect()
            }
            Type::SemVer(ranges) if !ranges.is_empty() => {
                let ranges: Vec<Value> = ranges.iter().cloned().map(Value::SemVerRange).collect();
                vec![("ranges", self.values(&ranges)?)]
            }
            Type::Uri(Some(parts)) => {
                vec![("parameters", write_value(&Value::Hash(parts.clone()), self.options)?)]
            }
            Type::Init(Some(init)) => {
                let made = self.part("type", &init.made)?;
                let arguments = self.values(&init.arguments)?;
                let arguments = (!init.arguments.is_empty()).then_some(("init_args", arguments));
                [made].into_iter().chain(arguments).collect()
            }
            Type::Runtime(Some(runtime)) => {
                let name = runtime.runtime.as_str();
                let symbol = json!({ TYPE: "Symbol", super::VALUE: name });
                let name = if self.options.symbols { symbol } else { name.into() };
                let pattern =
                    runtime.name.iter().map(|name| Ok(("name_or_pattern", write_value(name, self.options)?)));
                [Ok(("runtime", name))].into_iter().chain(pattern).collect::<Result<_, WriteError>>()?
            }
            Type::Reference(name) => vec![("type_string", name.as_str().into())],
            _ => Vec::new(),
        })
    }

    fn times(&self, from: Option<Value>, to: Option<Value>) -> Result<Parts, WriteError> {
        let written = |value: Option<Value>| value.map(|value| write_value(&value, self.options)).transpose();
        let (from, to) = match (from, to) {
            (Some(from), Some(to)) if from == to => (Some(from.clone()), Some(to)),
            bounds => bounds,
        };
        Ok(bounds(written(from)?, written(to)?))
    }

    fn elements(&mut self, elements: &[StructElement]) -> Result<Json, WriteError> {
        let mut written = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let key = Type::ExactString(element.name.clone());
            let key = if element.optional { Type::optional(key) } else { key };
            let place = format!("['elements'][{index}]");
            written.push(json!({
                TYPE: "Pcore::StructElement",
                "key_type": self.at(&format!("{place}['key_type']"), &key)?,
                "value_type": self.at(&format!("{place}['value_type']"), &element.value)?,
            }));
        }
        Ok(Json::Array(written))
    }

    fn callable(&mut self, callable: Option<&Callable>) -> Result<Parts, WriteError> {
        let unknown = Callable::default();
        let callable = callable.unwrap_or(&unknown);
        let parameters = callable.parameters.clone().map(|tuple| Type::Tuple(std::sync::Arc::new(tuple)));
        let parts = [
            ("param_types", parameters),
            ("block_type", callable.block.clone()),
            ("return_type", callable.returns.clone()),
        ];
        let written = |(name, found): (&'static str, Option<Type>)| match found {
            Some(found) => self.part(name, &found),
            None => Ok((name, Json::Null)),
        };
        parts.into_iter().map(written).collect()
    }

    fn alias(&mut self, alias: &Alias) -> Result<Json, WriteError> {
        let identity = std::ptr::from_ref(alias);
        if let Some((_, place)) = self.within.iter().find(|(known, _)| *known == identity) {
            return Ok(json!({ TYPE: "LocalRef", super::VALUE: place }));
        }
        let Some(resolved) = alias.resolved() else { return Err(WriteError::Type(alias.name.to_string())) };
        self.within.push((identity, self.path.clone()));
        let resolved = self.at("['resolved_type']", resolved);
        self.within.pop();
        Ok(json!({
            TYPE: "Pcore::TypeAliasType",
            "name": alias.name.as_str(),
            "type_expr": null,
            "resolved_type": resolved?,
        }))
    }

    fn object(&mut self, found: &Type) -> Result<Json, WriteError> {
        match found {
            Type::Object(object) => {
                let init_hash = object.as_ref().map(|object| object.init_hash(true)).unwrap_or_default();
                let init_hash = write_value(&Value::Hash(std::sync::Arc::new(init_hash)), self.options)?;
                Ok(json!({ TYPE: "Pcore::ObjectType", "_pcore_init_hash": init_hash }))
            }
            Type::Parameterized(found) => {
                let base = self.at("['base_type']", &Type::Object(Some(found.base.clone())))?;
                let parameters = self.values(&found.written())?;
                Ok(
                    json!({ TYPE: "Pcore::ObjectTypeExtenType", "base_type": base, "init_parameters": parameters }),
                )
            }
            other => Err(unwritable(other)),
        }
    }
}

/// Those that are left out at the end are open.
fn bounds(from: Option<Json>, to: Option<Json>) -> Parts {
    match (from, to) {
        (None, None) => Vec::new(),
        (Some(from), None) => vec![("from", from)],
        (from, Some(to)) => vec![("from", from.unwrap_or(Json::Null)), ("to", to)],
    }
}

fn sized(name: &'static str, size: Range<i64>) -> Parts {
    if size.is_open() {
        return Vec::new();
    }
    let mut object = Object::new();
    object.insert(TYPE.into(), "Pcore::IntegerType".into());
    let parts = bounds(size.from().map(Json::from), size.to().map(Json::from));
    object.extend(parts.into_iter().map(|(name, value)| (name.to_owned(), value)));
    vec![(name, Json::Object(object))]
}
