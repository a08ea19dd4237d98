//! A small world for the cases: facts as variables, modules in a folder, a few functions as Puppet would
//! evaluate them.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::{
    CallFailure, Context, Conversion, ConversionError, DataArguments, DataCall, FileKind, Files, LookupError,
    Module, Variable, Warning, World,
};
use values::{Map, Text, Value};

/// The real file system.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(if metadata.is_dir() { FileKind::Folder } else { FileKind::File })
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

/// What the lookups of a case see.
pub struct Scene {
    pub variables: HashMap<String, Value>,
    pub modules: PathBuf,
    pub warnings: Vec<Warning>,
}

impl World for Scene {
    fn variable(&mut self, name: &str) -> Variable {
        let plain = name.strip_prefix("::").unwrap_or(name);
        match self.variables.get(plain) {
            Some(value) => Variable::Set(value.clone()),
            None if matches!(name, "module_name" | "caller_module_name") => Variable::Set(Value::Undef),
            None if plain.contains("::") => {
                Variable::Unknown { name: plain.to_owned(), reason: String::new() }
            }
            None => Variable::Unknown { name: name.to_owned(), reason: String::new() },
        }
    }

    fn calling_class(&mut self) -> Option<String> {
        None
    }

    fn module(&mut self, name: &str) -> Option<Module> {
        let root = self.modules.join(name);
        let metadata = std::fs::read_to_string(root.join("metadata.json")).unwrap_or_default();
        let data_provider = metadata.contains("\"data_provider\"").then(|| "hiera".to_owned());
        root.is_dir().then(|| Module { root: text(&root), data_provider })
    }

    fn has_function(&mut self, name: &str, _: Option<&str>) -> bool {
        name.starts_with("demo::")
    }

    /// The functions of `modules/demo/functions`, by hand.
    fn call(&mut self, call: &DataCall<'_>, context: &Context) -> Result<Value, CallFailure> {
        let option = |name: &str| call.options.get(&Text(name)).cloned().unwrap_or(Value::Undef);
        match (call.name, &call.arguments) {
            ("demo::all", DataArguments::Hash) => Ok(Value::hash([
                ("from_hash", option("word")),
                ("options", Value::Hash(call.options.clone())),
                ("interpolated", "%{role}".into()),
            ])),
            ("demo::wrong", DataArguments::Hash) => Ok(Value::array([1.into()])),
            ("demo::one", DataArguments::Key(key)) => match *key {
                "from_key" => {
                    context.explain(|| "told by demo::one".to_owned());
                    Ok(Value::from(format!("{key} %{{role}}")))
                }
                "uri" => Ok(option("uri")),
                "fails" => Err(CallFailure::Failed(LookupError::new(crate::ErrorKind::Puppet, "it fails"))),
                _ => Err(CallFailure::NotFound),
            },
            ("demo::dig", DataArguments::Dig(segments)) if segments[0].to_string() == "dug" => {
                let segments: Vec<Value> = segments.iter().map(Value::from).collect();
                Ok(Value::array(segments))
            }
            _ => Err(CallFailure::NotFound),
        }
    }

    fn convert(&mut self, value: &Value, convert_to: &[Value]) -> Result<Conversion, ConversionError> {
        let shown: Vec<String> = convert_to.iter().map(ToString::to_string).collect();
        let shown = format!("[{}]", shown.join(", "));
        let name = convert_to[0].as_str().unwrap_or_default();
        if let Err(error) = values::types::parse(name, values::types::builtin()) {
            return Err(ConversionError::Type(error.to_string()));
        }
        let radix = convert_to.get(1).and_then(Value::as_integer).unwrap_or(10);
        let value = match (name, value) {
            ("Integer", Value::String(text)) => i64::from_str_radix(text, u32::try_from(radix).unwrap())
                .map(Value::Integer)
                .map_err(|_| {
                    ConversionError::New(format!("'new' The string '{text}' cannot be converted to Integer"))
                })?,
            ("Sensitive", value) => Value::sensitive(value.clone()),
            ("Array", Value::Hash(entries)) => {
                Value::array(entries.iter().map(|(key, value)| Value::array([key.clone(), value.clone()])))
            }
            (_, value) => value.clone(),
        };
        Ok(Conversion { value, shown })
    }

    fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

pub fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Values of JSON.
pub fn value_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Undef,
        serde_json::Value::Bool(value) => Value::Boolean(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(value) => Value::Integer(value),
            None => Value::Float(number.as_f64().unwrap()),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(elements) => Value::array(elements.iter().map(value_of)),
        serde_json::Value::Object(entries) => {
            Value::hash(entries.iter().map(|(key, value)| (key.as_str(), value_of(value))))
        }
    }
}

/// JSON of values, as Puppet writes rich data.
pub fn json_of(value: &Value) -> serde_json::Value {
    use serde_json::json;
    match value {
        Value::Undef => json!(null),
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::String(text) => json!(text.as_str()),
        Value::Array(elements) => elements.iter().map(json_of).collect(),
        Value::Hash(entries) if entries.keys().all(|key| key.as_str().is_some()) => {
            entries.iter().map(|(key, value)| (key.to_string(), json_of(value))).collect()
        }
        Value::Hash(entries) => {
            let flat: Vec<_> =
                entries.iter().flat_map(|(key, value)| [json_of(key), json_of(value)]).collect();
            json!({"__ptype": "Hash", "__pvalue": flat})
        }
        Value::Default => json!({"__ptype": "Default"}),
        Value::Sensitive(inner) => json!({"__ptype": "Sensitive", "__pvalue": json_of(inner.unwrap())}),
        Value::Binary(bytes) => json!({"__ptype": "Binary", "__pvalue": values::base64::encode(bytes)}),
        other => json!(other.to_string()),
    }
}

/// The facts and what Puppet makes of them.
pub fn variables(facts: &Map) -> HashMap<String, Value> {
    let mut variables: HashMap<String, Value> =
        facts.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
    variables.insert("facts".to_owned(), Value::Hash(std::sync::Arc::new(facts.clone())));
    let empty = serde_json::Map::new();
    let trusted = serde_json::json!({"authenticated": "local", "certname": null, "extensions": empty,
        "hostname": null, "domain": null, "external": empty});
    variables.insert("trusted".to_owned(), value_of(&trusted));
    variables.insert("environment".to_owned(), "production".into());
    variables
}
