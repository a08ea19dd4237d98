//! Puppetfile and module installation.
//!
//! ```text
//! effigy.yaml, Puppetfile, effigy.lock ─► Request ─► resolve ─► locked modules ─► install ─► modules/
//!                                                      ▲ forge, git, github, debs  ▲
//!                                                      └───────── network ─────────┘
//! ```
//! [`Request`] is what the files of a control repository ask for; reading it touches nothing else. [`Modules`]
//! brings the module folders there. What resolving has found is kept in `effigy.lock`, so that the next
//! installation gives the same files, without asking anyone if the cache has them.
//!
//! Reads no environment, prints nothing, and runs no program but `git`.

mod debs;
mod error;
mod forge;
mod git;
mod github;
mod install;
mod lock;
mod marker;
mod modules;
mod network;
mod overview;
mod parallel;
mod puppetfile;
mod range;
mod request;
mod requirement;
mod resolve;
mod unpack;
mod version;

pub use debs::Debs;
pub use error::Error;
pub use install::Report;
pub use lock::{Locked, LockedModule, Pin};
pub use modules::Modules;
pub use network::Network;
pub use overview::{ListedModule, Outdated, Path, State, Step};
pub use puppetfile::{
    ForgeVersion, GitReference, GitSource, InvalidName, Module, ModuleName, Puppetfile, Source,
};
pub use range::{InvalidRange, Range};
pub use request::Request;
pub use requirement::Requirement;
pub use version::{InvalidVersion, Version};
