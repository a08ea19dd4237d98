//! Bases: Debian releases that are bootstrapped from a mirror.

use std::path::PathBuf;

use diagnostics::Diagnostic;

use crate::invalid::Invalid;
use crate::reader::{Keys, Reader};
use crate::yaml::{Entry, Node};

/// An entry of `bases`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The name that `from` refers to.
    pub name: String,
    /// `debian`: the release's codename, e.g. `trixie`.
    pub release: String,
    /// URL of the archive; none for the mirror that the host's own apt uses.
    pub mirror: Option<String>,
    /// URL of the security archive; none for the host's.
    pub security_mirror: Option<String>,
    /// By default the release, its updates and its security suite; for `sid` the release alone.
    pub suites: Vec<String>,
    /// By default `main`.
    pub components: Vec<String>,
    /// Packages beside the essential ones.
    pub packages: Vec<String>,
    /// Whether recommended packages are installed too. By default not.
    pub recommends: bool,
    /// Whether images keep manual pages and the like, which a build always has.
    pub documentation: bool,
    /// Keys that the archive is signed with; relative paths start at the repository's root. None for
    /// the host's own Debian keyring.
    pub keyring: Option<PathBuf>,
    /// Debian's name, e.g. `arm64`; none for the host's.
    pub architecture: Option<String>,
    /// Whether a `Release` file past its `Valid-Until` is accepted, for snapshots and archived releases.
    pub allow_expired: bool,
}

pub(super) const KEYS: Keys = Keys {
    owner: "a base",
    known: &[
        "debian",
        "mirror",
        "security_mirror",
        "suites",
        "components",
        "packages",
        "recommends",
        "documentation",
        "keyring",
        "architecture",
        "allow_expired",
    ],
    others: &[
        ("release", "debian"),
        ("suite", "suites"),
        ("codename", "debian"),
        ("url", "mirror"),
        ("arch", "architecture"),
    ],
};

/// All of `bases`, without those that lack a release.
pub(super) fn read_all(reader: &mut Reader, node: &Node) -> Vec<Base> {
    let entries = reader.map(node, "a map of bases");
    entries.iter().filter_map(|entry| read(reader, entry)).collect()
}

fn read(reader: &mut Reader, entry: &Entry) -> Option<Base> {
    if let Err(invalid) = name(&entry.key) {
        reader.refuse(entry.key_span, invalid);
    }
    let mut base = Base {
        name: entry.key.clone(),
        release: String::new(),
        mirror: None,
        security_mirror: None,
        suites: Vec::new(),
        components: vec!["main".to_owned()],
        packages: Vec::new(),
        recommends: false,
        documentation: false,
        keyring: None,
        architecture: None,
        allow_expired: false,
    };
    let mut suites = None;
    let mut has_release = false;
    for entry in reader.map(&entry.value, "a map like `{debian: trixie}`") {
        has_release |= entry.key == "debian";
        read_key(reader, entry, &mut base, &mut suites);
    }
    if !has_release {
        let message = format!("the base `{}` has no `debian`", base.name);
        let hint = "name the release it is bootstrapped from, e.g. `debian: trixie`";
        reader.report(entry.key_span, Diagnostic::error(message).code("missing-key").hint(hint));
    }
    base.suites = suites.unwrap_or_else(|| default_suites(&base.release));
    has_release.then_some(base)
}

fn read_key(reader: &mut Reader, entry: &Entry, base: &mut Base, suites: &mut Option<Vec<String>>) {
    let node = &entry.value;
    match entry.key.as_str() {
        "debian" => base.release = reader.parsed(node, "a codename", codename).unwrap_or_default(),
        "mirror" => base.mirror = reader.parsed(node, "a URL", url),
        "security_mirror" => base.security_mirror = reader.parsed(node, "a URL", url),
        "suites" => *suites = words(reader, node, "a list of suites", suite),
        "components" => {
            base.components = words(reader, node, "a list of components", suite).unwrap_or_default();
        }
        "packages" => {
            base.packages = words(reader, node, "a list of packages", package).unwrap_or_default();
        }
        "recommends" => base.recommends = reader.boolean(node).unwrap_or_default(),
        "documentation" => base.documentation = reader.boolean(node).unwrap_or_default(),
        "keyring" => base.keyring = reader.path(node, "the path of a keyring"),
        "architecture" => base.architecture = reader.parsed(node, "an architecture", architecture),
        "allow_expired" => base.allow_expired = reader.boolean(node).unwrap_or_default(),
        _ => reader.unknown_key(entry, &KEYS),
    }
}

fn default_suites(release: &str) -> Vec<String> {
    if matches!(release, "sid" | "unstable") {
        return vec![release.to_owned()];
    }
    vec![release.to_owned(), format!("{release}-updates"), format!("{release}-security")]
}

fn words(
    reader: &mut Reader,
    node: &Node,
    what: &str,
    parse: fn(&str) -> Result<String, Invalid>,
) -> Option<Vec<String>> {
    reader.list(node, what, |reader, item| reader.parsed(item, "a word", parse))
}

fn name(text: &str) -> Result<String, Invalid> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    checked(text, text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_word), || {
        format!("`{text}` is not a base's name; expected `a-z0-9._-`")
    })
}

/// A release by its codename, which is what `deb` modules and base images are told apart by.
pub(super) fn codename(text: &str) -> Result<String, Invalid> {
    let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase());
    checked(text, fits, || format!("`{text}` is not a release's codename; expected one like `trixie`"))
}

fn suite(text: &str) -> Result<String, Invalid> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    checked(text, !text.is_empty() && text.chars().all(is_word), || {
        format!("`{text}` is not a suite or component; expected `a-z0-9./-`")
    })
}

fn package(text: &str) -> Result<String, Invalid> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+.-".contains(c);
    let starts_plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    checked(text, text.len() > 1 && starts_plain && text.chars().all(is_word), || {
        format!("`{text}` is not a package's name; expected `a-z0-9+.-`")
    })
}

fn architecture(text: &str) -> Result<String, Invalid> {
    let fits = !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !matches!(text, "aarch64" | "x86-64");
    checked(text, fits, || {
        format!("`{text}` is not a Debian architecture; expected one like `amd64` or `arm64`")
    })
}

fn url(text: &str) -> Result<String, Invalid> {
    let rest = ["http://", "https://", "file:///"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let fits = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    checked(text, fits, || format!("`{text}` is not a mirror's URL; expected `http://...` or `https://...`"))
}

fn checked(text: &str, fits: bool, message: impl FnOnce() -> String) -> Result<String, Invalid> {
    if fits { Ok(text.to_owned()) } else { Err(Invalid::new(message())) }
}
