//! HOCON, the superset of JSON that `hocon_data` reads: comments, paths as keys, values side by side,
//! `${path}`.
//!
//! Left out: `include`, and environment variables as a last resort of `${name}`.

mod parser;
mod resolve;

use values::Value;

use crate::json::JsonError;

/// A value before its references are resolved.
#[derive(Clone, Debug, PartialEq)]
enum Raw {
    /// A scalar, with the text it was written as.
    Scalar(Value, String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// `${path}`, or `${?path}`, which may be missing.
    Reference {
        path: Vec<String>,
        optional: bool,
        line: u32,
    },
    /// Values side by side: texts become one text, objects one object, lists one list.
    Joined(Vec<Self>),
}

/// Reads a text.
pub(crate) fn parse(text: &str) -> Result<Value, JsonError> {
    let root = parser::read(text)?;
    resolve::resolve(&root)
}

/// Puts a value where a path leads to; of two objects there, the new one's entries count and come first.
fn put(entries: &mut Vec<(String, Raw)>, path: &[String], value: Raw) {
    let Some((first, rest)) = path.split_first() else { return };
    let value = if rest.is_empty() {
        value
    } else {
        let mut inner = Vec::new();
        put(&mut inner, rest, value);
        Raw::Object(inner)
    };
    match entries.iter_mut().find(|(key, _)| key == first) {
        Some((_, present)) => {
            let before = std::mem::replace(present, Raw::List(Vec::new()));
            *present = over(value, before);
        }
        None => entries.push((first.clone(), value)),
    }
}

fn over(value: Raw, before: Raw) -> Raw {
    match (value, before) {
        (Raw::Object(mut entries), Raw::Object(before)) => {
            for (key, old) in before {
                match entries.iter_mut().find(|(present, _)| *present == key) {
                    Some((_, present)) => {
                        let new = std::mem::replace(present, Raw::List(Vec::new()));
                        *present = over(new, old);
                    }
                    None => entries.push((key, old)),
                }
            }
            Raw::Object(entries)
        }
        (value, _) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read() {
        let cases = [
            ("a = 1", "{a=1}"),
            ("{a: 1, b.c = x y // z\n d += 2\nd += 3}", "{a=1, b={c=x y}, d=[2, 3]}"),
            ("a { b = 1 }\na.b = 2\na.c = ${a.b}\"!\"", "{a={c=2!, b=2}}"),
            ("a = [1, 2\n3,]\nb = ${a} [4]", "{a=[1, 2, 3], b=[1, 2, 3, 4]}"),
            ("a = ${?nothing}\nb = \"\"\"x\n\"y\"\"\"\"", "{b=x\n\"y\"}"),
            ("a = true\nb = null\nc = 1.5\nd = 10ms\ne = -1e2", "{a=true, b=, c=1.5, d=10ms, e=-100.0}"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(&parse(text).unwrap()), expected, "{text}");
        }
        for text in ["a = ${nothing}", "a = [1", "{a = 1", "a", "a = ${a}", "a = \"x", "include \"b\""] {
            assert!(parse(text).is_err(), "{text}: {:?}", parse(text));
        }
    }

    fn shown(value: &Value) -> String {
        match value {
            Value::Array(elements) => {
                format!("[{}]", elements.iter().map(shown).collect::<Vec<_>>().join(", "))
            }
            Value::Hash(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(key, value)| format!("{key}={}", shown(value))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            other => other.to_string(),
        }
    }
}
