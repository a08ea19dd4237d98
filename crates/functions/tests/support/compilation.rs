//! A compilation that knows a few things by heart.

use functions::{Block, Compilation, Inclusion, Raised};
use values::{Text, Type, Value};

use super::{Answer, fail};

/// What was declared, as the functions asked for it.
#[derive(Default)]
pub struct Catalog {
    tags: Vec<String>,
}

impl Compilation for Catalog {
    fn include(&mut self, classes: &[Value], _: Inclusion) -> Answer {
        let references = classes.iter().filter_map(Value::as_str).map(|name| Value::Type(Type::class(name)));
        Ok(Value::array(references))
    }

    fn tag(&mut self, tags: &[String]) -> Result<(), Raised> {
        self.tags.extend_from_slice(tags);
        Ok(())
    }

    fn is_tagged(&self, tags: &[String]) -> bool {
        tags.iter().all(|tag| self.tags.contains(tag))
    }

    fn create_resources(&mut self, _: &str, _: &Value, _: &Value) -> Result<(), Raised> {
        Ok(())
    }

    fn realize(&mut self, _: &[Value]) -> Result<(), Raised> {
        Ok(())
    }

    fn is_defined(&self, what: &Value) -> Result<bool, Raised> {
        Ok(what.as_str().is_some_and(|name| ["file", "known"].contains(&name)))
    }

    fn resource_parameter(&self, _: &Value, _: &str) -> Result<Option<Value>, Raised> {
        Ok(None)
    }

    fn lookup(&mut self, names: &[Value], options: &Value, _: Option<&dyn Block>) -> Answer {
        if names.iter().any(|name| name.as_str() == Some("port")) {
            return Ok(Value::Integer(80));
        }
        match options.as_hash().and_then(|options| options.get(&Text("default_value"))) {
            Some(value) => Ok(value.clone()),
            None => fail("Function lookup() did not find a value for the name 'nothing'"),
        }
    }

    fn read_file(&mut self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, Raised> {
        Ok(match (folder, name) {
            ("files", "site/motd") => Some(b"hello\n".to_vec()),
            ("templates", "site/motd.epp") => Some(b"hello <%= $name %>".to_vec()),
            _ => None,
        })
    }

    fn module_directory(&self, module: &str) -> Option<String> {
        (module == "site").then(|| "/modules/site".into())
    }

    fn render(&mut self, name: &str, text: &str, parameters: Option<&Value>) -> Answer {
        let parameters = parameters.map(ToString::to_string).unwrap_or_default();
        Ok(format!("{name}|{text}|{parameters}").into())
    }
}
