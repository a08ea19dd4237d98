//! Answers a registry's challenge: with a password, or with tokens that are fetched once and used until they
//! expire.
//!
//! Knows whom credentials may be shown: the registry itself, and the token server that it names. Who calls sees
//! to it that an answer is sent to the registry alone.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;

use crate::answer::{self, Answer};
use crate::challenge::Challenge;
use crate::reference::{Registry, Repository};
use crate::scope::Scope;
use crate::{Credential, Error, Keychain, Secret};

/// What a token lives for when its server does not say.
const USUAL_LIFE: u64 = 60;
/// Tokens are given up a little before they expire.
const MARGIN: u64 = 10;
/// Longer answers of a token server are none.
const LONGEST_ANSWER: u64 = 1 << 20;
const TIMEOUT: Duration = Duration::from_secs(30);
/// What token servers know us by.
const CLIENT: &str = "effigy";

/// Answers the challenges of one registry.
pub(crate) struct Authorizer {
    registry: Registry,
    keychain: Keychain,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What the registry wants, once it has said so.
    challenge: Option<Challenge>,
    /// Looked up once for each repository, since a helper may have to ask a person.
    credentials: Vec<(Repository, Option<Credential>)>,
    tokens: Vec<Token>,
}

struct Token {
    scope: Scope,
    value: Secret,
    expires: Instant,
}

/// An `Authorization` header that must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Authorization(HeaderValue);

impl Authorization {
    fn new(scheme: &str, value: &Secret) -> Option<Self> {
        let mut header = HeaderValue::from_str(&format!("{scheme} {}", value.reveal())).ok()?;
        header.set_sensitive(true);
        Some(Self(header))
    }

    fn basic(user: &str, password: &Secret) -> Option<Self> {
        let pair = Secret::new(STANDARD.encode(format!("{user}:{}", password.reveal())));
        Self::new("Basic", &pair)
    }

    pub fn add_to(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(AUTHORIZATION, self.0.clone())
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// A token server, and how it may be spoken to.
pub(crate) struct Way<'a> {
    pub http: &'a Client,
    /// Whether the registry is spoken to without encryption; then its token server may be, too.
    pub plain: bool,
}

impl Authorizer {
    pub fn new(registry: Registry, keychain: Keychain) -> Self {
        Self { registry, keychain, state: Mutex::default() }
    }

    /// What to send along with a request that needs this scope: nothing as long as nothing was wanted.
    pub fn authorization(
        &self,
        way: &Way<'_>,
        repository: &Repository,
        scope: &Scope,
    ) -> Result<Option<Authorization>, Error> {
        // Held while a token is fetched, so that it is fetched once.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(challenge) = state.challenge.clone() else { return Ok(None) };
        let credential = self.credential(&mut state, repository)?;
        let unusable =
            || self.unauthorized(credential.as_ref(), "the credentials hold a line break".to_owned());
        let Challenge::Bearer { realm, service, .. } = challenge else {
            return match &credential {
                Some(Credential::Password { user, password }) => {
                    Authorization::basic(user, password).ok_or_else(unusable).map(Some)
                }
                Some(Credential::Bearer(token) | Credential::Identity(token)) => {
                    Authorization::new("Bearer", token).ok_or_else(unusable).map(Some)
                }
                None => Ok(None),
            };
        };
        if let Some(Credential::Bearer(token)) = &credential {
            return Authorization::new("Bearer", token).ok_or_else(unusable).map(Some);
        }
        let now = Instant::now();
        state.tokens.retain(|token| token.expires > now);
        let known = state.tokens.iter().find(|token| token.scope.covers(scope));
        let value = match known {
            Some(token) => token.value.clone(),
            None => {
                let token = self.fetch(way, &realm, service.as_deref(), credential.as_ref(), scope)?;
                let value = token.value.clone();
                state.tokens.push(token);
                value
            }
        };
        Authorization::new("Bearer", &value).ok_or_else(unusable).map(Some)
    }

    /// Takes note that the registry refused what was sent, and what it wants instead. Whether it is worth
    /// another attempt: not with the same password.
    pub fn refused(&self, sent: Option<&Authorization>, challenge: Challenge) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let again = match (&challenge, sent) {
            (_, None) => true,
            (Challenge::Basic, Some(_)) => state.challenge != Some(Challenge::Basic),
            (Challenge::Bearer { .. }, Some(sent)) => {
                state
                    .tokens
                    .retain(|token| Authorization::new("Bearer", &token.value).as_ref() != Some(sent));
                true
            }
        };
        state.challenge = Some(challenge);
        again
    }

