//! From a control repository to images in a store.
//!
//! ```text
//! definition ─► archive ─► base root ─► base layer ─┐
//!                  └► tools root ─► catalog ─► applied layer ─► image
//! ```
//! A catalog is applied by our own resource types (`native`) or by real Puppet.
//!
//! Each arrow is a step with a key: what the step's outcome depends on, as one printable struct. A step whose
//! key the store knows is not taken again.
//!
//! The one library that knows many neighbours; what each of them does it leaves to them. Runs as root, or
//! as root of a user namespace ([`sandbox::become_root`]), and prints nothing.

mod apply;
mod archives;
mod base;
mod base_image;
mod build;
mod compile;
mod databases;
mod error;
mod facts;
mod image;
mod install;
mod key;
mod native;
mod packages;
mod residue;
mod settings;
mod support;
mod tools;
mod tree;
mod unpack;

pub use apply::Hand;
pub use build::{Builder, Built, Planned};
pub use error::{Error, Foreign};
pub use install::Modules;
pub use native::APPLY;
pub use settings::{Settings, host_architecture};
