//! Docker's `config.json` and Podman's `auth.json`, which have the same shape.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;

use super::Credential;
use crate::reference::{Registry, Repository};
use crate::{Error, Secret};

/// A file of credentials, as far as it is about them.
pub(super) struct AuthFile {
    path: PathBuf,
    content: Content,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    auths: BTreeMap<String, Entry>,
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
    #[serde(default)]
    creds_store: String,
}

/// Each field may be there, empty, or missing; with a helper the whole entry is empty.
#[derive(Default, Deserialize)]
struct Entry {
    #[serde(default)]
    auth: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    identitytoken: String,
    #[serde(default)]
    registrytoken: String,
}

/// Written with padding by everybody but a few scripts.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl AuthFile {
    /// Reads a file; none if it does not exist.
    pub(super) fn load(path: &Path) -> Result<Option<Self>, Error> {
        let failed = |reason: String| Error::CredentialsFile { path: path.to_owned(), reason };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(failed(error.to_string())),
        };
        Self::parse(path, &bytes).map(Some)
    }

    fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let content = if bytes.trim_ascii().is_empty() {
            Content::default()
        } else {
            // What serde says of a wrong value may quote it; the place will do.
            serde_json::from_slice(bytes).map_err(|error| {
                let reason = format!("line {}, column {} is not as expected", error.line(), error.column());
                Error::CredentialsFile { path: path.to_owned(), reason }
            })?
        };
        Ok(Self { path: path.to_owned(), content })
    }

    /// The program that knows the credentials for a registry: what follows `docker-credential-` in its name.
    pub(super) fn helper(&self, registry: &Registry) -> Option<&str> {
        let names = registry.names_in_credentials();
        let own = self.content.cred_helpers.iter();
        let mut own =
            own.filter(|(name, _)| names.contains(&name.as_str()) || names.contains(&host_of(name)));
        let helper = own.next().map(|(_, helper)| helper).unwrap_or(&self.content.creds_store);
        (!helper.is_empty()).then_some(helper)
    }

    /// The entry that fits best.
    pub(super) fn entry(
        &self,
        registry: &Registry,
        repository: &Repository,
    ) -> Result<Option<Credential>, Error> {
        let names = registry.names_in_credentials();
        let full = names.iter().map(|name| format!("{}/{repository}", host_of(name)));
        let full: Vec<String> = full.collect();
        let fits = |key: &str| {
            let plain = without_scheme(key);
            names.iter().any(|name| *name == key || *name == host_of(key) && is_whole_host(plain))
                || full.iter().any(|full| {
                    full.strip_prefix(plain).is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
                })
        };
        let mut best: Option<(&String, &Entry)> = None;
        for (key, entry) in &self.content.auths {
            if fits(key)
                && best.is_none_or(|(known, _)| without_scheme(known).len() < without_scheme(key).len())
            {
                best = Some((key, entry));
            }
        }
        best.map_or(Ok(None), |(key, entry)| self.credential(key, entry))
    }

    fn credential(&self, key: &str, entry: &Entry) -> Result<Option<Credential>, Error> {
        if !entry.identitytoken.is_empty() {
            return Ok(Some(Credential::Identity(Secret::new(&entry.identitytoken))));
        }
        if !entry.registrytoken.is_empty() {
            return Ok(Some(Credential::Bearer(Secret::new(&entry.registrytoken))));
        }
        if !entry.username.is_empty() {
            let password = Secret::new(&entry.password);
            return Ok(Some(Credential::Password { user: entry.username.clone(), password }));
        }
        if entry.auth.is_empty() {
            return Ok(None);
        }
        let decoded = BASE64.decode(entry.auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        let Some((user, password)) = pair else {
            let reason = format!("`auth` of `{key}` is not a name and a password in base64");
            return Err(Error::CredentialsFile { path: self.path.clone(), reason });
        };
        // Docker pads with zero bytes.
        let password = Secret::new(password.trim_end_matches('\0'));
        Ok(Some(Credential::Password { user: user.to_owned(), password }))
    }
}

fn without_scheme(key: &str) -> &str {
    let key = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    key.trim_end_matches('/')
}

/// The host of a key like `https://registry.example.org/v2/`.
fn host_of(key: &str) -> &str {
    let key = without_scheme(key);
    key.split_once('/').map_or(key, |(host, _)| host)
}

/// Whether a key is about all of a registry: a host alone, or one with the path of an API version.
fn is_whole_host(plain: &str) -> bool {
    plain.split_once('/').is_none_or(|(_, path)| matches!(path, "v1" | "v2"))
}