    /// The error for a registry that insists on its refusal.
    pub fn unauthorized_for(&self, repository: &Repository, words: String) -> Error {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match self.credential(&mut state, repository) {
            Ok(credential) => self.unauthorized(credential.as_ref(), words),
            Err(error) => error,
        }
    }

    fn unauthorized(&self, credential: Option<&Credential>, words: String) -> Error {
        let user = credential.map(|credential| credential.user().unwrap_or("the stored token").to_owned());
        Error::Unauthorized { registry: self.registry.clone(), user, words }
    }

    fn credential(&self, state: &mut State, repository: &Repository) -> Result<Option<Credential>, Error> {
        if let Some((_, known)) = state.credentials.iter().find(|(of, _)| of == repository) {
            return Ok(known.clone());
        }
        let found = self.keychain.find(&self.registry, repository)?;
        state.credentials.push((repository.clone(), found.clone()));
        Ok(found)
    }

    fn fetch(
        &self,
        way: &Way<'_>,
        realm: &str,
        service: Option<&str>,
        credential: Option<&Credential>,
        scope: &Scope,
    ) -> Result<Token, Error> {
        let url = self.realm(way, realm)?;
        let request = token_request(way.http, url.clone(), service, credential, scope);
        let response = request.timeout(TIMEOUT).send().map_err(|error| answer::transport(&url, error))?;
        let answer = Answer::new(&url, response);
        match answer.status() {
            200..=299 => {}
            300..=399 => {
                let (registry, to) = (self.registry.clone(), answer::shown(&url));
                let reason = "which sends us elsewhere; credentials are not sent there";
                return Err(Error::Untrusted { registry, to, reason });
            }
            // Refused as 400 by some for what is not a valid token or password.
            400 | 401 | 403 => return Err(self.unauthorized(credential, answer.words())),
            _ => return Err(answer.failure()),
        }
        let token: TokenAnswer = answer.json(LONGEST_ANSWER)?;
        let life = token.expires_in.unwrap_or(USUAL_LIFE).max(USUAL_LIFE).saturating_sub(MARGIN).min(86400);
        let Some(value) = token.token.or(token.access_token).filter(|token| !token.is_empty()) else {
            let reason = "there is no token in it".to_owned();
            return Err(Error::Protocol { url: answer::shown(&url), reason });
        };
        let expires = Instant::now() + Duration::from_secs(life);
        Ok(Token { scope: scope.clone(), value: Secret::new(value), expires })
    }

    /// The token server's address. Encrypted, unless the registry is not either.
    fn realm(&self, way: &Way<'_>, realm: &str) -> Result<Url, Error> {
        let untrusted = |reason| {
            let (registry, to) = (self.registry.clone(), crate::error::plain_words(realm));
            Error::Untrusted { registry, to, reason }
        };
        let url = Url::parse(realm).map_err(|_| untrusted("which is no URL of a token server"))?;
        match url.scheme() {
            "https" => Ok(url),
            "http" if way.plain => Ok(url),
            "http" => Err(untrusted("a token server without encryption; credentials are not sent there")),
            _ => Err(untrusted("which is no URL of a token server")),
        }
    }
}

/// With a password or anonymously as a GET; with a refresh token as OAuth 2 has it.
fn token_request(
    http: &Client,
    mut url: Url,
    service: Option<&str>,
    credential: Option<&Credential>,
    scope: &Scope,
) -> RequestBuilder {
    if let Some(Credential::Identity(refresh)) = credential {
        let mut form = Url::parse("form:").expect("a constant");
        form.query_pairs_mut()
            .append_pair("grant_type", "refresh_token")
            .append_pair("service", service.unwrap_or_default())
            .append_pair("client_id", CLIENT)
            .append_pair("scope", &scope.words().join(" "))
            .append_pair("refresh_token", refresh.reveal());
        let body = form.query().unwrap_or_default().to_owned();
        return http.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
    }
    {
        let mut query = url.query_pairs_mut();
        if let Some(service) = service {
            query.append_pair("service", service);
        }
        for words in scope.words() {
            query.append_pair("scope", &words);
        }
        if let Some(Credential::Password { user, .. }) = credential {
            query.append_pair("account", user);
        }
    }
    let request = http.get(url);
    match credential {
        Some(Credential::Password { user, password }) => match Authorization::basic(user, password) {
            Some(authorization) => authorization.add_to(request),
            None => request,
        },
        _ => request,
    }
}
