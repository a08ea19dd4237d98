//! What a client is told by who makes it.

use std::path::PathBuf;
use std::time::Duration;

use crate::{Keychain, Registry, Secret};

/// How registries are spoken to.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where credentials come from.
    pub keychain: Keychain,
    /// Files with certificates (PEM) of authorities that are trusted beside the system's, for every registry.
    pub authorities: Vec<PathBuf>,
    /// Folders with a folder for each registry, `HOST[:PORT]`, that holds certificates of its authorities
    /// (`*.crt`) and the certificate and key to show to it (`*.cert`, `*.key`): Docker's and Podman's `certs.d`.
    pub certificate_folders: Vec<PathBuf>,
    /// Registries that are spoken to without encryption. One on this machine also is if it does not speak TLS.
    pub plain_http: Vec<Registry>,
    /// The address of an HTTP proxy for every request, which may hold a password; none: the one the environment names, if any.
    pub proxy: Option<Secret>,
    /// How many blobs are under way at once; 0 counts as 1.
    pub parallel: usize,
    /// How often a request is made in all before a passing failure counts; 0 counts as 1.
    pub attempts: u32,
    /// How long a registry may be silent, before its answer and within it. What ends an upload may take four times
    /// as long: much is to be done then.
    pub silence: Duration,
    /// The most bytes that are sent in one request, for registries behind a proxy with a limit; none: a blob in
    /// one go.
    pub chunk_size: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keychain: Keychain::default(),
            authorities: Vec::new(),
            certificate_folders: Vec::new(),
            plain_http: Vec::new(),
            proxy: None,
            parallel: 4,
            attempts: 5,
            silence: Duration::from_secs(30),
            chunk_size: None,
        }
    }
}
