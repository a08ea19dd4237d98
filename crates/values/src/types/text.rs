//! Types as texts: as they are written in manifests.

use std::fmt;
use std::sync::Arc;

use ecow::EcoString;

use super::guard::{Guard, THIS};
use super::{Alias, Callable, Range, StructElement, TupleType, Type, builtin};
use crate::text::float;

/// What it is; at the top, an alias is told with what it stands for, and an Object type with its parts.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expands = matches!(self, Self::Alias(_) | Self::Object(_) | Self::TypeSet(_));
        let mut writer = Writer { expanded: expands, ..Writer::default() };
        writer.write(self);
        f.write_str(&writer.out)
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut writer = Writer::default();
        writer.write(self);
        f.write_str(&writer.out)
    }
}

/// A type with all aliases in it told with what they stand for, as messages show it.
pub struct Expanded<'a>(pub &'a Type);

impl fmt::Display for Expanded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut writer = Writer { expanded: true, ..Writer::default() };
        writer.write(self.0);
        f.write_str(&writer.out)
    }
}

/// `apache::vhost` is `Apache::Vhost`; what begins with a capital stays as it is.
pub fn capitalized_segments(name: &str) -> EcoString {
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return name.into();
    }
    let capitalized = |segment: &str| {
        let mut characters = segment.chars();
        let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + &characters.as_str().to_lowercase()
    };
    name.split("::").map(capitalized).collect::<Vec<_>>().join("::").into()
}

/// A text in the making.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) out: String,
    pub(super) expanded: bool,
    guard: Guard,
}

impl Writer {
    pub(super) fn write(&mut self, found: &Type) {
        match found {
            Type::Any => self.push("Any"),
            Type::Unit => self.push("Unit"),
            Type::Undef => self.push("Undef"),
            Type::Default => self.push("Default"),
            Type::Scalar => self.push("Scalar"),
            Type::ScalarData => self.push("ScalarData"),
            Type::Numeric => self.push("Numeric"),
            Type::Binary => self.push("Binary"),
            Type::CatalogEntry => self.push("CatalogEntry"),
            Type::SemVerRange => self.push("SemVerRange"),
            Type::Integer(range) => self.with_parts("Integer", integers(*range)),
            Type::Float(range) => self.with_parts("Float", floats(*range)),
            Type::String(size) => self.with_parts("String", integers(*size)),
            Type::Collection(size) => self.with_parts("Collection", integers(*size)),
            Type::ExactString(_) => self.push("String"),
            Type::Boolean(value) => {
                self.with_parts("Boolean", value.map(|value| value.to_string()).into_iter().collect())
            }
            Type::Enum(choices) => {
                let mut parts: Vec<String> =
                    choices.values.iter().map(|value| crate::text::quoted(value)).collect();
                if choices.ignores_case && !parts.is_empty() {
                    parts.push("true".into());
                }
                self.with_parts("Enum", parts);
            }
            Type::Pattern(patterns) => {
                let parts = patterns.iter().map(|pattern| crate::text::delimited_pattern(pattern)).collect();
                self.with_parts("Pattern", parts);
            }
            Type::Regexp(pattern) => {
                let part = pattern.as_ref().map(|pattern| crate::text::delimited_pattern(pattern));
                self.with_parts("Regexp", part.into_iter().collect());
            }
            Type::Class(name) => self.with_parts("Class", name.iter().map(ToString::to_string).collect()),
            Type::Resource(None) => self.push("Resource"),
            Type::Resource(Some(resource)) => {
                let title = resource.title.as_ref().map(|title| crate::text::quoted(title));
                self.with_parts(&resource.name, title.into_iter().collect());
            }
            Type::SemVer(ranges) => {
                self.with_parts("SemVer", ranges.iter().map(|range| format!("'{range}'")).collect());
            }
            Type::Timespan(range) => self.with_parts("Timespan", times(range.from(), range.to())),
            Type::Timestamp(range) => self.with_parts("Timestamp", times(range.from(), range.to())),
            Type::Reference(name) => self.with_parts("TypeReference", vec![crate::text::quoted(name)]),
            other => self.write_holder(other),
        }
    }

