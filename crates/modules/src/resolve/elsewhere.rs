//! Modules that do not come from the Forge: which commit, archive or package each stands for now.

use std::fs::File;
use std::path::Path;

use diagnostics::{Diagnostic, Diagnostics, Hint};
use sha256::Digest;

use crate::lock::{Locked, LockedModule, Pin};
use crate::network::{Checksum, Network};
use crate::puppetfile::GitSource;
use crate::requirement::Metadata;
use crate::{Error, Module, Source, debs, git, github, parallel, unpack};

use super::{Resolver, Update};

/// What a module says about itself.
const METADATA: &str = "metadata.json";

/// All of them; those that are locked and may stay are taken as they are.
pub(super) fn pinned(resolver: &Resolver<'_>, update: &Update) -> Result<Locked, Error> {
    let request = resolver.request;
    let (mut locked, mut remote, mut packaged) = (Locked::new(), Vec::new(), Vec::new());
    for module in request.modules() {
        let short = module.name.short();
        let before = request.locked.get(short).filter(|before| {
            let answers = before.pin.answers(&module.source, request.control_branch.as_deref());
            answers && before.name == module.name && !update.includes(short)
        });
        match (&module.source, before) {
            (Source::Forge { .. } | Source::Path(_) | Source::Local | Source::Svn { .. }, _) => {}
            (_, Some(before)) => drop(locked.insert(short.to_owned(), before.clone())),
            (Source::Deb(package), None) => packaged.push((module, package)),
            (_, None) => remote.push(module),
        }
    }
    // What packages need is shared by one thread alone, so only the others run beside each other.
    let (root, branch) = (request.repo.root(), request.control_branch.as_deref());
    let (network, github) = (resolver.network, resolver.github);
    let pinned = parallel::map(&remote, |module| {
        let pinned = match &module.source {
            Source::Git(source) => pin_git(&Git { network, root, branch }, module, source).map(Some),
            Source::Tarball { url, sha256 } => pin_tarball(network, module, url, *sha256).map(Some),
            Source::GithubTarball { repository, version } => {
                pin_github(network, github, module, repository, version.as_deref()).map(Some)
            }
            _ => Ok(None),
        };
        pinned.map_err(|error| Box::new((module.name.short().to_owned(), error)))
    });
    for module in pinned.map_err(|failure| located(resolver, &failure.0, failure.1))?.into_iter().flatten() {
        locked.insert(module.name.short().to_owned(), module);
    }
    let brought = |package: &str| {
        let named = |module: &Module| match &module.source {
            Source::Deb(other) => other == package,
            _ => debs::holds(package, module.name.short()),
        };
        request.modules().iter().any(named)
    };
    for (module, package) in packaged {
        let pinned = debs::pin(resolver.debs, network, &module.name, package, &brought)?;
        locked.insert(module.name.short().to_owned(), pinned);
    }
    Ok(locked)
}

struct Git<'a> {
    network: &'a Network<'a>,
    root: &'a Path,
    branch: Option<&'a str>,
}

fn pin_git(git: &Git<'_>, module: &Module, source: &GitSource) -> Result<LockedModule, Error> {
    let resolved = match source.commit() {
        // A commit never changes its meaning, so a cached one needs no server.
        Some(commit) => Some(commit.to_owned()),
        None => {
            let advertised = git::advertised(git.network, git.root, source)?;
            git::resolve(&advertised, source, git.branch)?
        }
    };
    let repository = git::Repository::open(git.network, git.root, &source.url)?;
    let commit = match resolved {
        Some(commit) => commit,
        None => repository.find(source.beginning().unwrap_or_default())?,
    };
    repository.fetch(&commit)?;
    let folder = source.folder_text();
    let metadata = repository.file(&commit, folder.as_deref(), METADATA);
    let metadata = metadata.map(|text| Metadata::parse(&text)).unwrap_or_default();
    let reference = source.asked(git.branch);
    Ok(locked(module, metadata, Pin::Git { url: source.url.clone(), reference, commit, folder }))
}

fn pin_tarball(
    network: &Network<'_>,
    module: &Module,
    url: &str,
    sha256: Option<Digest>,
) -> Result<LockedModule, Error> {
    let known = sha256.map_or(Checksum::Unknown, Checksum::Sha256);
    let checksum = network.fetch_archive(url, &known)?;
    let metadata = archived_metadata(network, module, &checksum)?;
    Ok(locked(module, metadata, Pin::Tarball { url: url.to_owned(), checksum }))
}

fn pin_github(
    network: &Network<'_>,
    api: &str,
    module: &Module,
    repository: &str,
    version: Option<&str>,
) -> Result<LockedModule, Error> {
    let tag = github::tag(network, api, repository, version)?;
    let checksum = github::fetch(network, api, repository, &tag)?;
    let metadata = archived_metadata(network, module, &checksum)?;
    Ok(locked(module, metadata, Pin::Github { repository: repository.to_owned(), tag, checksum }))
}

fn archived_metadata(network: &Network<'_>, module: &Module, checksum: &Digest) -> Result<Metadata, Error> {
    let path = network.archive(checksum);
    let archive = File::open(&path).map_err(Error::io("read", &path))?;
    let text = unpack::find(archive, METADATA, &format!("the module `{}`", module.name))?;
    Ok(text.map(|text| Metadata::parse(&text)).unwrap_or_default())
}

fn locked(module: &Module, metadata: Metadata, pin: Pin) -> LockedModule {
    let version = match &pin {
        Pin::Github { tag, .. } => github::version(tag).or(metadata.version),
        _ => metadata.version,
    };
    LockedModule {
        name: module.name.clone(),
        version: version.map(|version| version.to_string()),
        pin,
        dependencies: metadata.dependencies,
    }
}

/// An error that the Puppetfile is to blame for, at its line.
fn located(resolver: &Resolver<'_>, short: &str, error: Error) -> Error {
    let module = resolver.request.module(short);
    match (&resolver.request.puppetfile, module) {
        (Some(puppetfile), Some(module)) if error.is_input() && !matches!(error, Error::Invalid(_)) => {
            let diagnostic = Diagnostic::error(error.to_string()).hints(error.hint());
            let diagnostic = diagnostic.code("module-source").at(&puppetfile.text, module.span);
            Error::Invalid(Diagnostics::from(diagnostic))
        }
        _ => error,
    }
}
