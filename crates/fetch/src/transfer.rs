//! One answer to one request: its headers judged, its body to be read; the same for HTTP and local files.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use reqwest::StatusCode;
use reqwest::blocking::{Client, Response};
use reqwest::header::{CACHE_CONTROL, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};

use crate::Error;
use crate::client::Validators;
use crate::error::innermost;

/// What is asked for.
pub(crate) struct Request<'a> {
    pub url: &'a str,
    /// If the document is still this version, no body is wanted.
    pub known: &'a Validators,
    /// Proxies on the way shall not answer from their caches.
    pub fresh: bool,
}

/// What came of a request.
pub(crate) enum Opened {
    /// Still the version that was known.
    Unchanged,
    /// A body follows.
    Transfer(Transfer),
}

/// A body to be read, and what its headers said.
pub(crate) struct Transfer {
    url: String,
    body: Body,
    length: Option<u64>,
    pub validators: Validators,
}

enum Body {
    Remote(Box<Response>),
    Local(File),
}

impl Transfer {
    /// Sends the request and judges the answer's status. Redirects are followed.
    pub fn open(client: &Client, request: &Request<'_>) -> Result<Opened, Error> {
        let unusable = |reason: String| Error::Url { url: request.url.to_owned(), reason };
        let url = reqwest::Url::parse(request.url).map_err(|error| unusable(error.to_string()))?;
        match url.scheme() {
            "http" | "https" => Self::open_remote(client, request),
            "file" => {
                let no_path = || unusable("a `file:` URL names an absolute path".to_owned());
                Self::open_local(request, &url.to_file_path().map_err(|()| no_path())?)
            }
            other => Err(unusable(format!("`{other}` is not one of `http`, `https`, `file`"))),
        }
    }

    /// Refuses a body that is announced as longer than `limit`.
    pub fn expect_at_most(&self, limit: u64) -> Result<(), Error> {
        match self.length {
            Some(length) if length > limit => Err(Error::TooLong { url: self.url.clone(), limit }),
            _ => Ok(()),
        }
    }

    fn open_remote(client: &Client, request: &Request<'_>) -> Result<Opened, Error> {
        let mut builder = client.get(request.url);
        for (name, value) in
            [(IF_NONE_MATCH, &request.known.etag), (IF_MODIFIED_SINCE, &request.known.last_modified)]
        {
            if let Some(value) = value {
                builder = builder.header(name, value);
            }
        }
        if request.fresh {
            builder = builder.header(CACHE_CONTROL, "no-cache");
        }
        let response = builder.send().map_err(|error| Error::transport(request.url, &error))?;
        let url = request.url.to_owned();
        match response.status() {
            StatusCode::NOT_MODIFIED => Ok(Opened::Unchanged),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(Error::Missing { url }),
            status if !status.is_success() => Err(Error::Status { url, status: status.as_u16() }),
            _ => {
                let header = |name: HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
                let validators = Validators { etag: header(ETAG), last_modified: header(LAST_MODIFIED) };
                let length = response.content_length();
                Ok(Opened::Transfer(Self { url, body: Body::Remote(Box::new(response)), length, validators }))
            }
        }
    }

    fn open_local(request: &Request<'_>, path: &Path) -> Result<Opened, Error> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => Error::Missing { url: request.url.to_owned() },
            _ => Error::Io { action: "read", path: path.to_owned(), source },
        };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Opened::Transfer(Self {
            url: request.url.to_owned(),
            body: Body::Local(file),
            length: Some(metadata.len()),
            validators: Validators::default(),
        }))
    }
}

impl Read for &mut Transfer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.body {
            Body::Remote(response) => response.read(buffer),
            Body::Local(file) => file.read(buffer),
        }
    }
}

impl Error {
    /// A failure in the middle of a body.
    pub(crate) fn interrupted(url: &str, error: &io::Error) -> Self {
        Self::Interrupted { url: url.to_owned(), reason: innermost(error) }
    }

    /// Whether the same request may well succeed a little later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Interrupted { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
    }
}
