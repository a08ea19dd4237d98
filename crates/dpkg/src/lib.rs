//! Debian packages as files: reading `.deb` archives, and unpacking a set of them into an empty root together
//! with dpkg's own database, so that one `dpkg --configure -a` inside that root finishes the installation.
//!
//! ```text
//! .deb ─► container ─► compression ─► archive ─► stage ─► ownership ─► place ─► database     unpack()
//!  Deb     (ar)         (xz, zst, gz)   (tar)    threads    pure       root      var/lib/dpkg
//!                                          └────► extract()                configure::plan()
//! ```
//! Nothing is run here and nothing is fetched: which packages, in which order and from where is the caller's
//! matter, as is the sandbox in which the steps of [`configure::plan`] run. Signatures and digests of the
//! packages are taken as checked.

pub mod archive;
mod compression;
pub mod configure;
mod container;
mod control;
mod database;
mod deb;
mod error;
mod extract;
mod node;
mod order;
mod ownership;
mod place;
pub mod root;
mod stage;
#[cfg(test)]
mod testing;
mod triggers;
mod unpack;
mod version;

pub use archive::{Entry, Kind};
pub use control::{Conffile, Control, Member};
pub use deb::Deb;
pub use error::Error;
pub use extract::extract;
pub use unpack::{Options, Unpacked, unpack};
