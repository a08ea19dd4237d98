//! The client: one pool of connections, the policy of attempts, and small documents.

use std::io::Read;
use std::time::Duration;

use crate::Error;
use crate::cancel::Cancel;
use crate::error::innermost;
use crate::transfer::{Opened, Request, Transfer};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a server may be silent, before its answer and within it.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);
/// The pause after the first failed attempt; it doubles with each further one, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// How downloads are made.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many downloads are under way at once; 0 counts as 1.
    pub parallel: usize,
    /// The address of an HTTP proxy for every request; none: the one the environment names, if any.
    pub proxy: Option<String>,
    /// How often a request is made in all before a passing failure counts; 0 counts as 1.
    pub attempts: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { parallel: 8, proxy: None, attempts: 4 }
    }
}

/// Fetches documents and files. Connections are reused; share one client among threads.
pub struct Client {
    pub(crate) http: reqwest::blocking::Client,
    pub(crate) options: Options,
}

/// What a server said about the version of a document, to be sent back with the next request for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

/// A document and what identifies its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The whole content.
    pub bytes: Vec<u8>,
    /// For the next request; empty if the server named none.
    pub validators: Validators,
}

impl Client {
    /// A client for these options. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::Setup`] for a proxy that is no URL.
    pub fn new(options: Options) -> Result<Self, Error> {
        let setup = |error: reqwest::Error| Error::Setup { reason: innermost(&error) };
        let builder = || {
            let builder = reqwest::blocking::Client::builder()
                .user_agent(concat!("effigy/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(SILENCE_TIMEOUT);
            Ok(match &options.proxy {
                Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy).map_err(setup)?),
                None => builder,
            })
        };
        // A machine without any CA certificate can still use plain HTTP; HTTPS then fails per request.
        let http = match builder()?.build() {
            Ok(http) => http,
            Err(_) => builder()?.tls_certs_only([]).build().map_err(setup)?,
        };
        Ok(Self { http, options })
    }

    /// The document at `url`, of at most `limit` bytes.
    ///
    /// # Errors
    /// Every [`Error`] of a transfer; [`Error::TooLong`] beyond `limit`.
    pub fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, Error> {
        let document = self.get_changed(url, limit, &Validators::default())?;
        Ok(document.map(|document| document.bytes).unwrap_or_default())
    }

    /// The document at `url`, of at most `limit` bytes, or nothing if it is still the version that `known`
    /// identifies.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub fn get_changed(&self, url: &str, limit: u64, known: &Validators) -> Result<Option<Document>, Error> {
        self.persist(&Cancel::default(), |_| {
            let mut transfer = match Transfer::open(&self.http, &Request { url, known, fresh: false })? {
                Opened::Unchanged => return Ok(None),
                Opened::Transfer(transfer) => transfer,
            };
            transfer.expect_at_most(limit)?;
            let mut bytes = Vec::new();
            let mut reader = (&mut transfer).take(limit.saturating_add(1));
            reader.read_to_end(&mut bytes).map_err(|error| Error::interrupted(url, &error))?;
            if bytes.len() as u64 > limit {
                return Err(Error::TooLong { url: url.to_owned(), limit });
            }
            Ok(Some(Document { bytes, validators: transfer.validators }))
        })
    }

    /// Makes attempts (numbered from 0) until one succeeds, fails for good, or there were enough. Wrong
    /// content is worth one more attempt only: it is a proxy's old copy, or wrong for good.
    pub(crate) fn persist<T>(
        &self,
        cancel: &Cancel,
        mut attempt: impl FnMut(u32) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (mut made, mut wrong) = (0, 0);
        loop {
            let error = match attempt(made) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            made += 1;
            let again = match error {
                Error::WrongDigest { .. } | Error::TooLong { .. } => {
                    wrong += 1;
                    wrong < 2
                }
                _ => error.may_pass() && made < self.options.attempts.max(1),
            };
            let pause = (FIRST_PAUSE * 2u32.saturating_pow(made - 1).min(1 << 10)).min(LONGEST_PAUSE);
            if !again || cancel.wait(pause) {
                return Err(error);
            }
        }
    }
}
