//! Rich data: values as JSON, as catalogs have them.
//!
//! What JSON cannot say becomes an object with `__ptype`: `{"__ptype": "Timestamp", "__pvalue": "..."}`.
//! References to parts of the same text (`LocalRef`) are read, and written only where a type holds itself.

mod parts;
mod read;
mod types;
mod write;

pub use read::{RichDataError, read};
pub use write::{Options, WriteError, write};

const TYPE: &str = "__ptype";
const VALUE: &str = "__pvalue";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::types::builtin;

    #[test]
    fn there_and_back() {
        let cases = [
            json!({"a": [1, 1.5, null, true, {"__ptype": "Default"}]}),
            json!({"__ptype": "Hash", "__pvalue": [1, "x", {"__ptype": "Timespan", "__pvalue": "0-00:00:01.0"}, []]}),
            json!({"__ptype": "Sensitive", "__pvalue": "secret"}),
            json!({"__ptype": "Deferred", "name": "f", "arguments": [{"__ptype": "Binary", "__pvalue": "aGk="}]}),
            json!({"__ptype": "Error", "msg": "m", "kind": "k"}),
            json!({"__ptype": "Pcore::IntegerType", "from": 1}),
            json!({"__ptype": "Pcore::ArrayType", "element_type": {"__ptype": "Pcore::ResourceType", "type_name": "File", "title": "/a"}}),
            json!({"__ptype": "Pcore::StructType", "elements": [{
                "__ptype": "Pcore::StructElement",
                "key_type": {"__ptype": "Pcore::StringType", "size_type_or_value": "a"},
                "value_type": {"__ptype": "Pcore::EnumType", "values": ["b"]}
            }]}),
        ];
        for data in cases {
            let value = read(&data, builtin()).unwrap();
            assert_eq!(write(&value, &Options::default()).unwrap(), data);
        }
    }

    #[test]
    fn local_references_are_followed() {
        let data = json!([{"a": [1]}, {"__ptype": "LocalRef", "__pvalue": "$[0]['a']"}]);
        let value = read(&data, builtin()).unwrap();
        assert_eq!(write(&value, &Options::default()).unwrap(), json!([{"a": [1]}, [1]]));
        let endless = json!([{"__ptype": "LocalRef", "__pvalue": "$"}]);
        assert!(read(&endless, builtin()).is_err());
    }
}
