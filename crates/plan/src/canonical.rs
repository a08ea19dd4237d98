//! A resource's parameters in the form that keys hold: sorted, without what changes no outcome, without
//! secrets, and with long texts as their digests, so that a key can be read.
//!
//! | value | form |
//! | --- | --- |
//! | undef, booleans, numbers | as JSON has them |
//! | text of up to 256 bytes | a string |
//! | longer text, bytes | `{"text": DIGEST, "bytes": N}`, `{"binary": DIGEST, "bytes": N}` |
//! | array | an array |
//! | hash | `{"hash": [[KEY, VALUE], ..]}`, in its own order, which Ruby code may see |
//! | `default`, a word, anything else | `{"default": true}`, `{"symbol": WORD}`, `{"rich": KIND, "text": FORM}` |
//! | secret, and what a secret is part of | `{"sensitive": DIGEST}`, of resource, parameter and value together |

use std::collections::BTreeMap;

use catalog::{Resource, Value};
use serde_json::{Value as Json, json};
use sha256::Digest;

use crate::secrets::Secrets;

/// Texts up to this length are shown as they are.
const SHOWN: usize = 256;

/// Relationships are in the key as order and events, the rest bears on messages alone.
const LEFT_OUT: [&str; 7] = ["require", "before", "notify", "subscribe", "tag", "alias", "loglevel"];

/// Parameters by name.
pub(crate) fn parameters(resource: &Resource, secrets: &Secrets) -> BTreeMap<String, Json> {
    let kind = resources::types::find(&resource.reference.declared_type());
    let counts =
        |name: &str| !LEFT_OUT.contains(&name) || kind.is_some_and(|kind| kind.attribute(name).is_some());
    let parameters =
        resource.parameters.iter().filter(|(name, value)| counts(name) && *value != Value::Undef);
    let form = |name: &str, value: &Value| {
        if resource.sensitive.iter().any(|secret| secret == name) || secrets.occur_in(value) {
            let told = json!([resource.reference.to_string(), name, shown(value)]);
            return json!({ "sensitive": Digest::of(format!("effigy sensitive value 1\n{told}")) });
        }
        shown(value)
    };
    parameters.map(|(name, value)| (name.clone(), form(name, value))).collect()
}

/// For people and programs: what is long is a digest.
fn shown(value: &Value) -> Json {
    match value {
        Value::Text(text) if text.len() > SHOWN => json!({"text": Digest::of(text), "bytes": text.len()}),
        Value::Binary(bytes) => json!({"binary": Digest::of(bytes), "bytes": bytes.len()}),
        Value::List(elements) => elements.iter().map(shown).collect(),
        Value::Hash(entries) => {
            let pair = |(key, value): &(Value, Value)| json!([shown(key), shown(value)]);
            json!({ "hash": entries.iter().map(pair).collect::<Json>() })
        }
        Value::Rich { kind, text } => json!({"rich": kind, "text": shown(&Value::text(text.as_str()))}),
        Value::Undef => Json::Null,
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Text(text) => json!(text),
        Value::Symbol(word) => json!({ "symbol": word }),
        Value::Default => json!({ "default": true }),
    }
}
