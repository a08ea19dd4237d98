//! Puppet's resource types applied natively: effigy's own hands. A catalog goes in, a [`system::System`] is
//! changed, and events and messages come out as real Puppet gives them.
//!
//! ```text
//! catalog ─► build ─► graph ─► transaction ─► harness ─► provider of a type ─► System
//!             │ schema          order, refresh  look, compare, change
//!             └ types::ALL
//! ```
//! Knows nothing of layers, caches or sandboxes. What a type cannot do as Puppet would is said by
//! [`is_native`], so that real Puppet can take the catalog instead.

mod build;
#[cfg(test)]
mod cases;
mod digest;
mod display;
pub mod engine;
mod error;
mod glob;
mod graph;
mod harness;
mod native;
mod paths;
pub mod provider;
mod relationships;
mod report;
mod resource;
pub mod schema;
#[cfg(test)]
mod tests;
mod transaction;
pub mod types;

pub use engine::{ModulePath, Observer, Recorded, Services, Settings, Sources, Surroundings, apply};
pub use error::{Error, Failure};
pub use native::{foreign, is_native};
pub use relationships::{Relationship, Relationships, relationships};
pub use report::{Event, Intent, Level, Log, Outcome, Report, Status};
pub use resource::{Declaration, Relation, Resource};
pub use schema::ResourceType;
