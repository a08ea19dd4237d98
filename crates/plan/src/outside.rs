//! What resources read from outside the root: which names, and what the caller says of them.

use catalog::{Reference, Resource, Value};
use resources::Declaration;
use serde::{Deserialize, Serialize};
use sha256::Digest;

use crate::Error;

/// What a name from outside stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Content with this digest; of a folder, that of everything in it.
    Digest(Digest),
    /// Nothing is there.
    Missing,
    /// It lies in the root itself, so that what is below the layer says it.
    InRoot,
    /// Nobody knows before it is fetched: the key cannot hold it, and the same key may give another layer.
    Unpinned,
}

/// Why something that is there cannot be read.
pub type Unreadable = Box<dyn std::error::Error + Send + Sync>;

/// Says what names stand for.
pub trait Outside {
    /// `name` is as a resource has it: `puppet:///modules/MODULE/PATH`, a URL, an absolute path.
    fn content(&self, name: &str) -> Result<Content, Unreadable>;
}

/// Names that a resource reads from outside, in its order. Errors: the type refuses the resource.
pub(crate) fn names(resource: &Resource) -> Result<Vec<String>, Error> {
    let Some(kind) = resources::types::find(&resource.reference.declared_type()) else {
        return Ok(resource.parameters.iter().flat_map(|(_, value)| addresses(value)).collect());
    };
    let declaration = Declaration {
        reference: resource.reference.clone(),
        parameters: resource.parameters.clone(),
        place: None,
        tags: Vec::new(),
        sensitive: resource.sensitive.clone(),
    };
    // Real Puppet takes more than we do, and has the last word on what it applies.
    match resources::Resource::new(kind, declaration) {
        Ok(checked) => Ok((kind.outside)(&checked)),
        Err(_) if resources::is_native(resource).is_err() => {
            Ok(resource.parameters.iter().flat_map(|(_, value)| addresses(value)).collect())
        }
        Err(text) => Err(refused(&resource.reference, text)),
    }
}

fn refused(resource: &Reference, text: String) -> Error {
    Error::Refused { resource: resource.clone(), text }
}

/// Of a type that is not known, everything that looks like an address.
fn addresses(value: &Value) -> Vec<String> {
    let starts = ["puppet://", "http://", "https://", "ftp://"];
    let texts = value.elements().iter().filter_map(Value::as_text);
    texts.filter(|text| starts.iter().any(|start| text.starts_with(start))).map(str::to_owned).collect()
}
