//! Requests to one registry: scheme, credentials, redirects. What is asked for, others know.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::blocking::{Body, Client};
use reqwest::header::{CONTENT_LENGTH, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Method, Url};

use crate::answer::{self, Answer};
use crate::authorizer::{Authorizer, Way};
use crate::challenge;
use crate::error::speaks_no_tls;
use crate::reference::{Registry, Repository};
use crate::retry::{Attempts, Cancel};
use crate::scope::Scope;
use crate::tls;
use crate::{Error, Options};

/// Sending may take longer: as long as at this many bytes a second.
const SLOWEST: u64 = 32 << 10;
/// Redirects that are followed for one request.
const MOST_REDIRECTS: usize = 5;

/// A registry, spoken to.
pub(crate) struct Connection {
    registry: Registry,
    http: Client,
    plain: AtomicBool,
    authorizer: Authorizer,
    attempts: u32,
    silence: Duration,
}

/// Where a request goes.
#[derive(Clone)]
pub(crate) enum Target {
    /// Below the registry's `/v2/`, with its query.
    Path(String),
    /// Where the registry itself has said.
    Url(Url),
}

/// A body that can be sent again, and its length.
pub(crate) struct Payload<'a> {
    pub length: u64,
    pub body: &'a dyn Fn() -> Result<Body, Error>,
}

/// What is asked for.
pub(crate) struct Request<'a> {
    pub method: Method,
    pub target: Target,
    pub headers: Vec<(&'static str, String)>,
    pub payload: Option<Payload<'a>>,
    /// On whose behalf: credentials may differ by repository.
    pub repository: &'a Repository,
    /// What a token must allow.
    pub scope: &'a Scope,
}

impl<'a> Request<'a> {
    pub fn new(method: Method, path: String, repository: &'a Repository, scope: &'a Scope) -> Self {
        Self { method, target: Target::Path(path), headers: Vec::new(), payload: None, repository, scope }
    }
}

