//! Manifests and indexes: fetched and checked, looked up, put.

use reqwest::Method;
use reqwest::blocking::Body;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha256::Digest;
use store::Descriptor;

use crate::Error;
use crate::answer::Answer;
use crate::connection::{Connection, Payload, Request};
use crate::reference::Repository;
use crate::retry::Cancel;
use crate::scope::Scope;

/// Longer manifests are none; registries have the same limit.
pub(crate) const LONGEST_MANIFEST: u64 = 4 << 20;

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const SCHEMA_1: &str = "application/vnd.docker.distribution.manifest.v1";
const DIGEST_HEADER: &str = "docker-content-digest";

/// A manifest or an index, checked: its bytes, and where they point.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Media type, digest and size of the bytes.
    pub descriptor: Descriptor,
    pub bytes: Vec<u8>,
    pub content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// One image, or an artifact that looks like one.
    Image { configuration: Descriptor, layers: Vec<Descriptor> },
    /// Images for several platforms.
    Index(Vec<Descriptor>),
}

/// The fields of all kinds of manifests.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    schema_version: Option<u32>,
    media_type: Option<String>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Descriptor>>,
    #[serde(flatten)]
    _other: Map<String, Value>,
}

impl Document {
    /// Reads bytes that were said to be of a type; `what` names them.
    pub fn read(bytes: Vec<u8>, said: Option<&str>, what: &str) -> Result<Self, Error> {
        let refused = |reason: String| Error::NotAnImage { what: what.to_owned(), reason };
        let said = said.map(|said| said.split(';').next().unwrap_or_default().trim());
        if said.is_some_and(|said| said.starts_with(SCHEMA_1)) {
            return Err(Error::Schema1 { what: what.to_owned() });
        }
        let fields: Fields = serde_json::from_slice(&bytes)
            .map_err(|error| refused(format!("its manifest is not valid: {error}")))?;
        if fields.schema_version == Some(1) {
            return Err(Error::Schema1 { what: what.to_owned() });
        }
        let own = fields.media_type.as_deref().filter(|own| !own.is_empty());
        // Registries that serve files know types as these.
        let said = said.filter(|said| {
            !matches!(*said, "" | "application/json" | "application/octet-stream" | "text/plain")
        });
        if let (Some(own), Some(said)) = (own, said)
            && own != said
        {
            return Err(refused(format!(
                "its manifest says that it is `{own}`, the registry that it is `{said}`"
            )));
        }
        let (media_type, content) = match (fields.config, fields.layers, fields.manifests) {
            (Some(configuration), layers, None) => (
                oci::media_type::MANIFEST,
                Content::Image { configuration, layers: layers.unwrap_or_default() },
            ),
            (None, None, Some(manifests)) => (OCI_INDEX, Content::Index(manifests)),
            _ => return Err(refused("its manifest is neither one of an image nor an index".to_owned())),
        };
        let media_type = own.or(said).unwrap_or(media_type);
        let fits = match content {
            Content::Image { .. } => [oci::media_type::MANIFEST, DOCKER_MANIFEST].contains(&media_type),
            Content::Index(_) => [OCI_INDEX, DOCKER_INDEX].contains(&media_type),
        };
        if !fits {
            return Err(refused(format!("its manifest is of the type `{media_type}`")));
        }
        let descriptor = Descriptor::new(media_type, Digest::of(&bytes), bytes.len() as u64);
        Ok(Self { descriptor, bytes, content })
    }
}

/// Who asks, in which repository, for how long.
pub(crate) struct Place<'a> {
    pub connection: &'a Connection,
    pub repository: &'a Repository,
    pub scope: &'a Scope,
    pub cancel: &'a Cancel,
}

