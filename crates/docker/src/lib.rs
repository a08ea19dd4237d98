//! A container engine on this machine, Docker or Podman, reached over its socket. Both speak Docker's API;
//! Podman does by its compatibility service.
//!
//! Knows nothing of the store or of how an image is written: it is handed a writer of archives.

mod engine;
mod error;
mod load;

pub use engine::{Engine, Surroundings, candidates};
pub use error::Error;
pub use load::LoadError;
