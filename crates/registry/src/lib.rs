//! Registries of the OCI distribution API: images pushed out of a store, pulled into it, and copied.
//!
//! ```text
//! Client ── push, pull, copy, resolve ──► manifests, upload, download ──► connection ──► a registry
//!   └ Options: credentials, authorities                                       └ authorizer ──► a token server
//! ```
//! What may be relied on:
//! - whatever comes in is checked against digest and size before it has a name in the store;
//! - credentials go to the registry they are for and to the token server it names, and nowhere else: not to where
//!   a redirect leads, not over an unencrypted connection unless the registry itself may be spoken to like that;
//! - passwords, tokens and the queries of URLs are in no error, no progress and no debug output;
//! - the manifest goes last, so an image that is seen is whole.
//!
//! Blocks: call it from plain threads, not from within an asynchronous runtime. Reads no environment variable
//! (a proxy named there is found by the HTTP library), and does not know what is in layers.

mod answer;
mod authorizer;
mod challenge;
mod client;
mod connection;
mod copy;
mod credentials;
mod download;
mod error;
mod manifests;
mod meter;
mod options;
mod parallel;
mod platform;
mod pull;
mod push;
mod reference;
mod retry;
mod scope;
mod secret;
mod tls;
mod upload;

pub use client::Client;
pub use credentials::{Credential, Keychain};
pub use error::Error;
pub use options::Options;
pub use platform::{InvalidPlatform, Platform};
pub use pull::Pulled;
pub use push::Pushed;
pub use reference::{InvalidReference, Reference, Registry, Repository};
pub use secret::Secret;
