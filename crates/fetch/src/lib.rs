//! Downloads: over HTTP and HTTPS, or from `file:` URLs; bounded, checked, retried, in parallel, and put
//! into place by a rename.
//!
//! Knows nothing of what is downloaded or why, decides nothing about where mirrors are, and never reads the
//! environment itself (a proxy named there is found by the HTTP library). It blocks: call it from plain
//! threads, not from within an asynchronous runtime.

mod cancel;
mod client;
mod downloads;
mod error;
mod transfer;

pub use client::{Client, Document, Options, Validators};
pub use downloads::Download;
pub use error::Error;
