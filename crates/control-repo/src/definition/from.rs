//! What an image starts from.

use std::fmt;
use std::path::PathBuf;

use super::name::is_path_component;
use crate::invalid::Invalid;
use crate::reader::repository_path;

/// What an image starts from. Written as a word under `bases`, as `oci:DIR`, or as an image reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A base of the same file, by name.
    Base(String),
    /// An OCI image layout; relative paths start at the repository's root.
    OciLayout(PathBuf),
    /// An archive of `docker save`; relative paths start at the repository's root.
    DockerArchive(PathBuf),
    /// An image in a registry, as written: `debian:trixie`, `registry.example.org/a/b@sha256:...`.
    Reference(String),
}

impl From {
    /// `is_base` says which names stand under `bases`; they win over references.
    pub(super) fn parse(text: &str, is_base: impl Fn(&str) -> bool) -> Result<Self, Invalid> {
        if is_base(text) {
            return Ok(Self::Base(text.to_owned()));
        }
        if let Some(path) = text.strip_prefix("oci:") {
            return repository_path(path).map(Self::OciLayout);
        }
        if let Some(path) = text.strip_prefix("docker-archive:") {
            return repository_path(path).map(Self::DockerArchive);
        }
        if is_reference(text) {
            return Ok(Self::Reference(text.to_owned()));
        }
        let invalid = Invalid::new(format!(
            "`{text}` is neither a name under `bases`, nor an image reference, nor `oci:DIR`, nor \
             `docker-archive:FILE`"
        ));
        Err(match text.split_once("://") {
            Some((_, rest)) if is_reference(rest) => invalid.hint(format!("write `{rest}`")),
            _ => invalid,
        })
    }
}

/// The form it is written in.
impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base(name) => f.write_str(name),
            Self::OciLayout(path) => write!(f, "oci:{}", path.display()),
            Self::DockerArchive(path) => write!(f, "docker-archive:{}", path.display()),
            Self::Reference(reference) => f.write_str(reference),
        }
    }
}

/// Whether a text is `[host[:port]/]path[:tag][@digest]`.
pub(crate) fn is_reference(text: &str) -> bool {
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let tag_start = name.rfind(':').filter(|&colon| !name[colon..].contains('/'));
    let (path, tag) = tag_start.map_or((name, None), |colon| (&name[..colon], Some(&name[colon + 1..])));
    let path = match path.split_once('/') {
        Some((host, rest)) if is_host(host) => rest,
        _ => path,
    };
    path.split('/').all(is_path_component) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

/// A first component is a host if it could not be a path: it has a dot or a port, or is `localhost`.
fn is_host(text: &str) -> bool {
    let (name, port) = text.rsplit_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte));
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    !name.is_empty() && is_name && is_port && (text.contains(['.', ':']) || text == "localhost")
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || byte == b'.' || byte == b'-')
}

fn is_digest(text: &str) -> bool {
    let is_hex = |hex: &str| hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty() && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric()) && is_hex(hex)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_layouts_and_references() {
        let digest = format!("debian@sha256:{}", "0".repeat(64));
        let reference = |text: &str| Some(From::Reference(text.to_owned()));
        let cases = [
            ("trixie", Some(From::Base("trixie".to_owned()))),
            ("oci:bases/x", Some(From::OciLayout("bases/x".into()))),
            ("oci:/srv/x", Some(From::OciLayout("/srv/x".into()))),
            ("docker-archive:x.tar", Some(From::DockerArchive("x.tar".into()))),
            ("oci:../x", None),
            ("oci:", None),
            ("debian", reference("debian")),
            ("debian:13-slim", reference("debian:13-slim")),
            ("localhost:5000/a/b:1", reference("localhost:5000/a/b:1")),
            ("registry.example.org/A/b", None),
            (&digest, reference(&digest)),
            ("debian@sha256:00", None),
            ("Debian", None),
            ("a b", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let from = From::parse(text, |name| name == "trixie");
            assert_eq!(from.clone().ok(), expected, "{text}");
            assert!(from.is_err() || from.unwrap().to_string() == text);
        }
        let hint = From::parse("docker://debian:13", |_| false).unwrap_err().hint;
        assert_eq!(hint.as_deref(), Some("write `debian:13`"));
    }
}
