//! What dpkg's database and apt's lists say of a package.

use super::install::run;
use crate::engine::Context;
use crate::error::Failure;
use crate::report::Level;
use crate::resource::Resource;

/// What dpkg's database says of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// The installed version; nothing if only configuration is left or nothing at all.
    pub(super) version: Option<String>,
    /// Whether dpkg knows nothing of it any more.
    pub(super) purged: bool,
    pub(super) held: bool,
}

/// Looks a package up in dpkg's database.
pub(super) fn look_up(name: &str, context: &Context<'_>) -> Result<Known, Failure> {
    let status = context
        .system
        .read("/var/lib/dpkg/status")
        .map_err(|_| Failure::new("Could not find a suitable provider for package"))?;
    let (name, architecture) = name.split_once(':').map_or((name, None), |(name, it)| (name, Some(it)));
    let wanted = format!("Package: {name}\n");
    let text = String::from_utf8_lossy(&status);
    let mut found = Known { purged: true, ..Known::default() };
    for paragraph in text.split("\n\n").map(|it| it.trim_start_matches('\n')) {
        if !paragraph.starts_with(&wanted) {
            continue;
        }
        let field = |key: &str| {
            paragraph.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).map(str::trim)
        };
        let known = field("Architecture").unwrap_or_default();
        if architecture.is_some_and(|wanted| known != wanted && known != "all") {
            continue;
        }
        let words: Vec<&str> = field("Status").unwrap_or_default().split(' ').collect();
        let [desired, _, state] = words[..] else { continue };
        found = Known { version: None, purged: state == "not-installed", held: desired == "hold" };
        let gone = ["not-installed", "config-files", "half-installed", "unpacked", "half-configured"];
        if !gone.contains(&state) {
            found.version = field("Version").map(str::to_owned);
            break;
        }
    }
    Ok(found)
}

/// Whether a package is only there for others, as apt notes it.
pub(super) fn is_automatic(name: &str, context: &Context<'_>) -> bool {
    let states = context.system.read("/var/lib/apt/extended_states").unwrap_or_default();
    let name = format!("Package: {}", name.split(':').next().unwrap_or(name));
    let text = String::from_utf8_lossy(&states);
    text.split("\n\n").any(|paragraph| {
        paragraph.lines().any(|line| line == name)
            && paragraph.lines().any(|line| line == "Auto-Installed: 1")
    })
}

/// Whether two texts are the same Debian version.
pub(super) fn same_version(wanted: &str, is: &str) -> bool {
    let plain = |version: &str| version.strip_prefix("0:").unwrap_or(version).to_owned();
    plain(wanted) == plain(is)
}

/// The version that an upgrade would bring.
pub(super) fn latest(resource: &Resource, context: &mut Context<'_>) -> Result<Option<String>, Failure> {
    if resource.text("provider") == Some("dpkg") {
        let source = resource
            .text("source")
            .ok_or("Could not update: You cannot install dpkg packages without a source");
        let output = run(&["/usr/bin/dpkg-deb", "--show", source?], context)?;
        return Ok(output.trim().split_once('\t').map(|(_, version)| version.to_owned()));
    }
    let output = run(&["/usr/bin/apt-cache", "policy", resource.name()], context)
        .map_err(|failure| Failure::new(format!("Could not get latest version: {}", failure.text)))?;
    let line = output.lines().find_map(|line| line.trim().strip_prefix("Candidate:"));
    if line.is_none() {
        context.tell(Level::Err, resource, "Could not find latest version");
    }
    Ok(line.map(|version| version.trim().to_owned()))
}
