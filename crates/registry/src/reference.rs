//! Image references as Docker and the OCI specification write them: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`.
//!
//! Nothing is looked up here; a reference that parses may name nothing.

use std::fmt;
use std::str::FromStr;

use diagnostics::Hint;
use sha256::Digest;

/// The registry that is meant when a reference names none.
const DEFAULT_REGISTRY: &str = "docker.io";
/// Its official images lie below this path, which is not written.
const OFFICIAL: &str = "library/";
/// Registry and path together, as the reference grammar limits them.
const LONGEST_NAME: usize = 255;
const LONGEST_TAG: usize = 128;

/// A registry: `HOST` or `HOST:PORT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Registry(String);

/// A path within a registry, e.g. `team/web`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repository(String);

/// Names an image in a registry, by tag, by digest, or by both, of which the digest counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    registry: Registry,
    repository: Repository,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// A text that is no reference.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not an image reference: {reason}")]
pub struct InvalidReference {
    text: String,
    reason: String,
    hint: Option<String>,
}

impl Registry {
    /// Where its API is: Docker's registry has another name for it than the one in references.
    pub(crate) fn api_host(&self) -> &str {
        if self.is_docker() { "registry-1.docker.io" } else { &self.0 }
    }

    /// Under which names files of credentials and helpers may know it, the likeliest first.
    pub(crate) fn names_in_credentials(&self) -> Vec<&str> {
        if self.is_docker() {
            vec!["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"]
        } else {
            vec![&self.0]
        }
    }

    /// Whether it is this very machine, which Docker lets speak plain HTTP.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = match self.0.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => &self.0,
        };
        host == "localhost" || host == "[::1]" || host.starts_with("127.")
    }

    fn is_docker(&self) -> bool {
        self.0 == DEFAULT_REGISTRY
    }
}

impl Reference {
    /// The registry.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The path in it.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The tag, if there is one.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, if there is one.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// What the registry is asked for: the digest, else the tag.
    pub fn identifier(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.oci(),
            (None, Some(tag)) => tag.clone(),
            (None, None) => "latest".to_owned(),
        }
    }

    /// The same name, pinned: `debian:13@sha256:...`.
    pub fn with_digest(&self, digest: Digest) -> Self {
        Self { digest: Some(digest), ..self.clone() }
    }

    /// The short form that people know: `debian:13` for `docker.io/library/debian:13`.
    pub fn familiar(&self) -> String {
        let text = self.to_string();
        let short = text.strip_prefix("docker.io/").unwrap_or(&text);
        short.strip_prefix(OFFICIAL).filter(|_| self.registry.is_docker()).unwrap_or(short).to_owned()
    }

    /// Whether a text names its registry, rather than leaving it to the default.
    pub fn names_registry(text: &str) -> bool {
        text.split_once('/').is_some_and(|(first, _)| looks_like_host(first))
    }
}

impl FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        let refused = |reason: String| InvalidReference::new(text, reason);
        if let Some((scheme, rest)) = text.split_once("://") {
            let reason = format!("it begins with `{scheme}://`");
            return Err(refused(reason).hint(format!("write `{}`", rest.trim_end_matches('/'))));
        }
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(parse_digest(digest).map_err(refused)?)),
            None => (text, None),
        };
        let (registry, path) = match name.split_once('/') {
            Some((first, rest)) if looks_like_host(first) => (first, rest.to_owned()),
            _ => (DEFAULT_REGISTRY, name.to_owned()),
        };
        let (path, tag) = match path.split_once(':') {
            Some((path, tag)) => (path.to_owned(), Some(parse_tag(tag).map_err(refused)?)),
            None => (path, None),
        };
        let registry = parse_host(registry).map_err(refused)?;
        let official = registry.is_docker() && !path.contains('/');
        check_path(&path).map_err(|(reason, hint)| InvalidReference { hint, ..refused(reason) })?;
        if registry.0.len() + 1 + path.len() > LONGEST_NAME {
            return Err(refused(format!("its name is longer than {LONGEST_NAME} characters")));
        }
        let tag = tag.or_else(|| digest.is_none().then(|| "latest".to_owned()));
        let repository = Repository(if official { format!("{OFFICIAL}{path}") } else { path });
        Ok(Self { registry, repository, tag, digest })
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Registry {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        parse_host(text).map_err(|reason| InvalidReference::new(text, reason))
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Repository {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        match check_path(text) {
            Ok(()) => Ok(Self(text.to_owned())),
            Err((reason, hint)) => Err(InvalidReference { hint, ..InvalidReference::new(text, reason) }),
        }
    }
}

