//! A root of its own for what a build runs: namespaces, an overlay file system, and a first process that
//! cleans up.
//!
//! Everything a build starts runs in a user, mount, process, IPC and host name namespace (and a network
//! namespace where the network is off). The same steps are taken for root and for an ordinary user: root
//! maps every id onto itself, an ordinary user first becomes root of a namespace filled from their
//! subordinate id ranges ([`become_root`]). So both make the same files with the same attributes.
//!
//! ```text
//! effigy ──spawn──► stage 1 (new namespaces) ──fork──► stage 2 = process 1 (mounts, pivot) ──spawn──► command
//! ```
//! Stages 1 and 2 are this program started again; [`entry`] must therefore be the first call in `main`.
//! When effigy dies, both die with it, and the kernel ends whatever they had started.
//!
//! Deliberately unaware of Puppet, packages and images.

mod error;
mod identity;
mod init;
mod limits;
mod mounts;
mod namespace;
mod run;
mod spec;

pub use error::Error;
pub use identity::{IdRange, Subordinate, become_root, subordinate_ranges};
pub use namespace::{Work, entry};
pub use run::{Exit, Output, Sandbox};
pub use spec::{Mount, Process, Root};
