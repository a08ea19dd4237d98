//! Modules from Debian packages: found in an archive, fetched into its pool, their files taken out.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use debian::{Archive, Package, relation};
use diagnostics::{Diagnostic, Diagnostics};
use sha256::Digest;

use crate::lock::{LockedModule, Pin};
use crate::network::Network;
use crate::{Error, ModuleName};

/// Where Debian's packages keep their modules, one folder each.
const PACKAGED: [&str; 2] = ["usr/share/puppet/modules.available/", "usr/share/puppet/modules/"];

/// How packages of modules are named.
const PACKAGE_PREFIX: &str = "puppet-module-";

/// The Debian archive that packaged modules come from, as whoever calls this crate provides it.
pub trait Debs {
    /// The archive, opened when the first package is wanted.
    fn archive(&self) -> Result<Rc<Archive>, Error>;
    /// The folder that packages are kept in.
    fn pool(&self) -> Result<PathBuf, Error>;
}

/// The candidate of a package as a locked module. `brought` says which names of modules or packages somebody
/// brings; a dependency on any other is warned about.
pub(crate) fn pin(
    debs: &dyn Debs,
    network: &Network<'_>,
    name: &ModuleName,
    package: &str,
    brought: &dyn Fn(&str) -> bool,
) -> Result<LockedModule, Error> {
    let archive = debs.archive()?;
    let found = archive.index().get(package).ok_or_else(|| unknown_package(&archive, package))?;
    for dependency in modules_needed(found.depends).iter().filter(|dependency| !brought(dependency)) {
        let line = format!("{package} depends on {dependency}, which the Puppetfile does not name");
        network.progress.warn(&line);
    }
    Ok(LockedModule {
        name: name.clone(),
        version: Some(found.version.as_str().to_owned()),
        pin: Pin::Deb { package: package.to_owned(), checksum: found.sha256 },
        dependencies: Vec::new(),
    })
}

/// The version of a package that the archive has now.
pub(crate) fn candidate(debs: &dyn Debs, package: &str) -> Result<Option<String>, Error> {
    let archive = debs.archive()?;
    Ok(archive.index().get(package).map(|package| package.version.as_str().to_owned()))
}

/// Brings locked packages (name, version, digest) into the pool and gives their paths. The archive is not opened
/// if all are there.
pub(crate) fn fetch(
    debs: &dyn Debs,
    network: &Network<'_>,
    wanted: &[(String, String, Digest)],
) -> Result<Vec<PathBuf>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let pool = debs.pool()?;
    let pooled: Vec<Option<PathBuf>> =
        wanted.iter().map(|(package, _, digest)| in_pool(&pool, package, digest)).collect();
    if let Some(all) = pooled.iter().cloned().collect::<Option<Vec<_>>>() {
        return Ok(all);
    }
    let archive = debs.archive()?;
    let packages = wanted.iter().map(|(package, version, digest)| {
        let same = |found: &Package<'_>| found.sha256 == *digest;
        archive.index().versions(package).find(same).ok_or_else(|| moved(&archive, package, version))
    });
    let packages = packages.collect::<Result<Vec<_>, Error>>()?;
    Ok(archive.download(network.client, &packages, &pool, network.progress)?)
}

/// Takes the module in a package out into an existing empty folder.
pub(crate) fn unpack(deb: &Path, package: &str, into: &Path, without_spec: bool) -> Result<(), Error> {
    let select = |path: &str| {
        let place = module_path(path)?;
        let left_out = without_spec && (place == "spec" || place.starts_with("spec/"));
        (!left_out && place != crate::marker::MARKER).then_some(place)
    };
    dpkg::extract(deb, into, &select)?;
    let is_empty = fs::read_dir(into).map_err(Error::io("read", into))?.next().is_none();
    if is_empty { Err(Error::NoModule { package: package.to_owned() }) } else { Ok(()) }
}

/// Whether a package is one that holds the module of a short name, as far as names tell.
pub(crate) fn holds(package: &str, short: &str) -> bool {
    package.strip_prefix(PACKAGE_PREFIX).is_some_and(|rest| {
        let rest = rest.replace('-', "_");
        rest == short || rest.strip_suffix(short).is_some_and(|owner| owner.ends_with('_'))
    })
}

fn in_pool(pool: &Path, package: &str, digest: &Digest) -> Option<PathBuf> {
    let prefix = format!("{package}_");
    let entries = fs::read_dir(pool).ok()?.filter_map(Result::ok);
    let mut paths = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path());
    paths.find(|path| {
        fs::File::open(path).and_then(Digest::of_reader).is_ok_and(|(found, _)| found == *digest)
    })
}

fn moved(archive: &Archive, package: &str, version: &str) -> Error {
    let found = match archive.index().get(package) {
        Some(candidate) => format!("has {}", candidate.version.as_str()),
        None => "has no such package".to_owned(),
    };
    Error::PackageMoved { package: package.to_owned(), version: version.to_owned(), found }
}

fn unknown_package(archive: &Archive, name: &str) -> Error {
    let modules = archive.index().candidates().map(|package| package.name);
    let near = diagnostics::nearest(name, modules.filter(|name| name.starts_with(PACKAGE_PREFIX)));
    let message = format!("there is no package `{name}` in the Debian archive");
    let hint = near.map(|near| format!("did you mean `{near}`?"));
    Error::Invalid(Diagnostics::from(Diagnostic::error(message).hints(hint)))
}

fn modules_needed(depends: &str) -> Vec<String> {
    let alternatives = relation::parse(depends).unwrap_or_default();
    let first = alternatives.iter().filter_map(|alternatives| alternatives.first());
    first.map(|one| one.name.to_owned()).filter(|name| name.starts_with(PACKAGE_PREFIX)).collect()
}

/// The path within the module for a path of its package. A package holds one module, in a folder whose name follows
/// no rule that all packages keep.
fn module_path(path: &str) -> Option<String> {
    let below = PACKAGED.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    let (_folder, rest) = below.split_once('/')?;
    (!rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_own_paths_are_taken_from_its_package() {
        let folder = "usr/share/puppet/modules.available";
        for (path, expected) in [
            (format!("{folder}/puppetlabs-mysql/metadata.json"), Some("metadata.json")),
            (format!("{folder}/horizon/lib/a"), Some("lib/a")),
            (format!("{folder}/puppetlabs-mysql"), None),
            ("usr/share/doc/x".to_owned(), None),
        ] {
            assert_eq!(module_path(&path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_package_is_known_by_the_end_of_its_name() {
        assert!(holds("puppet-module-puppetlabs-stdlib", "stdlib") && holds("puppet-module-nova", "nova"));
        assert!(holds("puppet-module-heini-wait-for", "wait_for"));
        assert!(!holds("puppet-module-puppetlabs-mystdlib", "stdlib") && !holds("stdlib", "stdlib"));
    }
}
