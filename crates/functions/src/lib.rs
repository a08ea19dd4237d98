//! The functions of the Puppet language: what a function is, and the built-in ones, a file each.
//!
//! A function is a value, [`Function`]: its name, its signatures in Puppet's own syntax, examples, and the code. The
//! signatures are read by our own parser when the function is first called, so that what the reference shows is what
//! is checked. [`ALL`] lists them all.
//!
//! What a function needs of the compilation that calls it, it asks of a [`Context`]. Deliberately unaware of how
//! scopes, resources and files are kept.

mod call;
mod catalog;
mod collection;
mod context;
mod control;
mod data;
mod digests;
mod extreme;
mod files;
mod function;
mod iteration;
mod legacy;
mod letters;
mod list;
mod local_types;
mod log;
mod number;
mod pattern;
mod prelude;
mod raised;
mod rounding;
mod ruby;
mod scan;
mod signature;
mod text;
mod tree;
mod typing;
mod walk;

pub use call::{Arguments, Block};
pub use context::{Compilation, Context, Inclusion, Level};
pub use function::{Dispatch, Example, Function};
pub use list::{ALL, find};
pub use raised::{Failure, Raised};
pub use signature::Signatures;
