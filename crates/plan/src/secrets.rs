//! Secrets of a catalog: which parameters hold one, and whether one has got into another value.

use catalog::{Catalog, Value};
use serde_json::Value as Json;
use sha256::Digest;

/// Shorter secrets would be found in everything.
const LEAST: usize = 6;

/// The texts of all secrets. Code that unwraps a secret and puts it into a file's content takes the mark off;
/// the secret is one all the same.
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let mut texts = Vec::new();
        for resource in &catalog.resources {
            for name in &resource.sensitive {
                collect(resource.parameter(name), &mut texts);
            }
        }
        // The longest first: it may hold another.
        texts.sort_by_key(|text| (std::cmp::Reverse(text.len()), text.clone()));
        texts.dedup();
        Self(texts)
    }

    /// A text with digests in the place of secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                let digest = Digest::of(format!("effigy sensitive text 1\n{secret}"));
                text = text.replace(secret.as_str(), &format!("<secret {}>", digest.short()));
            }
        }
        text
    }

    /// Whether one of them is part of a value.
    pub(crate) fn occur_in(&self, value: &Value) -> bool {
        let occurs = |text: &str| self.0.iter().any(|secret| text.contains(secret.as_str()));
        match value {
            Value::Text(text) | Value::Symbol(text) | Value::Rich { text, .. } => occurs(text),
            Value::Binary(bytes) => occurs(&String::from_utf8_lossy(bytes)),
            Value::List(elements) => elements.iter().any(|element| self.occur_in(element)),
            Value::Hash(entries) => {
                entries.iter().any(|(key, value)| self.occur_in(key) || self.occur_in(value))
            }
            Value::Undef | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Default => false,
        }
    }
}

fn collect(value: Option<&Value>, texts: &mut Vec<String>) {
    match value {
        Some(Value::Text(text)) if text.len() >= LEAST => texts.push(text.clone()),
        Some(Value::List(elements)) => elements.iter().for_each(|element| collect(Some(element), texts)),
        Some(Value::Hash(entries)) => entries.iter().for_each(|(_, value)| collect(Some(value), texts)),
        _ => {}
    }
}

/// A text about a catalog, a resource's name or a path, as plans and records write it: with digests in the
/// place of the catalog's secrets, which code may have put into a title.
pub fn redact(catalog: &Catalog, text: &str) -> String {
    Secrets::of(catalog).redact(text)
}

/// Marks parameters that hold a secret somewhere inside, a hash's value for instance, as secret altogether:
/// Puppet's JSON lists only those that are secrets themselves. `json` is the text that `catalog` was read
/// from.
pub fn mark_secrets(catalog: &mut Catalog, json: &Json) {
    let listed = json.get("resources").and_then(Json::as_array).into_iter().flatten();
    for (resource, json) in catalog.resources.iter_mut().zip(listed) {
        let parameters = json.get("parameters").and_then(Json::as_object).into_iter().flatten();
        for (name, _) in parameters.filter(|(_, value)| holds_secret(value)) {
            if !resource.sensitive.contains(name) {
                resource.sensitive.push(name.clone());
            }
        }
    }
}

fn holds_secret(json: &Json) -> bool {
    match json {
        Json::Array(elements) => elements.iter().any(holds_secret),
        Json::Object(fields) => {
            fields.get("__ptype").and_then(Json::as_str) == Some("Sensitive")
                || fields.values().any(holds_secret)
        }
        _ => false,
    }
}
