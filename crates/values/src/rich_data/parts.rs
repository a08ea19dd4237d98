//! Types made of their parts, as rich data has them.

use std::sync::Arc;

use crate::object::Parameterized;
use crate::types::{Callable, InitType, Range, RuntimeType, Size, StructElement, TupleType, Type, known};
use crate::value::{Map, Text, Value};

pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        #[expect(clippy::cast_precision_loss, reason = "a bound written without a point")]
        Value::Integer(value) => Some(*value as f64),
        _ => None,
    }
}

/// The parts of a type by name.
pub(super) struct Parts(pub(super) Map);

impl Parts {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(&Text(name))
    }

    pub(super) fn found(&self, name: &str) -> Option<Type> {
        self.get(name).and_then(Value::as_type).cloned()
    }

    pub(super) fn list(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], |elements| elements.as_slice())
    }

    pub(super) fn types(&self, name: &str) -> Vec<Type> {
        self.list(name).iter().filter_map(Value::as_type).cloned().collect()
    }

    pub(super) fn size(&self, name: &str) -> Size {
        match self.get(name) {
            Some(Value::Type(Type::Integer(range))) => Size::of_integers(*range),
            _ => Range::Any,
        }
    }

    pub(super) fn range<T: Copy + PartialOrd>(&self, read: impl Fn(&Value) -> Option<T>) -> Option<Range<T>> {
        Some(Range::new(self.get("from").and_then(&read), self.get("to").and_then(&read)))
    }

    pub(super) fn inner(&self) -> Option<Arc<Type>> {
        self.found("type").map(Arc::new)
    }

    pub(super) fn made(&self, kind: &str) -> Option<Type> {
        let text = |name: &str| self.get(name).and_then(Value::as_str);
        Some(match kind {
            "Unit" => Type::Unit,
            "Boolean" => Type::Boolean(None),
            "Regexp" => Type::Regexp(match text("pattern") {
                Some(source) => Some(Arc::new(regexp::Regexp::new(source).ok()?)),
                None => None,
            }),
            "Pattern" => Type::Pattern(
                self.types("patterns")
                    .into_iter()
                    .filter_map(|found| match found {
                        Type::Regexp(pattern) => pattern,
                        _ => None,
                    })
                    .collect(),
            ),
            "Collection" => Type::Collection(self.size("size_type")),
            "Array" => Type::array(self.found("element_type").unwrap_or(Type::Any), self.size("size_type")),
            "Hash" => {
                let part = |name: &str| self.found(name).unwrap_or(Type::Any);
                Type::hash(part("key_type"), part("value_type"), self.size("size_type"))
            }
            kind => return self.made_holder(kind),
        })
    }

    /// Types that hold others, and those without parts.
    fn made_holder(&self, kind: &str) -> Option<Type> {
        let text = |name: &str| self.get(name).and_then(Value::as_str);
        Some(match kind {
            "Tuple" => Type::tuple(self.types("types"), self.size("size_type")),
            "Struct" => Type::structure(self.list("elements").iter().map(element).collect::<Option<_>>()?),
            "Variant" => Type::Variant(self.types("types").into()),
            "Optional" => Type::Optional(self.inner()),
            "NotUndef" => Type::NotUndef(self.inner()),
            "Type" => Type::Type(self.inner()),
            "Iterable" => Type::Iterable(self.inner()),
            "Iterator" => Type::Iterator(self.inner()),
            "Callable" => {
                let parameters = match self.found("param_types") {
                    Some(Type::Tuple(tuple)) => Some((*tuple).clone()),
                    _ => None::<TupleType>,
                };
                let callable = Callable {
                    parameters,
                    block: self.found("block_type"),
                    returns: self.found("return_type"),
                };
                Type::Callable((callable != Callable::default()).then(|| Arc::new(callable)))
            }
            "Class" => Type::Class(text("class_name").map(Into::into)),
            "Resource" => match text("type_name") {
                Some(name) => Type::resource(name, text("title").map(Into::into)),
                None => Type::Resource(None),
            },
            "SemVer" => Type::SemVer(
                self.list("ranges")
                    .iter()
                    .filter_map(|range| match range {
                        Value::SemVerRange(range) => Some(range.clone()),
                        _ => None,
                    })
                    .collect(),
            ),
            "URI" => Type::Uri(match self.get("parameters") {
                Some(Value::Hash(parts)) => Some(parts.clone()),
                _ => None,
            }),
            "Init" => Type::Init(
                self.found("type")
                    .map(|made| Arc::new(InitType { made, arguments: self.list("init_args").to_vec() })),
            ),
            "Runtime" => Type::Runtime(text("runtime").map(|runtime| {
                Arc::new(RuntimeType { runtime: runtime.into(), name: self.get("name_or_pattern").cloned() })
            })),
            "TypeReference" => Type::Reference(text("type_string")?.into()),
            "ObjectTypeExten" => {
                let Some(Type::Object(Some(base))) = self.found("base_type") else { return None };
                let found = Parameterized::new(&base, self.list("init_parameters")).ok()?;
                Type::Parameterized(Arc::new(found))
            }
            kind => known::by_name(&kind.to_lowercase())?,
        })
    }
}

fn element(found: &Value) -> Option<StructElement> {
    let entries = found.as_hash()?;
    let part = |name: &str| entries.get(&Text(name)).and_then(Value::as_type);
    let (name, optional) = match part("key_type")? {
        Type::ExactString(name) => (name, false),
        Type::Optional(Some(inner)) => match inner.as_ref() {
            Type::ExactString(name) => (name, true),
            _ => return None,
        },
        _ => return None,
    };
    Some(StructElement { name: name.clone(), optional, value: part("value_type")?.clone() })
}
