//! Instances of Object types and URIs, which formats show as a manifest would write them.

use super::container::Indentation;
use super::error::FormatError;
use super::kernel;
use super::specification::Specification;
use crate::object::Instance;
use crate::text::{float, program, quoted};
use crate::uri::Uri;
use crate::value::{Map, Value};

/// `%p`, indented where the containers around it are; `%s` and `%q` are one line always.
pub(super) fn instance(
    instance: &std::sync::Arc<Instance>,
    format: &Specification,
    indentation: Indentation,
) -> Result<String, FormatError> {
    match format.letter {
        'p' if format.alternate || indentation.active => {
            let mut writer = Writer { out: String::new(), level: indentation.level };
            writer.instance(instance);
            Ok(writer.out)
        }
        'p' | 's' | 'q' => Ok(program(&Value::Object(instance.clone()))),
        found => Err(FormatError::Illegal { kind: "Object", found, expected: "spq" }),
    }
}

/// `%p` as a manifest writes it, `%s` without quotes or with `#` between them.
pub(super) fn uri(uri: &Uri, format: &Specification, _: Indentation) -> Result<String, FormatError> {
    let text = uri.to_string();
    match format.letter {
        'p' => Ok(format!("URI({})", quoted(&text))),
        's' if format.alternate => kernel::apply(&format.text, &[quoted(&text).into()]),
        's' => kernel::apply(&format.text, &[text.into()]),
        found => Err(FormatError::Illegal { kind: "URI", found, expected: "sp" }),
    }
}

/// The longest row of an array's elements.
const LINE: usize = 100;

struct Writer {
    out: String,
    level: usize,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(elements) => self.array(elements),
            Value::Hash(entries) => self.hash(entries),
            Value::Object(instance) => self.instance(instance),
            other => self.out.push_str(&program(other)),
        }
    }

    fn instance(&mut self, instance: &Instance) {
        self.out.push_str(instance.object.label());
        self.out.push('(');
        self.hash(&instance.init_hash());
        self.out.push(')');
    }

    fn hash(&mut self, entries: &Map) {
        self.out.push('{');
        self.level += 1;
        for (index, (key, value)) in entries.iter().enumerate() {
            self.out.push_str(if index == 0 { "" } else { "," });
            self.line();
            self.value(key);
            self.out.push_str(" => ");
            self.value(value);
        }
        self.level -= 1;
        self.line();
        self.out.push('}');
    }

    fn array(&mut self, elements: &[Value]) {
        let short =
            elements.is_empty() || LINE.saturating_sub(2 * self.level) > elements.iter().map(length).sum();
        self.out.push('[');
        self.level += 1;
        for (index, element) in elements.iter().enumerate() {
            match (index, short) {
                (0, true) => {}
                (_, true) => self.out.push_str(", "),
                (index, false) => {
                    self.out.push_str(if index == 0 { "" } else { "," });
                    self.line();
                }
            }
            self.value(element);
        }
        self.level -= 1;
        if !short {
            self.line();
        }
        self.out.push(']');
    }

    fn line(&mut self) {
        self.out.truncate(self.out.trim_end().len());
        self.out.push('\n');
        self.out.push_str(&"  ".repeat(self.level));
    }
}

/// What an element takes of a row; what holds others takes more than there is.
fn length(value: &Value) -> usize {
    match value {
        Value::Undef => 3,
        Value::Default => 8,
        Value::Boolean(value) => value.to_string().len(),
        Value::Integer(value) => value.to_string().len(),
        Value::Float(value) => float(*value).len(),
        Value::String(text) => 2 + text.chars().count(),
        Value::Array(elements) if elements.is_empty() => 2,
        Value::Hash(entries) if entries.is_empty() => 2,
        _ => 1_000,
    }
}
