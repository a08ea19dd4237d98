//! From Puppet's JSON to the types of this crate.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::{Catalog, Edge, Error, Reference, Resource, Value};

pub(crate) fn parse(bytes: &[u8]) -> Result<Catalog, Error> {
    catalog(&serde_json::from_slice(bytes)?)
}

pub(crate) fn catalog(json: &Json) -> Result<Catalog, Error> {
    let form = |place: &str, expected| Error::Form { place: place.to_owned(), expected };
    let listed = json.get("resources").and_then(Json::as_array).ok_or_else(|| form("resources", "list"))?;
    let mut resources = Vec::with_capacity(listed.len());
    let mut places = HashMap::new();
    for (index, one) in listed.iter().enumerate() {
        let found = resource(one).ok_or_else(|| form(&format!("resources/{index}"), "type and title"))?;
        // Old Puppets and other writers differ in the case of types; references are compared as Puppet does.
        places.insert(found.reference.clone(), resources.len());
        resources.push(found);
    }
    let mut edges = Vec::new();
    for edge in json.get("edges").and_then(Json::as_array).into_iter().flatten() {
        let end = |name: &str| {
            let text = edge.get(name).and_then(Json::as_str).unwrap_or_default();
            let place = Reference::parse(text).and_then(|reference| places.get(&reference).copied());
            place.ok_or_else(|| Error::UnknownReference(text.to_owned()))
        };
        edges.push(Edge { source: end("source")?, target: end("target")? });
    }
    let text = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    Ok(Catalog {
        name: text("name"),
        environment: text("environment"),
        resources,
        edges,
        classes: strings(json.get("classes")),
    })
}

fn resource(json: &Json) -> Option<Resource> {
    let text = |name: &str| json.get(name).and_then(Json::as_str);
    let parameters = json.get("parameters").and_then(Json::as_object);
    Some(Resource {
        reference: Reference::new(text("type")?, text("title")?),
        tags: strings(json.get("tags")),
        file: text("file").map(str::to_owned),
        line: json.get("line").and_then(Json::as_u64).map(|line| line as u32),
        exported: json.get("exported").and_then(Json::as_bool).unwrap_or_default(),
        defined: text("kind") == Some("defined_type"),
        parameters: parameters
            .into_iter()
            .flatten()
            .map(|(name, parameter)| (name.clone(), value(parameter)))
            .collect(),
        sensitive: strings(json.get("sensitive_parameters")),
    })
}

fn strings(json: Option<&Json>) -> Vec<String> {
    let list = json.and_then(Json::as_array).into_iter().flatten();
    list.filter_map(Json::as_str).map(str::to_owned).collect()
}

/// A value in Puppet's rich data form.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Undef,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(elements) => Value::List(elements.iter().map(value).collect()),
        Json::Object(fields) => match fields.get("__ptype").and_then(Json::as_str) {
            None => Value::Hash(
                fields.iter().map(|(key, field)| (Value::text(key.as_str()), value(field))).collect(),
            ),
            Some(kind) => rich(kind, fields.get("__pvalue"), json),
        },
    }
}

fn rich(kind: &str, inner: Option<&Json>, whole: &Json) -> Value {
    let text = || inner.and_then(Json::as_str).unwrap_or_default();
    match kind {
        "Binary" => match base64(text()) {
            Some(bytes) => Value::Binary(bytes),
            None => Value::Rich { kind: kind.to_owned(), text: text().to_owned() },
        },
        "Default" => Value::Default,
        "Symbol" => Value::symbol(text()),
        "Sensitive" => inner.map_or(Value::Undef, value),
        "Hash" => {
            let parts: Vec<Value> = inner.and_then(Json::as_array).into_iter().flatten().map(value).collect();
            Value::Hash(parts.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect())
        }
        "SemVer" | "Regexp" | "Timestamp" | "Timespan" => {
            Value::Rich { kind: kind.to_owned(), text: text().to_owned() }
        }
        _ => Value::Rich { kind: kind.to_owned(), text: whole.to_string() },
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_is_read() {
        let text = r#"{"name":"n","environment":"production","classes":["settings"],"resources":[
            {"type":"Stage","title":"main","tags":["stage"]},
            {"type":"File","title":"/x","line":3,"parameters":{"mode":"0644","content":{"__ptype":"Binary","__pvalue":"aGk="},
             "h":{"__ptype":"Hash","__pvalue":[1,"a"]},"p":5},"sensitive_parameters":["content"]}],
            "edges":[{"source":"Stage[main]","target":"File[/x]"}]}"#;
        let catalog = Catalog::parse(text.as_bytes()).unwrap();
        let file = &catalog.resources[1];
        assert_eq!(file.parameter("content"), Some(&Value::Binary(b"hi".to_vec())));
        assert_eq!(file.parameter("h"), Some(&Value::Hash(vec![(Value::Integer(1), "a".into())])));
        assert_eq!((file.line, file.sensitive.as_slice()), (Some(3), &["content".to_owned()][..]));
        assert_eq!(catalog.edges, [Edge { source: 0, target: 1 }]);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, expected) in [
            ("{", "the catalog is not JSON"),
            ("{}", "the catalog has no list at `resources`"),
            (r#"{"resources":[{}]}"#, "the catalog has no type and title at `resources/0`"),
            (
                r#"{"resources":[],"edges":[{"source":"A[b]"}]}"#,
                "the catalog's edges name `A[b]`, which is not among its resources",
            ),
        ] {
            assert_eq!(Catalog::parse(text.as_bytes()).unwrap_err().to_string(), expected);
        }
    }
}
