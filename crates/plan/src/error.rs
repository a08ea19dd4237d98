//! What can be wrong with what a plan is made from, or with a stored one.

use catalog::Reference;
use diagnostics::Hint;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Unreadable;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A resource that its type refuses; the text is Puppet's.
    #[error("{text}")]
    Refused {
        /// The resource.
        resource: Reference,
        /// Why.
        text: String,
    },
    /// Relationships that lead nowhere, or round in a circle; for who finds them on the way to a plan.
    #[error("{}", with_paths(.0))]
    Relationships(#[from] resources::Error),
    /// A text that is no catalog.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// What a resource reads from outside the root cannot be read.
    #[error("cannot read `{name}`: {source}")]
    Outside {
        /// As the resource has it.
        name: String,
        /// Why.
        source: Unreadable,
    },
    /// A stored plan or record that is not JSON of the form expected.
    #[error("this is no {what} of effigy's")]
    Form {
        /// `plan` or `record of a layer`.
        what: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A stored plan or record of another version.
    #[error("this {what} has version `{found}`, expected `{expected}`")]
    Version {
        /// `plan` or `record of a layer`.
        what: &'static str,
        /// Its version.
        found: u32,
        /// Ours.
        expected: u32,
    },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Relationships(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::Refused { .. } | Self::Outside { .. } => None,
            Self::Form { .. } | Self::Version { .. } => {
                Some("make a new one with this version of effigy".to_owned())
            }
        }
    }
}

/// Puppet tells the ways round beside its error; here they are part of it.
fn with_paths(error: &resources::Error) -> String {
    match error {
        resources::Error::Cycle { paths } => format!("{error}: {}", paths.join(", ")),
        other => other.to_string(),
    }
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Reads a stored form after looking at its version.
pub(crate) fn read<T: DeserializeOwned>(what: &'static str, expected: u32, bytes: &[u8]) -> Result<T, Error> {
    let form = |source| Error::Form { what, source };
    let found = serde_json::from_slice::<Versioned>(bytes).map_err(form)?.version;
    if found != expected {
        return Err(Error::Version { what, found, expected });
    }
    serde_json::from_slice(bytes).map_err(form)
}
