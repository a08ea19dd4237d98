//! What can go wrong with a registry, told apart by what a person would do about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use diagnostics::Hint;
use sha256::Digest;

use crate::reference::{InvalidReference, Registry};

/// More of a registry's own words than this is not shown.
const MOST_WORDS: usize = 300;

/// Why an image could not be pushed, pulled or copied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text that is no reference.
    #[error(transparent)]
    Reference(#[from] InvalidReference),
    /// The HTTP client could not be made, e.g. because of an unusable proxy address.
    #[error("cannot set up HTTP: {reason}")]
    Setup {
        /// What is wrong.
        reason: String,
    },
    /// A file of certificates or keys that cannot be used.
    #[error("cannot use the certificates in `{}`: {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file of credentials that cannot be used.
    #[error("cannot read the credentials in `{}`: {reason}", path.display())]
    CredentialsFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A credential helper failed.
    #[error("the credential helper `{program}` failed: {reason}")]
    Helper {
        /// The program.
        program: String,
        /// What is wrong.
        reason: String,
    },
    /// No connection came about: no such host, refused, no valid certificate.
    #[error("cannot connect to `{registry}`: {reason}")]
    Unreachable {
        /// The host and port.
        registry: String,
        /// The innermost cause.
        reason: String,
    },
    /// The connection broke or went silent on the way.
    #[error("the connection for `{url}` broke off: {reason}")]
    Interrupted {
        /// What was asked for, without its query.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// The registry wants other credentials, or any.
    #[error(
        "{} refuses {}{}",
        registry,
        user.as_ref().map_or("whoever has not logged in".to_owned(), |user| format!("the credentials of `{user}`")),
        words_after(words)
    )]
    Unauthorized {
        /// The registry.
        registry: Registry,
        /// Whose credentials were sent, if any.
        user: Option<String>,
        /// What the registry says.
        words: String,
    },
    /// Known, but not allowed to do this.
    #[error("{registry} does not allow {action}{}", words_after(words))]
    Denied {
        /// The registry.
        registry: Registry,
        /// What was tried.
        action: String,
        /// What the registry says.
        words: String,
    },
    /// There is no such image, repository or blob.
    #[error("{registry} has no {what}{}", words_after(words))]
    Missing {
        /// The registry.
        registry: Registry,
        /// What was asked for.
        what: String,
        /// What the registry says.
        words: String,
    },
    /// Any other HTTP status that is not success.
    #[error("`{url}` was answered with HTTP status {status}{}", words_after(words))]
    Status {
        /// What was asked for, without its query.
        url: String,
        /// The status code.
        status: u16,
        /// What the registry says.
        words: String,
        /// How long it wants to be left alone, if it says so.
        retry_after: Option<Duration>,
    },
    /// The registry does not keep to the protocol.
    #[error("`{url}` was answered in a way that the protocol does not know: {reason}")]
    Protocol {
        /// What was asked for, without its query.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A registry sends us where credentials, or images, must not go.
    #[error("{registry} leads to `{to}`, {reason}")]
    Untrusted {
        /// The registry.
        registry: Registry,
        /// Where to.
        to: String,
        /// Why not.
        reason: &'static str,
    },
    /// Content that is not what its digest says.
    #[error("{registry} gave other content for {what}: it has the digest `{}`, `{}` expected", found.oci(), expected.oci())]
    WrongDigest {
        /// The registry.
        registry: Registry,
        /// What was asked for.
        what: String,
        /// The digest that was promised.
        expected: Digest,
        /// The digest of what came.
        found: Digest,
    },
    /// Content that is longer or shorter than its descriptor says.
    #[error("{registry} gave {found} bytes for {what}, {expected} expected")]
    WrongLength {
        /// The registry.
        registry: Registry,
        /// What was asked for.
        what: String,
        /// Bytes as promised.
        expected: u64,
        /// Bytes as announced or sent; when too many came, at least so many.
        found: u64,
    },
    /// Something that cannot be used as an image.
    #[error("{what} is no image that can be used: {reason}")]
    NotAnImage {
        /// Its reference.
        what: String,
        /// What it is instead.
        reason: String,
    },
    /// An image in its first format, which Docker gave up in 2019.
    #[error("{what} is stored in the old format `schema 1`, which has no digests to check it by")]
    Schema1 {
        /// Its reference.
        what: String,
    },
    /// None of an index's images fits.
    #[error("{what} has no image for {wanted}; it has {}", offered_text(offered))]
    NoPlatform {
        /// Its reference.
        what: String,
        /// What was wanted, e.g. `linux/amd64`.
        wanted: String,
        /// What there is.
        offered: Vec<String>,
    },
    /// Given up because another transfer of the same image failed; that one's error is the one reported.
    #[error("the transfer was given up")]
    Cancelled,
    /// The store refused.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// An image in the store is not whole.
    #[error(transparent)]
    Oci(#[from] oci::Error),
}

impl Error {
    /// For `map_err`: a certificate or key file.
    pub(crate) fn certificates(path: &Path) -> impl Fn(String) -> Self {
        move |reason| Self::Certificates { path: path.to_owned(), reason }
    }

    /// Whether the same request may well succeed a little later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { reason, .. } => !is_about_tls(reason),
            Self::Interrupted { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 507..=599),
            _ => false,
        }
    }

    /// How long the registry wants to be left alone.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the registry answered that there is no such thing.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }
}