impl Connection {
    pub fn new(options: &Options, registry: &Registry) -> Result<Self, Error> {
        Ok(Self {
            http: tls::client(options, registry)?,
            plain: AtomicBool::new(options.plain_http.contains(registry)),
            authorizer: Authorizer::new(registry.clone(), options.keychain.clone()),
            attempts: options.attempts,
            silence: options.silence,
            registry: registry.clone(),
        })
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    pub fn attempts<'a>(&self, cancel: &'a Cancel) -> Attempts<'a> {
        Attempts::new(self.attempts, cancel)
    }

    /// Sends a request, again where that may help, until there is an answer that is not the passing trouble of a
    /// server. `judge` makes of it what is wanted, or an error.
    pub fn ask<T>(
        &self,
        cancel: &Cancel,
        request: &Request<'_>,
        judge: impl Fn(Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.attempts(cancel).persist(|| {
            cancel.check()?;
            judge(self.send(request)?)
        })
    }

    /// Sends a request once, a second time with credentials if they are wanted, and follows redirects.
    pub fn send(&self, request: &Request<'_>) -> Result<Answer, Error> {
        let mut refusals = 0;
        loop {
            let url = self.url(&request.target)?;
            let ours = self.is_ours(&url);
            let way = Way { http: &self.http, plain: self.is_plain() };
            let authorization = match ours {
                true => self.authorizer.authorization(&way, request.repository, request.scope)?,
                false => None,
            };
            let answer = match self.send_to(&url, request, authorization.as_ref()) {
                Err(error) if self.may_be_plain(&error) => {
                    self.plain.store(true, Ordering::Relaxed);
                    continue;
                }
                outcome => outcome?,
            };
            if answer.status() != 401 || !ours || !self.is_ours(answer.url()) {
                return Ok(answer);
            }
            let wanted = challenge::parse(answer.headers(WWW_AUTHENTICATE.as_str()));
            let again = wanted.is_some_and(|wanted| self.authorizer.refused(authorization.as_ref(), wanted));
            refusals += 1;
            // The first refusal asks for credentials, a second one may be of a token that has expired.
            if !again || refusals > 2 || refusals > 1 && authorization.is_none() {
                return Err(self.authorizer.unauthorized_for(request.repository, answer.words()));
            }
        }
    }

    /// The error for a status that is not the one hoped for; `what` was asked for, to do `action`.
    pub fn failure(&self, answer: Answer, what: &str, action: &str) -> Error {
        let registry = self.registry.clone();
        match answer.status() {
            403 => Error::Denied { registry, action: action.to_owned(), words: answer.words() },
            404 => Error::Missing { registry, what: what.to_owned(), words: answer.words() },
            300..=399 => answer.nonsense("a redirect was not expected here"),
            _ => answer.failure(),
        }
    }

    /// An absolute URL out of an answer's `Location`.
    pub fn location(&self, answer: &Answer) -> Result<Url, Error> {
        let text = answer
            .header(LOCATION.as_str())
            .ok_or_else(|| answer.nonsense("it does not say where to go on"))?;
        let url = answer.url().join(text).map_err(|_| answer.nonsense("where to go on is no URL"))?;
        let secure = url.scheme() == "https" || url.scheme() == "http" && answer.url().scheme() == "http";
        if !secure {
            let (registry, to) = (self.registry.clone(), answer::shown(&url));
            return Err(Error::Untrusted { registry, to, reason: "a connection without encryption" });
        }
        Ok(url)
    }

    fn send_to(
        &self,
        url: &Url,
        request: &Request<'_>,
        authorization: Option<&crate::authorizer::Authorization>,
    ) -> Result<Answer, Error> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let mut builder =
                self.http.request(request.method.clone(), url.clone()).timeout(self.patience(request));
            for (name, value) in &request.headers {
                builder = builder.header(*name, value);
            }
            // Elsewhere nobody learns who we are.
            if let Some(authorization) = authorization.filter(|_| self.is_ours(&url)) {
                builder = authorization.add_to(builder);
            }
            builder = match &request.payload {
                Some(payload) => builder.header(CONTENT_LENGTH, payload.length).body((payload.body)()?),
                None if matches!(request.method, Method::GET | Method::HEAD) => builder,
                None => builder.header(CONTENT_LENGTH, 0),
            };
            let response = builder.send().map_err(|error| answer::transport(&url, error))?;
            let answer = Answer::new(&url, response);
            let follow = matches!(answer.status(), 301 | 302 | 303 | 307 | 308)
                && matches!(request.method, Method::GET | Method::HEAD);
            if !follow {
                return Ok(answer);
            }
            url = self.location(&answer)?;
        }
        Err(Error::Protocol { url: answer::shown(&url), reason: "there are too many redirects".to_owned() })
    }

    /// How long an answer may take.
    fn patience(&self, request: &Request<'_>) -> Duration {
        let sending = request.payload.as_ref().map_or(0, |payload| payload.length / SLOWEST);
        let silence = match request.method {
            Method::PUT | Method::PATCH => self.silence * 4,
            _ => self.silence,
        };
        silence + Duration::from_secs(sending)
    }

    fn url(&self, target: &Target) -> Result<Url, Error> {
        match target {
            Target::Url(url) => Ok(url.clone()),
            Target::Path(path) => {
                let scheme = if self.is_plain() { "http" } else { "https" };
                let text = format!("{scheme}://{}/v2/{path}", self.registry.api_host());
                Url::parse(&text).map_err(|error| Error::Protocol { url: text, reason: error.to_string() })
            }
        }
    }

    /// Whether a URL leads to the registry itself: the only place where its credentials go.
    fn is_ours(&self, url: &Url) -> bool {
        self.url(&Target::Path(String::new())).is_ok_and(|own| own.origin() == url.origin())
    }

    fn is_plain(&self) -> bool {
        self.plain.load(Ordering::Relaxed)
    }

    /// A registry on this machine that does not speak TLS is taken as it is, as Docker does.
    fn may_be_plain(&self, error: &Error) -> bool {
        !self.is_plain()
            && self.registry.is_loopback()
            && matches!(error, Error::Unreachable { reason, .. } if speaks_no_tls(reason))
    }
}
