//! The HTTP client for one registry: whom it trusts, and what it shows of itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::blocking::{Client, ClientBuilder};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Identity, Proxy};

use crate::error::innermost;
use crate::{Error, Options, Registry};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long the other side may leave what was sent unacknowledged, or not take what is to be sent.
const STALL_TIMEOUT: Duration = Duration::from_secs(60);

/// A client for a registry. Nothing is connected yet.
pub(crate) fn client(options: &Options, registry: &Registry) -> Result<Client, Error> {
    let own = files_for(options, registry);
    let mut authorities = Vec::new();
    for path in options.authorities.iter().chain(own.iter().filter(|path| ends_with(path, "crt"))) {
        authorities.extend(read_authorities(path)?);
    }
    let identity =
        own.iter().find(|path| ends_with(path, "cert")).map(|path| read_identity(path)).transpose()?;
    let builder = || -> Result<ClientBuilder, Error> {
        let mut builder = Client::builder()
            .user_agent(concat!("effigy/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(STALL_TIMEOUT)
            // Each request has its own.
            .timeout(None)
            // Followed by hand: credentials stay behind.
            .redirect(Policy::none())
            // Blobs side by side are quicker over connections of their own.
            .http1_only();
        if let Some(identity) = &identity {
            builder = builder.identity(identity.clone());
        }
        if let Some(proxy) = &options.proxy {
            let unusable = |_| Error::Setup { reason: "the address of the proxy is no URL".to_owned() };
            builder = builder.proxy(Proxy::all(proxy.reveal()).map_err(unusable)?);
        }
        Ok(builder)
    };
    match builder()?.tls_certs_merge(authorities.clone()).build() {
        Ok(client) => Ok(client),
        // A machine without any certificate of its own can still use those named here, and plain HTTP.
        Err(_) => builder()?
            .tls_certs_only(authorities)
            .build()
            .map_err(|error| Error::Setup { reason: innermost(&error.without_url()) }),
    }
}

/// The files in this registry's folders, sorted.
fn files_for(options: &Options, registry: &Registry) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in &options.certificate_folders {
        // Most registries have no folder.
        let Ok(entries) = fs::read_dir(folder.join(registry.to_string())) else { continue };
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    files.sort();
    files
}

fn ends_with(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending)
}

fn read_authorities(path: &Path) -> Result<Vec<Certificate>, Error> {
    let failed = Error::certificates(path);
    let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if found.is_empty() => Err(failed("there is no certificate (PEM) in it".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(failed(innermost(&error))),
    }
}

/// A certificate to show, and its key in the file of the same name.
fn read_identity(path: &Path) -> Result<Identity, Error> {
    let read = |path: &Path| fs::read(path).map_err(|error| Error::certificates(path)(error.to_string()));
    let mut pem = read(path)?;
    pem.push(b'\n');
    let key = path.with_extension("key");
    pem.extend(read(&key)?);
    Identity::from_pem(&pem).map_err(|error| Error::certificates(&key)(innermost(&error)))
}