/// Whether a failed connection failed for its certificate or protocol, which waiting does not change.
pub(crate) fn is_about_tls(reason: &str) -> bool {
    ["certificate", "InvalidContentType", "corrupt message", "alert", "UnknownIssuer"]
        .iter()
        .any(|word| reason.contains(word))
}

/// Whether a connection failed in a way that servers have who know nothing of TLS.
pub(crate) fn speaks_no_tls(reason: &str) -> bool {
    ["InvalidContentType", "corrupt message", "handshake eof"].iter().any(|word| reason.contains(word))
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Reference(error) => return error.hint(),
            Self::Unreachable { registry, reason } => return Some(unreachable_hint(registry, reason)),
            Self::Unauthorized { registry, user, .. } => match user {
                Some(_) => {
                    return Some(format!(
                        "log in again: `docker login {registry}` or `podman login {registry}`"
                    ));
                }
                None => {
                    return Some(format!(
                        "log in with `docker login {registry}` or `podman login {registry}`, or check the name: \
                         many registries say this of images that do not exist"
                    ));
                }
            },
            Self::Denied { .. } => "log in as somebody who may, or name another repository",
            Self::Missing { .. } => "check the name and the tag",
            Self::Status { status: 413, .. } => {
                "a proxy before the registry limits the size of requests: send smaller ones with `--chunk-size`"
            }
            Self::Status { status: 429, .. } => {
                "the registry limits how often it may be asked; log in, or wait"
            }
            Self::Status { status: 500..=599, .. } => "the registry is in trouble; try again later",
            Self::Interrupted { .. } => "try again: what is through already is not sent again",
            Self::WrongDigest { .. } | Self::WrongLength { .. } => {
                "the registry, or a proxy on the way, gives damaged content; nothing of it was kept"
            }
            Self::Schema1 { .. } => "pull and push it with a current Docker, which converts it",
            Self::NoPlatform { .. } => "name one of these with `--platform`",
            Self::Helper { .. } => {
                "see that the program works: `echo HOST | docker-credential-NAME get`, or take it out of the file"
            }
            Self::CredentialsFile { .. } => "mend the file, or log in again",
            Self::Store(error) => return error.hint(),
            Self::Oci(error) => return error.hint(),
            Self::Setup { .. }
            | Self::Certificates { .. }
            | Self::Status { .. }
            | Self::Protocol { .. }
            | Self::Untrusted { .. }
            | Self::NotAnImage { .. }
            | Self::Cancelled => return None,
        };
        Some(hint.to_owned())
    }
}

fn unreachable_hint(registry: &str, reason: &str) -> String {
    if speaks_no_tls(reason) {
        return format!(
            "it does not seem to speak TLS; if plain HTTP is what you want, say `--plain-http {registry}`"
        );
    }
    if is_about_tls(reason) {
        return format!(
            "if it has an authority of its own, name its certificate with `--ca-file FILE`, or put it into \
             /etc/docker/certs.d/{registry}/ca.crt"
        );
    }
    "check that the registry is up, that its name is right, and which proxy is set (`https_proxy`)".to_owned()
}

fn words_after(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

fn offered_text(offered: &[String]) -> String {
    if offered.is_empty() { "none".to_owned() } else { offered.join(", ") }
}

/// Others' words on one line, without control characters, and not too many.
pub(crate) fn plain_words(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain: String = line.chars().filter(|letter| !letter.is_control()).take(MOST_WORDS + 1).collect();
    if plain.chars().count() > MOST_WORDS {
        plain.pop();
        plain.push('…');
    }
    plain
}

/// The text of the last error in the chain of sources: the others only say that there was one.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
