//! A registry's answer to one request: its status judged, its words made fit to be shown, its small documents
//! read.

use std::io::{self, Read};
use std::time::{Duration, SystemTime};

use reqwest::Url;
use reqwest::blocking::Response;
use reqwest::header::{CONTENT_LENGTH, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::error::{innermost, plain_words};

/// Longer explanations are not read.
const LONGEST_EXPLANATION: u64 = 64 << 10;

/// An answer, of which the body is still to be read.
pub(crate) struct Answer {
    url: Url,
    response: Response,
}

/// `{"errors": [{"code": ..., "message": ...}]}` of the OCI specification; token servers have variants.
#[derive(Deserialize)]
struct Explanation {
    #[serde(default)]
    errors: Vec<Problem>,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl Answer {
    pub fn new(url: &Url, response: Response) -> Self {
        Self { url: url.clone(), response }
    }

    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The URL that gave this answer, as it may be shown.
    pub fn shown_url(&self) -> String {
        shown(&self.url)
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    /// A header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    pub fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// The length that is announced, also in answer to HEAD.
    pub fn length(&self) -> Option<u64> {
        self.header(CONTENT_LENGTH.as_str())?.parse().ok()
    }

    /// What the registry says in explanation, on one line.
    pub fn words(self) -> String {
        let mut text = String::new();
        // The status is what matters; an explanation that breaks off is none.
        let read = self.response.take(LONGEST_EXPLANATION).read_to_string(&mut text);
        let Ok(explanation) = serde_json::from_str::<Explanation>(&text) else { return String::new() };
        if read.is_err() {
            return String::new();
        }
        let problems = explanation.errors.into_iter().map(|problem| match (problem.code, problem.message) {
            (code, message) if message.is_empty() => code,
            (code, message) if code.is_empty() => message,
            (code, message) => format!("{message} ({code})"),
        });
        let others = [explanation.details, explanation.error_description];
        plain_words(&problems.chain(others.into_iter().flatten()).collect::<Vec<_>>().join("; "))
    }

    /// The error for a status that is not known better.
    pub fn failure(self) -> Error {
        let (url, status, retry_after) = (self.shown_url(), self.status(), self.retry_after());
        Error::Status { url, status, words: self.words(), retry_after }
    }

    /// The error for an answer that the protocol does not have.
    pub fn nonsense(&self, reason: impl Into<String>) -> Error {
        Error::Protocol { url: self.shown_url(), reason: reason.into() }
    }

    /// The whole body, of at most `limit` bytes.
    pub fn bytes(mut self, limit: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let mut reader = (&mut self.response).take(limit.saturating_add(1));
        reader.read_to_end(&mut bytes).map_err(|error| interrupted(&self.url, &error))?;
        if bytes.len() as u64 > limit {
            return Err(self.nonsense(format!("it is longer than {limit} bytes")));
        }
        Ok(bytes)
    }

    /// A document.
    pub fn json<T: DeserializeOwned>(self, limit: u64) -> Result<T, Error> {
        let url = self.shown_url();
        // What serde says of a wrong value may quote it, and it may be a token.
        serde_json::from_slice(&self.bytes(limit)?)
            .map_err(|_| Error::Protocol { url, reason: "it is not the JSON that was expected".to_owned() })
    }

    /// A piece of the body.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        loop {
            match self.response.read(buffer) {
                Ok(length) => return Ok(length),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(interrupted(&self.url, &error)),
            }
        }
    }

    /// Seconds, or a date.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.header(RETRY_AFTER.as_str())?.trim();
        let until = || {
            let date = httpdate::parse_http_date(text).ok()?;
            Some(date.duration_since(SystemTime::now()).unwrap_or_default())
        };
        text.parse().ok().map(Duration::from_secs).or_else(until)
    }
}

/// A URL without what may be secret: names and passwords, and the query, which holds signatures.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _cannot_have_one = url.set_username("");
    let _cannot_have_one = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// An error of the HTTP library, by what it is about.
pub(crate) fn transport(url: &Url, error: reqwest::Error) -> Error {
    // The library's own words would hold the URL with its query.
    let error = error.without_url();
    let (connect, timeout) = (error.is_connect(), error.is_timeout());
    let reason = plain_words(&innermost(&error));
    if connect {
        let host = url.host_str().unwrap_or_default();
        let registry = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        return Error::Unreachable { registry, reason };
    }
    let reason = if timeout { "it does not answer".to_owned() } else { reason };
    Error::Interrupted { url: shown(url), reason }
}

fn interrupted(url: &Url, error: &io::Error) -> Error {
    Error::Interrupted { url: shown(url), reason: plain_words(&innermost(error)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_shown_without_their_secrets() {
        let url = Url::parse("https://user:pass@cdn.example.org/blob?signature=abc#x").unwrap();
        assert_eq!(shown(&url), "https://cdn.example.org/blob");
    }
}
