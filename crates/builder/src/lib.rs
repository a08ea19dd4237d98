//! From a control repository to images in a store.
//!
//! ```text
//! definition ─► archive ─► base root ─► base layer ─┐
//!                  └► tools root ─► catalog ─► applied layer ─► image
//! ```
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
mod packages;
mod residue;
mod settings;
mod support;
mod tools;
mod tree;
mod unpack;

pub use build::{Builder, Built};
pub use error::Error;
pub use install::Modules;
pub use settings::{Settings, host_architecture};