/// The full form: registry, path, tag and digest.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match self.digest {
            Some(digest) => write!(f, "@{}", digest.oci()),
            None => Ok(()),
        }
    }
}

impl InvalidReference {
    fn new(text: &str, reason: String) -> Self {
        Self { text: text.to_owned(), reason, hint: None }
    }

    fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

impl Hint for InvalidReference {
    fn hint(&self) -> Option<String> {
        let usual = || "write it as `registry.example.org/team/web:1.0` or `debian:13`".to_owned();
        Some(self.hint.clone().unwrap_or_else(usual))
    }
}

/// Docker's rule: what stands before the first `/` is a host if it could not be the beginning of a path.
fn looks_like_host(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || first.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn parse_host(text: &str) -> Result<Registry, String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    if let Some(port) = port
        && port.parse::<u16>().map_or(true, |port| port == 0)
    {
        return Err(format!("`{port}` is not a port"));
    }
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let good = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(|label| {
            let edge = |at: Option<u8>| at.is_some_and(|byte| byte.is_ascii_alphanumeric());
            let bytes = label.as_bytes();
            edge(bytes.first().copied())
                && edge(bytes.last().copied())
                && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        }),
    };
    if !good {
        return Err(format!("`{host}` is not a host name"));
    }
    let lower = text.to_ascii_lowercase();
    Ok(Registry(match lower.as_str() {
        "index.docker.io" | "registry-1.docker.io" => DEFAULT_REGISTRY.to_owned(),
        _ => lower,
    }))
}

