//! From the arguments of a `mod` to its [`Source`].

use std::path::PathBuf;

use diagnostics::Span;
use sha256::Digest;

use super::calls::{Argument, NamedValue, Value};
use super::options::{Options, wrong_value};
use super::problem::Problem;
use super::{ForgeVersion, GitReference, GitSource, ModuleName, Placed, Source};

/// The options that say by their name where a module comes from. `path` comes last: with `git` it is a
/// folder of the repository.
const SELECTORS: [&str; 6] = ["git", "svn", "github_tarball", "deb", "local", "path"];

/// What `type` may be.
const TYPES: [&str; 5] = ["forge", "git", "svn", "tarball", "local"];

/// The source of a module, from the value after its name (a version) and its options. Takes the options
/// that it understands.
pub fn source(
    name: &ModuleName,
    name_span: Span,
    version: Option<Argument>,
    options: &mut Options,
) -> Result<Source, Placed> {
    let selected = selected(options)?;
    let version_span = version.as_ref().map(|argument| argument.span);
    let read = match selected.kind.as_str() {
        "forge" => {
            if name.owner().is_none() {
                return Err((Problem::ForgeWithoutOwner { name: name.short().to_owned() }, name_span));
            }
            let version = version.map(|argument| version_of(argument.value, argument.span)).transpose()?;
            return Ok(Source::Forge { version: forge_version(version, options)? });
        }
        "github_tarball" => {
            return github(selected, version);
        }
        "git" => git(selected.address, options)?,
        "svn" => {
            let revision = one_of(options, &["rev", "revision", "version"])?.map(|(_, text)| text);
            Source::Svn { url: selected.address, revision }
        }
        "tarball" => Source::Tarball { url: selected.address, sha256: checksum(options)? },
        "deb" => deb(selected)?,
        "local" => Source::Local,
        _ => Source::Path(PathBuf::from(selected.address)),
    };
    match version_span {
        None => Ok(read),
        Some(span) => Err((Problem::VersionWithoutForge { origin: read.describe() }, span)),
    }
}

/// Which kind of source is meant.
struct Selected {
    /// One of [`SELECTORS`] or [`TYPES`].
    kind: String,
    /// Its address, path or package; empty where there is none.
    address: String,
    /// Where the address stands.
    span: Span,
}

fn selected(options: &mut Options) -> Result<Selected, Placed> {
    let given: Vec<_> = SELECTORS
        .into_iter()
        .chain(["type"])
        .filter_map(|selector| options.span(selector).map(|span| (selector, span)))
        // `path` with `git` is no second source.
        .filter(|&(selector, _)| selector != "path" || options.span("git").is_none())
        .collect();
    match given.as_slice() {
        [] => Ok(Selected { kind: "forge".to_owned(), address: String::new(), span: Span::default() }),
        &[("type", _)] => by_type(options),
        &[("local", span)] => {
            let kind = if options.flag("local")? { "local" } else { "forge" };
            Ok(Selected { kind: kind.to_owned(), address: String::new(), span })
        }
        &[(selector, span)] => {
            let value_span = options.value_span(selector).unwrap_or(span);
            let missing = || (Problem::NoAddress { option: selector }, span);
            let address = options.text(selector)?.ok_or_else(missing)?;
            Ok(Selected { kind: selector.to_owned(), address, span: value_span })
        }
        &[(first, _), (second, span), ..] => Err((Problem::TwoSources { first, second }, span)),
    }
}

/// `type: 'git', source: 'https://…'`
fn by_type(options: &mut Options) -> Result<Selected, Placed> {
    let span = options.span("type").unwrap_or_default();
    let expected = "'forge', 'git', 'svn', 'tarball' or 'local'";
    let kind = match options.take("type") {
        Some(NamedValue { value: Value::Text(kind) | Value::Symbol(kind), .. })
            if TYPES.contains(&kind.as_str()) =>
        {
            kind
        }
        Some(option) => return Err(wrong_value(option, expected)),
        None => "forge".to_owned(),
    };
    let address = options.text("source")?;
    if address.is_none() && matches!(kind.as_str(), "git" | "svn" | "tarball") {
        return Err((Problem::NoAddress { option: "source" }, span));
    }
    Ok(Selected { kind, address: address.unwrap_or_default(), span })
}