    /// Types that hold others.
    fn write_holder(&mut self, found: &Type) {
        match found {
            Type::Array(array) if array.size == Range::Between(0, 0) => self.push("Array[0, 0]"),
            Type::Array(_) if *found == Type::any_array() => self.push("Array"),
            Type::Array(array) => self.sized("Array", &[&array.element], integers(array.size)),
            Type::Hash(hash) if hash.size == Range::Between(0, 0) => self.push("Hash[0, 0]"),
            Type::Hash(_) if *found == Type::any_hash() => self.push("Hash"),
            Type::Hash(hash) => self.sized("Hash", &[&hash.key, &hash.value], integers(hash.size)),
            Type::Tuple(tuple) if tuple.types.is_empty() => self.push("Tuple"),
            Type::Tuple(tuple) => {
                let types: Vec<&Type> = tuple.types.iter().collect();
                self.sized("Tuple", &types, integers(tuple.size));
            }
            Type::Struct(elements) => self.write_struct(elements),
            Type::Variant(types) => self.list("Variant", types.iter()),
            Type::Optional(inner) => self.write_key("Optional", inner.as_deref()),
            Type::NotUndef(inner) => self.write_key("NotUndef", inner.as_deref()),
            Type::Type(inner) => self.list("Type", inner.as_deref().into_iter()),
            Type::Iterable(inner) => self.list("Iterable", inner.as_deref().into_iter()),
            Type::Iterator(inner) => self.list("Iterator", inner.as_deref().into_iter()),
            Type::Sensitive(inner) => self.list("Sensitive", inner.as_deref().into_iter()),
            Type::Callable(None) => self.push("Callable"),
            Type::Callable(Some(callable)) => self.write_callable(callable),
            Type::Init(None) => self.push("Init"),
            Type::Init(Some(init)) => {
                self.push("Init[");
                self.write(&init.made);
                for argument in &init.arguments {
                    self.push(", ");
                    self.value(argument);
                }
                self.push("]");
            }
            Type::Uri(None) => self.push("URI"),
            Type::Uri(Some(parts)) => {
                self.push("URI[");
                self.value(&crate::value::Value::Hash(parts.clone()));
                self.push("]");
            }
            Type::Runtime(None) => self.push("Runtime"),
            Type::Runtime(Some(runtime)) => {
                self.push("Runtime[");
                self.push(&runtime.runtime);
                self.push(", ");
                self.value(runtime.name.as_ref().unwrap_or(&crate::value::Value::Undef));
                self.push("]");
            }
            Type::Alias(alias) => self.write_alias(alias),
            other => self.write_object(other),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn with_parts(&mut self, name: &str, parts: Vec<String>) {
        self.push(name);
        if !parts.is_empty() {
            self.push("[");
            self.push(&parts.join(", "));
            self.push("]");
        }
    }

    fn list<'a>(&mut self, name: &str, types: impl Iterator<Item = &'a Type>) {
        self.push(name);
        let mut count = 0;
        for found in types {
            self.push(if count == 0 { "[" } else { ", " });
            self.write(found);
            count += 1;
        }
        self.push(if count == 0 { "" } else { "]" });
    }

    fn sized(&mut self, name: &str, types: &[&Type], size: Vec<String>) {
        self.push(name);
        self.push("[");
        for (index, found) in types.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            self.write(found);
        }
        for part in size {
            self.push(", ");
            self.push(&part);
        }
        self.push("]");
    }

    /// `Optional['key']` is written with its text.
    fn write_key(&mut self, name: &str, inner: Option<&Type>) {
        match inner {
            Some(Type::ExactString(text)) => self.with_parts(name, vec![crate::text::quoted(text)]),
            Some(Type::Any) if name == "NotUndef" => self.push(name),
            inner => self.list(name, inner.into_iter()),
        }
    }

    fn write_struct(&mut self, elements: &[StructElement]) {
        if elements.is_empty() {
            return self.push("Struct");
        }
        self.push("Struct[{");
        for (index, element) in elements.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            let key = crate::text::quoted(&element.name);
            match (element.optional, element.value.takes_undef()) {
                (true, false) => self.with_parts("Optional", vec![key]),
                (false, true) => self.with_parts("NotUndef", vec![key]),
                _ => self.push(&key),
            }
            self.push(" => ");
            self.write(&element.value);
        }
        self.push("}]");
    }

    fn write_callable(&mut self, callable: &Callable) {
        self.push("Callable[");
        match (&callable.parameters, &callable.returns) {
            (Some(parameters), None) => self.write_parameters(parameters, callable.block.as_ref()),
            (Some(parameters), Some(returns)) => {
                self.push("[");
                self.write_parameters(parameters, callable.block.as_ref());
                self.push("], ");
                self.write(returns);
            }
            (None, returns) => {
                self.push("[], ");
                self.write(returns.as_ref().unwrap_or(&Type::Any));
            }
        }
        self.push("]");
    }

    fn write_parameters(&mut self, parameters: &TupleType, block: Option<&Type>) {
        let mut separator = "";
        for found in parameters.types.iter().filter(|found| !matches!(found, Type::Unit)) {
            self.push(separator);
            self.write(found);
            separator = ", ";
        }
        let size = if parameters.types.is_empty() {
            vec!["0".into(), "0".into()]
        } else {
            integers(parameters.size)
        };
        for part in size {
            self.push(separator);
            self.push(&part);
            separator = ", ";
        }
        if let Some(block) = block {
            self.push(separator);
            self.write(block);
        }
    }

    fn write_alias(&mut self, alias: &Arc<Alias>) {
        if !self.expanded || !alias.is_recursive() {
            return self.write_alias_as(alias, self.expanded);
        }
        let mut guard = std::mem::take(&mut self.guard);
        guard.with_this(alias.identity(), |guard, state| {
            std::mem::swap(&mut self.guard, guard);
            self.write_alias_as(alias, state & THIS == 0);
            std::mem::swap(&mut self.guard, guard);
        });
        self.guard = guard;
    }

    fn write_alias_as(&mut self, alias: &Alias, expanded: bool) {
        self.push(&alias.name);
        if let Some(resolved) =
            alias.resolved().filter(|_| expanded && !builtin::is_builtin_alias(&alias.name))
        {
            self.push(" = ");
            self.write(resolved);
        }
    }
}

fn integers(range: Range<i64>) -> Vec<String> {
    bounds(range.from().map(|from| from.to_string()), range.to().map(|to| to.to_string()))
}

fn floats(range: Range<f64>) -> Vec<String> {
    bounds(range.from().map(float), range.to().map(float))
}

fn bounds(from: Option<String>, to: Option<String>) -> Vec<String> {
    if from.is_none() && to.is_none() {
        return Vec::new();
    }
    [Some(from.unwrap_or_else(|| "default".into())), to].into_iter().flatten().collect()
}

fn times<T: fmt::Display + PartialEq>(from: Option<T>, to: Option<T>) -> Vec<String> {
    if from.is_none() && to.is_none() {
        return Vec::new();
    }
    let mut parts = vec![from.as_ref().map_or_else(|| "default".into(), |from| format!("'{from}'"))];
    parts.extend(to.filter(|to| from.as_ref() != Some(to)).map(|to| format!("'{to}'")));
    parts
}
