//! Puppet's values and its type system (Pcore): what a value is, which type it has, which values a type
//! takes, and how both are written.
//!
//! ```
//! use values::types::{self, builtin, infer_set, parse};
//!
//! let port = parse("Variant[Integer[1, 65535], Enum['http']]", builtin())?;
//! assert!(port.is_instance(&80.into()) && !port.is_instance(&"ssh".into()));
//! assert_eq!(
//!     values::mismatch::describe_mismatch("port", &port, &infer_set(&true.into())),
//!     "port expects a value of type Integer or Enum, got Boolean",
//! );
//! # Ok::<(), types::TypeError>(())
//! ```
//!
//! Everything is immutable and cheap to copy. Deliberately unaware of manifests, scopes and catalogs: what
//! names stand for is asked of a [`types::TypeLoader`], and what the clock shows is given by who asks for it.

pub mod base64;
pub mod compare;
mod equality;
pub mod format;
mod hint;
pub mod iterator;
pub mod label;
pub mod mismatch;
pub mod new;
pub mod object;
pub mod rich_data;
pub mod text;
pub mod time;
pub mod types;
pub mod uri;
pub mod value;
pub mod version;

pub use types::Type;
pub use value::{Map, Sensitive, Text, Value};