impl Place<'_> {
    /// Fetches a manifest by tag or digest. One with a digest is checked against it.
    pub fn manifest(&self, identifier: &str, expected: Option<Digest>) -> Result<Document, Error> {
        let what = self.named(identifier);
        let answer = |answer: Answer| match answer.status() {
            200 => {
                let announced = digest_of(&answer);
                let media_type = answer.header("content-type").map(str::to_owned);
                let bytes = answer.bytes(LONGEST_MANIFEST)?;
                self.check_digest(&what, &bytes, expected.or(announced))?;
                Document::read(bytes, media_type.as_deref(), &what)
            }
            _ => Err(self.connection.failure(answer, &what, &format!("reading {what}"))),
        };
        let request = self.request(Method::GET, format!("{}/manifests/{identifier}", self.repository));
        self.connection.ask(self.cancel, &request, answer)
    }

    /// A manifest that another one points at.
    pub fn manifest_of(&self, descriptor: &Descriptor) -> Result<Document, Error> {
        let document = self.manifest(&descriptor.digest.oci(), Some(descriptor.digest))?;
        match document.descriptor.size {
            found if found == descriptor.size => Ok(document),
            found => Err(Error::WrongLength {
                registry: self.connection.registry().clone(),
                what: self.named(&descriptor.digest.oci()),
                expected: descriptor.size,
                found,
            }),
        }
    }

    /// The digest that a tag stands for, or a digest itself if it is there; none: there is nothing, or the
    /// registry does not say which.
    pub fn digest(&self, identifier: &str) -> Result<Option<Digest>, Error> {
        let what = self.named(identifier);
        let request = self.request(Method::HEAD, format!("{}/manifests/{identifier}", self.repository));
        self.connection.ask(self.cancel, &request, |answer| match answer.status() {
            200 => Ok(digest_of(&answer)),
            404 => Ok(None),
            _ => Err(self.connection.failure(answer, &what, &format!("looking up {what}"))),
        })
    }

    /// Puts a manifest under a tag or its digest.
    pub fn put(&self, identifier: &str, descriptor: &Descriptor, bytes: &[u8]) -> Result<(), Error> {
        let what = self.named(identifier);
        let body = || Ok(Body::from(bytes.to_vec()));
        let mut request = self.request(Method::PUT, format!("{}/manifests/{identifier}", self.repository));
        request.headers = vec![("content-type", descriptor.media_type.clone())];
        request.payload = Some(Payload { length: bytes.len() as u64, body: &body });
        self.connection.ask(self.cancel, &request, |answer| match answer.status() {
            200..=202 => match digest_of(&answer) {
                Some(found) if found != descriptor.digest => Err(Error::WrongDigest {
                    registry: self.connection.registry().clone(),
                    what: what.clone(),
                    expected: descriptor.digest,
                    found,
                }),
                _ => Ok(()),
            },
            _ => Err(self.connection.failure(answer, &what, &format!("writing {what}"))),
        })
    }

    pub fn request(&self, method: Method, path: String) -> Request<'_> {
        let accept = [oci::media_type::MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_INDEX].join(", ");
        let is_manifest = path.contains("/manifests/") && matches!(method, Method::GET | Method::HEAD);
        let mut request = Request::new(method, path, self.repository, self.scope);
        if is_manifest {
            request.headers = vec![("accept", accept)];
        }
        request
    }

    fn check_digest(&self, what: &str, bytes: &[u8], expected: Option<Digest>) -> Result<(), Error> {
        match (Digest::of(bytes), expected) {
            (found, Some(expected)) if found != expected => Err(Error::WrongDigest {
                registry: self.connection.registry().clone(),
                what: what.to_owned(),
                expected,
                found,
            }),
            _ => Ok(()),
        }
    }

    /// `team/web:1`, `team/web@sha256:...`
    fn named(&self, identifier: &str) -> String {
        let separator = if identifier.contains(':') { '@' } else { ':' };
        format!("{}{separator}{identifier}", self.repository)
    }
}

fn digest_of(answer: &Answer) -> Option<Digest> {
    answer.header(DIGEST_HEADER)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_manifests_are_told_apart() {
        let blob = format!(r#"{{"mediaType":"x","digest":"{}","size":1}}"#, Digest::of("").oci());
        let image = |media_type: &str| {
            format!(r#"{{"schemaVersion":2,{media_type}"config":{blob},"layers":[{blob}]}}"#)
        };
        let typed = image(r#""mediaType":"application/vnd.docker.distribution.manifest.v2+json","#);
        let index = format!(r#"{{"schemaVersion":2,"manifests":[{blob}]}}"#);
        let both = format!(r#"{{"schemaVersion":2,"config":{blob},"layers":[],"manifests":[]}}"#);
        let oci = Some("application/vnd.oci.image.manifest.v1+json; charset=utf-8");
        for (text, said, expected) in [
            (image("").as_str(), oci, Ok("application/vnd.oci.image.manifest.v1+json")),
            (&image(""), None, Ok("application/vnd.oci.image.manifest.v1+json")),
            (&typed, Some(DOCKER_MANIFEST), Ok(DOCKER_MANIFEST)),
            (&typed, Some("application/json"), Ok(DOCKER_MANIFEST)),
            (&typed, oci, Err("the registry that it is")),
            (&index, Some(DOCKER_INDEX), Ok(DOCKER_INDEX)),
            (&index, None, Ok(OCI_INDEX)),
            (&index, oci, Err("is of the type")),
            (&both, None, Err("neither one")),
            ("{}", None, Err("neither one")),
            ("<html>", Some("text/html"), Err("not valid")),
            (r#"{"schemaVersion":1}"#, None, Err("schema 1")),
            ("x", Some("application/vnd.docker.distribution.manifest.v1+prettyjws"), Err("schema 1")),
        ] {
            let read = Document::read(text.as_bytes().to_vec(), said, "web:1");
            match (read, expected) {
                (Ok(document), Ok(media_type)) => assert_eq!(document.descriptor.media_type, media_type),
                (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
                (read, _) => panic!("{text}: {read:?}"),
            }
        }
    }
}
