//! Values within types, and as a program would write them; Object types and sets of types with their parts.

use super::Type;
use super::text::Writer;
use crate::object::{ObjectType, TypeSet};
use crate::text::{delimited_pattern, float, quoted};
use crate::value::{Map, Value};

/// A value as a manifest would write it; what is sensitive is left out.
pub(crate) fn write_value(value: &Value) -> String {
    let mut writer = Writer::default();
    writer.value(value);
    writer.out
}

impl Writer {
    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Undef => self.push("undef"),
            Value::Default => self.push("default"),
            Value::Boolean(value) => self.push(&value.to_string()),
            Value::Integer(value) => self.push(&value.to_string()),
            Value::Float(value) => self.push(&float(*value)),
            Value::String(text) => self.push(&quoted(text)),
            Value::Array(elements) => self.elements(elements),
            Value::Hash(entries) => self.entries(entries, Self::value, Self::value),
            Value::Regexp(pattern) => self.push(&delimited_pattern(pattern)),
            Value::SemVer(version) => self.push(&format!("'{version}'")),
            Value::SemVerRange(range) => self.push(&format!("'{range}'")),
            Value::Timespan(span) => self.push(&format!("'{span}'")),
            Value::Timestamp(stamp) => self.push(&format!("'{stamp}'")),
            Value::Uri(uri) => self.push(&format!("URI({})", quoted(&uri.to_string()))),
            Value::Type(found) => self.write(found),
            Value::Object(instance) => {
                self.push(instance.object.label());
                self.push("(");
                self.entries(&instance.init_hash(), Self::value, Self::value);
                self.push(")");
            }
            other => {
                self.push("Instance of ");
                self.write(&super::infer(other));
            }
        }
    }

    fn elements(&mut self, elements: &[Value]) {
        self.push("[");
        for (index, element) in elements.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            self.value(element);
        }
        self.push("]");
    }

    fn entries(&mut self, entries: &Map, key: impl Fn(&mut Self, &Value), value: impl Fn(&mut Self, &Value)) {
        self.push("{");
        for (index, (name, found)) in entries.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            key(self, name);
            self.push(" => ");
            value(self, found);
        }
        self.push("}");
    }

    /// A name as it stands in init hashes: without quotes.
    fn name(&mut self, name: &Value) {
        self.push(name.as_str().unwrap_or_default());
    }

    pub(super) fn write_object(&mut self, found: &Type) {
        match found {
            Type::Object(None) if self.expanded => self.push("Object[{}]"),
            Type::Object(None) => self.push("Object"),
            Type::Object(Some(object)) if self.expanded => self.write_definition(object),
            Type::Object(Some(object)) => self.push(object.label()),
            Type::Parameterized(found) => {
                self.push(found.base.label());
                self.elements(&found.written());
            }
            Type::TypeSet(None) if self.expanded => self.push(
                "TypeSet[{pcore_uri => 'http://puppet.com/2016.1/pcore', pcore_version => '1.0.0', \
                 name_authority => 'http://puppet.com/2016.1/runtime', name => 'DefaultTypeSet', version => '0.0.0'}]",
            ),
            Type::TypeSet(None) => self.push("TypeSet"),
            Type::TypeSet(Some(set)) => self.write_type_set(set),
            _ => {}
        }
    }

    fn write_definition(&mut self, object: &ObjectType) {
        self.expanded = false;
        self.push("Object[{");
        for (index, (name, value)) in object.init_hash(true).iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            self.name(name);
            self.push(" => ");
            match (name.as_str(), value) {
                (Some("attributes" | "functions"), Value::Hash(members)) => {
                    self.entries(members, Self::value, Self::member);
                }
                (_, value) => self.value(value),
            }
        }
        self.push("}]");
        self.expanded = true;
    }

    /// `{type => Integer, kind => constant}`, or a type.
    fn member(&mut self, found: &Value) {
        let Value::Hash(entries) = found else { return self.value(found) };
        self.push("{");
        for (index, (name, value)) in entries.iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            self.name(name);
            self.push(" => ");
            match (name.as_str(), value) {
                (Some("kind"), Value::String(kind)) => self.push(kind),
                (_, value) => self.value(value),
            }
        }
        self.push("}");
    }

    fn write_type_set(&mut self, set: &TypeSet) {
        self.push("TypeSet[{");
        for (index, (name, value)) in set.init_hash().iter().enumerate() {
            self.push(if index == 0 { "" } else { ", " });
            self.name(name);
            self.push(" => ");
            match (name.as_str(), value) {
                (Some("types" | "references"), Value::Hash(members)) => {
                    self.entries(members, Self::name, Self::value);
                }
                (_, value) => self.value(value),
            }
        }
        self.push("}]");
    }
}