/// A version by position.
fn version_of(value: Value, span: Span) -> Result<ForgeVersion, Placed> {
    match value {
        Value::Text(text) if !text.is_empty() => match text.parse() {
            Ok(range) => Ok(ForgeVersion::Requirement(range)),
            Err(_) => Err((Problem::Version { found: format!("'{text}'") }, span)),
        },
        Value::Symbol(name) if name == "latest" => Ok(ForgeVersion::Latest),
        Value::Nil => Ok(ForgeVersion::Any),
        other => Err((Problem::Version { found: other.describe() }, span)),
    }
}

fn forge_version(position: Option<ForgeVersion>, options: &mut Options) -> Result<ForgeVersion, Placed> {
    let span = options.span("version").unwrap_or_default();
    match (position, options.take("version")) {
        (Some(_), Some(option)) => Err((Problem::TwoVersions, option.name_span)),
        (Some(version), None) => Ok(version),
        (None, Some(option)) => version_of(option.value, span),
        (None, None) => Ok(ForgeVersion::Any),
    }
}

fn git(url: String, options: &mut Options) -> Result<Source, Placed> {
    let follows_control = matches!(
        options.value("branch"),
        Some(Value::Symbol(name)) if name == "control_branch"
    );
    let reference = if follows_control {
        options.take("branch");
        GitReference::ControlBranch
    } else {
        match one_of(options, &["ref", "version", "tag", "commit", "branch"])? {
            None => GitReference::Default,
            Some(("tag", tag)) => GitReference::Tag(tag),
            Some(("commit", commit)) => GitReference::Commit(commit),
            Some(("branch", branch)) => GitReference::Branch(branch),
            Some((_, reference)) => GitReference::Any(reference),
        }
    };
    let default_branch = options.text("default_branch")?;
    let folder = options.text("path")?.map(PathBuf::from);
    Ok(Source::Git(GitSource { url, reference, default_branch, folder }))
}

/// The version of a release on GitHub is a tag, so anything may be one.
fn github(selected: Selected, version: Option<Argument>) -> Result<Source, Placed> {
    let is_name = |part: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && !part.starts_with('.') && part.chars().all(is_plain)
    };
    if !selected.address.split_once('/').is_some_and(|(owner, name)| is_name(owner) && is_name(name)) {
        let option = NamedValue {
            name: "github_tarball".to_owned(),
            name_span: selected.span,
            value: Value::Text(selected.address),
            value_span: selected.span,
        };
        return Err(wrong_value(option, "`owner/repository`"));
    }
    let version = match version {
        None | Some(Argument { value: Value::Nil, .. }) => None,
        Some(Argument { value: Value::Symbol(name), .. }) if name == "latest" => None,
        Some(Argument { value: Value::Text(text), .. }) if !text.is_empty() => Some(text),
        Some(other) => return Err((Problem::Version { found: other.value.describe() }, other.span)),
    };
    Ok(Source::GithubTarball { repository: selected.address, version })
}

/// The checksum of an archive, which r10k calls its version.
fn checksum(options: &mut Options) -> Result<Option<Digest>, Placed> {
    let Some(option) = options.take("version") else { return Ok(None) };
    match &option.value {
        Value::Text(text) if text.parse::<Digest>().is_ok() => Ok(text.parse().ok()),
        _ => Err(wrong_value(option, "the archive's SHA-256, 64 hexadecimal digits")),
    }
}

/// A package's name as Debian Policy has it.
fn deb(selected: Selected) -> Result<Source, Placed> {
    let package = selected.address;
    let is_name = package.len() > 1
        && package.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && package.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.')
        });
    if is_name { Ok(Source::Deb(package)) } else { Err((Problem::PackageName { package }, selected.span)) }
}

/// Takes out the one option that is given of several that exclude each other.
fn one_of(options: &mut Options, names: &[&'static str]) -> Result<Option<(&'static str, String)>, Placed> {
    let mut taken = None;
    for &name in names {
        let span = options.span(name);
        let Some(text) = options.text(name)? else {
            continue;
        };
        match &taken {
            None => taken = Some((name, text)),
            Some((first, _)) => {
                let problem = Problem::Exclusive { first, second: name };
                return Err((problem, span.unwrap_or_default()));
            }
        }
    }
    Ok(taken)
}
