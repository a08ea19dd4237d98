//! Real Puppet as an engine: it compiles a control repository to a catalog, and applies a catalog to an
//! image root, without being part of any image.
//!
//! Puppet lives in the *tools root*, a Debian root of its own that is only ever mounted read-only. A small
//! Ruby driver (`driver/`) stands on Puppet's own API and speaks to this crate in JSON lines. Compiling
//! runs inside the tools root, without a network; applying runs inside the image root, where Ruby is
//! started through the tools root's own dynamic loader, so that the image's libraries do not matter.
//!
//! Deliberately unaware of how roots are made and what becomes of them.

mod apply;
mod compile;
mod driver;
mod environment;
mod error;
mod events;
mod tools;

pub use apply::{Applied, ApplyRequest, Listener, Services, apply};
pub use compile::{Catalog, CompileRequest, compile};
pub use driver::driver_digest;
pub use environment::Environment;
pub use error::{Error, FailedResource};
pub use tools::{PACKAGES, Tools};