/// Components of lower-case letters and digits, joined within by `.`, `_`, `__` or dashes.
fn check_path(path: &str) -> Result<(), (String, Option<String>)> {
    if path.is_empty() {
        return Err(("it has no path".to_owned(), None));
    }
    if path.len() == 64 && path.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(("it is a bare digest".to_owned(), Some(format!("write `NAME@sha256:{path}`"))));
    }
    for component in path.split('/') {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let separators = component.split(|letter: char| letter.is_ascii() && is_word(letter as u8));
        let joined = separators.enumerate().all(|(at, separator)| {
            separator.is_empty()
                || (at > 0
                    && (matches!(separator, "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-')))
        });
        let ends_well = component.bytes().next_back().is_some_and(is_word);
        if !joined || !ends_well {
            let lower = path.to_ascii_lowercase();
            let hint = (lower != path && check_path(&lower).is_ok()).then(|| format!("write `{lower}`"));
            let reason = match component {
                "" => "its path has an empty part".to_owned(),
                _ => format!(
                    "in `{component}`, lower-case letters and digits are expected, joined by `.`, `_`, `__` or `-`"
                ),
            };
            return Err((reason, hint));
        }
    }
    Ok(())
}

fn parse_tag(tag: &str) -> Result<String, String> {
    let mut bytes = tag.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let rest = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if first && rest && tag.len() <= LONGEST_TAG {
        return Ok(tag.to_owned());
    }
    Err(format!("`{tag}` is not a tag: up to {LONGEST_TAG} letters, digits, `_`, `.` or `-` are expected"))
}

fn parse_digest(text: &str) -> Result<Digest, String> {
    match text.split_once(':') {
        Some(("sha256", hex)) if hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) => {
            text.parse().map_err(|_| format!("`{text}` has {} hexadecimal digits instead of 64", hex.len()))
        }
        Some(("sha256", _)) => {
            Err(format!("`{text}` is not a digest: lower-case hexadecimal digits are expected"))
        }
        Some((algorithm, _)) => Err(format!("digests of `{algorithm}` are not supported, only `sha256`")),
        None => Err(format!("`{text}` is not a digest, e.g. `sha256:...`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn references_are_completed_as_docker_does() {
        for (text, full, familiar) in [
            ("debian", "docker.io/library/debian:latest", "debian:latest"),
            ("debian:13", "docker.io/library/debian:13", "debian:13"),
            ("team/web", "docker.io/team/web:latest", "team/web:latest"),
            ("index.docker.io/debian:13", "docker.io/library/debian:13", "debian:13"),
            ("localhost/web", "localhost/web:latest", "localhost/web:latest"),
            (
                "localhost:5000/a/b__c-d.e:V1_x",
                "localhost:5000/a/b__c-d.e:V1_x",
                "localhost:5000/a/b__c-d.e:V1_x",
            ),
            (
                "Registry.example.org/a---b",
                "registry.example.org/a---b:latest",
                "registry.example.org/a---b:latest",
            ),
            ("[::1]:5000/web:1", "[::1]:5000/web:1", "[::1]:5000/web:1"),
            ("host:5000/library/web", "host:5000/library/web:latest", "host:5000/library/web:latest"),
        ] {
            let reference: Reference = text.parse().unwrap();
            assert_eq!((reference.to_string().as_str(), reference.familiar().as_str()), (full, familiar));
            assert_eq!(full.parse::<Reference>().unwrap(), reference);
        }
    }

    #[test]
    fn a_digest_counts_before_a_tag() {
        let digest: Reference = format!("debian@sha256:{HEX}").parse().unwrap();
        assert_eq!((digest.tag(), digest.identifier()), (None, format!("sha256:{HEX}")));
        let both: Reference = format!("example.org/a:1@sha256:{HEX}").parse().unwrap();
        assert_eq!((both.tag(), both.identifier()), (Some("1"), format!("sha256:{HEX}")));
        let tag: Reference = "example.org/a:1".parse().unwrap();
        assert_eq!(tag.with_digest(Digest::of("")), both);
    }

    #[test]
    fn what_is_no_reference_is_said_with_its_reason() {
        let long = format!("example.org/{}", "a".repeat(250));
        for (text, reason, hint) in [
            ("", "it has no path", "debian:13"),
            ("https://example.org/a/", "begins with `https://`", "write `example.org/a`"),
            ("example.org/", "it has no path", "team/web"),
            ("team//web", "an empty part", ""),
            ("team/Web:1", "in `Web`, lower-case", "write `team/web`"),
            ("a..b", "joined by", ""),
            ("-a", "joined by", ""),
            ("a_", "joined by", ""),
            ("a b", "joined by", ""),
            ("ä", "joined by", ""),
            ("example.org:0/a", "`0` is not a port", ""),
            ("-x.org/a", "not a host name", ""),
            ("[::g]:1/a", "not a host name", ""),
            ("web:", "not a tag", ""),
            ("web:-x", "not a tag", ""),
            ("web@x", "not a digest", ""),
            ("web@sha512:00", "only `sha256`", ""),
            ("web@sha256:00", "2 hexadecimal digits instead of 64", ""),
            (HEX, "a bare digest", "NAME@sha256:e3b0"),
            (&long, "longer than 255", ""),
        ] {
            let error = text.parse::<Reference>().unwrap_err();
            assert!(error.to_string().contains(reason), "{error}, expected {reason}");
            assert!(Hint::hint(&error).unwrap().contains(hint), "{:?}, expected {hint}", Hint::hint(&error));
        }
    }

    #[test]
    fn this_machine_is_known() {
        for (text, loopback) in
            [("localhost:5000/a", true), ("127.0.0.3/a", true), ("[::1]:5/a", true), ("local.host/a", false)]
        {
            assert_eq!(text.parse::<Reference>().unwrap().registry().is_loopback(), loopback, "{text}");
        }
        assert!(Reference::names_registry("localhost/web") && !Reference::names_registry("team/web"));
    }
}
