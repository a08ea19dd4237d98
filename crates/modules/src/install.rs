//! Installing what a Puppetfile names: deciding what is missing, then putting it into the module folder.
//!
//! ```text
//! modules/NAME/                      a module, whole or not there
//! modules/NAME/.effigy-module.json   that effigy installed it, and from what
//! ```
//! A folder without that file is the user's own and is never touched. Modules are unpacked beside their place
//! and renamed into it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use control_repo::ControlRepo;
use debian::{Archive, Package, relation};
use diagnostics::{Diagnostic, Diagnostics, SourceFile};
use progress::Progress;
use serde::{Deserialize, Serialize};
use sha256::Digest;

use crate::{Error, Module, Puppetfile, Source};

/// The file that says that effigy installed a module.
const MARKER: &str = ".effigy-module.json";

/// Where Debian's packages keep their modules, one folder each.
const PACKAGED: [&str; 2] = ["usr/share/puppet/modules.available/", "usr/share/puppet/modules/"];

/// How packages of modules are named.
const PACKAGE_PREFIX: &str = "puppet-module-";

/// What an installed module came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    package: String,
    version: String,
    sha256: Digest,
}

/// What is to be done for a Puppetfile.
pub struct Plan {
    moduledir: PathBuf,
    /// Module and package, in the Puppetfile's order.
    install: Vec<(Module, String)>,
    present: Vec<String>,
    /// Everything that the Puppetfile brings, by package and by short name.
    brought: Vec<String>,
}

/// A package that was fetched.
#[derive(Clone, Debug)]
pub struct Fetched {
    path: PathBuf,
    origin: Origin,
    /// Packages of modules that it depends on.
    depends: Vec<String>,
}

/// What an installation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Short names of modules that were installed now.
    pub installed: Vec<String>,
    /// Short names of modules that were there.
    pub present: Vec<String>,
}

impl Plan {
    /// Reads the repository's Puppetfile, if it has one, and looks at what is there. `again` installs anew what
    /// effigy has installed before. Everything that is wrong is told before anything is fetched.
    pub fn of(repo: &ControlRepo, again: bool) -> Result<Self, Error> {
        let mut plan =
            Self { moduledir: repo.moduledir(), install: vec![], present: vec![], brought: vec![] };
        let Some(path) = repo.puppetfile()? else { return Ok(plan) };
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let source = Arc::new(SourceFile::new(shown(&path), text));
        let puppetfile = Puppetfile::parse(&source).map_err(Error::Invalid)?;
        puppetfile.check_installable().map_err(Error::Invalid)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        for module in &puppetfile.modules {
            let name = module.name.short().to_owned();
            plan.brought.push(name.clone());
            match &module.source {
                Source::Path(below) => check_path(repo, &source, module, &folder.join(below))?,
                Source::Deb(package) => {
                    plan.brought.push(package.clone());
                    if again || !plan.is_installed(&name, package)? {
                        plan.install.push((module.clone(), package.clone()));
                        continue;
                    }
                }
                // The rest is refused above, but for `local`, which is none of our business.
                _ => {}
            }
            plan.present.push(name);
        }
        Ok(plan)
    }

    /// Debian packages that must be fetched.
    pub fn packages(&self) -> Vec<&str> {
        self.install.iter().map(|(_, package)| package.as_str()).collect()
    }

    /// Puts the fetched packages' modules into place.
    pub fn carry_out(
        &self,
        fetched: &BTreeMap<String, Fetched>,
        progress: &dyn Progress,
    ) -> Result<Report, Error> {
        let mut report = Report { installed: Vec::new(), present: self.present.clone() };
        for (module, package) in &self.install {
            let fetched = fetched.get(package).expect("every package of the plan was fetched");
            for dependency in fetched.depends.iter().filter(|name| !self.brings(name)) {
                progress
                    .warn(&format!("{package} depends on {dependency}, which the Puppetfile does not name"));
            }
            self.put_into_place(module.name.short(), fetched)?;
            report.installed.push(module.name.short().to_owned());
        }
        Ok(report)
    }

    /// Whether the Puppetfile names a package, or a module of its name from elsewhere.
    fn brings(&self, package: &str) -> bool {
        let short = package.rsplit('-').next().unwrap_or(package);
        self.brought.iter().any(|name| name == package || name == short)
    }

    fn is_installed(&self, name: &str, package: &str) -> Result<bool, Error> {
        let folder = self.moduledir.join(name);
        if !folder.exists() {
            return Ok(false);
        }
        match origin(&folder) {
            Some(origin) => Ok(origin.package == package),
            None => Err(Error::InTheWay { folder, module: name.to_owned() }),
        }
    }

    fn put_into_place(&self, name: &str, fetched: &Fetched) -> Result<(), Error> {
        let moduledir = &self.moduledir;
        fs::create_dir_all(moduledir).map_err(Error::io("make", moduledir))?;
        let temporary = |what: &str| moduledir.join(format!(".effigy-{what}-{name}-{}", std::process::id()));
        let (new, old, place) = (temporary("new"), temporary("old"), moduledir.join(name));
        let outcome = unpack(fetched, &new).and_then(|()| {
            if place.exists() {
                fs::rename(&place, &old).map_err(Error::io("replace", &place))?;
            }
            fs::rename(&new, &place).map_err(Error::io("make", &place))
        });
        for leftover in [&new, &old] {
            // Whatever stays has a name that no module has.
            let _ = fs::remove_dir_all(leftover);
        }
        outcome
    }
}

/// Fetches packages into `pool`, checked against the archive.
pub fn fetch_packages(
    names: &[&str],
    archive: &Archive,
    client: &fetch::Client,
    pool: &Path,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, Fetched>, Error> {
    let find = |name: &&str| archive.index().get(name).ok_or_else(|| unknown_package(archive, name));
    let packages = names.iter().map(find).collect::<Result<Vec<Package<'_>>, Error>>()?;
    let paths = archive.download(client, &packages, pool, progress)?;
    let fetched = packages.iter().zip(paths).map(|(package, path)| {
        let origin = Origin {
            package: package.name.to_owned(),
            version: package.version.as_str().to_owned(),
            sha256: package.sha256,
        };
        (package.name.to_owned(), Fetched { path, origin, depends: modules_needed(package.depends) })
    });
    Ok(fetched.collect())
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

/// A module with `path:` is used where it lies, so Puppet has to find it there.
fn check_path(
    repo: &ControlRepo,
    source: &Arc<SourceFile>,
    module: &Module,
    folder: &Path,
) -> Result<(), Error> {
    let name = module.name.short();
    let folder: PathBuf = folder.components().collect();
    let on_path = folder.parent().is_some_and(|parent| repo.modulepath().iter().any(|one| one == parent));
    let refuse = |message: String, hint: String| {
        let diagnostic = Diagnostic::error(message).at(source, module.span).hint(hint);
        Err(Error::Invalid(Diagnostics::from(diagnostic)))
    };
    if !folder.is_dir() {
        return refuse(
            format!("the folder {} of the module `{name}` does not exist", folder.display()),
            "mend the path".into(),
        );
    }
    if folder.file_name().is_none_or(|last| last != name) || !on_path {
        let hint = format!(
            "call the folder `{name}`, and name the one above it in `modulepath` of environment.conf"
        );
        return refuse(format!("Puppet would not find the module `{name}` in {}", folder.display()), hint);
    }
    Ok(())
}

fn origin(folder: &Path) -> Option<Origin> {
    serde_json::from_slice(&fs::read(folder.join(MARKER)).ok()?).ok()
}

fn unpack(fetched: &Fetched, into: &Path) -> Result<(), Error> {
    if into.exists() {
        fs::remove_dir_all(into).map_err(Error::io("remove", into))?;
    }
    fs::create_dir(into).map_err(Error::io("make", into))?;
    dpkg::extract(&fetched.path, into, &module_path)?;
    let is_empty = fs::read_dir(into).map_err(Error::io("read", into))?.next().is_none();
    if is_empty {
        return Err(Error::NoModule { package: fetched.origin.package.clone() });
    }
    let marker = serde_json::to_vec_pretty(&fetched.origin).expect("an origin is plain data");
    fs::write(into.join(MARKER), marker).map_err(Error::io("write", into.join(MARKER)))
}

/// The path within the module for a path of its package. A package holds one module, in a folder whose name follows
/// no rule that all packages keep.
fn module_path(path: &str) -> Option<String> {
    let below = PACKAGED.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    let (_folder, rest) = below.split_once('/')?;
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// A path as the user would write it, if they stand above it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
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
    fn a_repository_without_a_puppetfile_needs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("effigy.yaml"), "images: {a: {from: 'oci:x'}}\n").unwrap();
        let repo = ControlRepo::open(folder.path()).unwrap();
        let report = Plan::of(&repo, false).unwrap().carry_out(&BTreeMap::new(), &progress::Silent).unwrap();
        assert_eq!(report, Report::default());
    }

    #[test]
    fn what_effigy_did_not_install_is_never_touched() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("effigy.yaml", "images: {a: {from: 'oci:x'}}\n");
        write("Puppetfile", "mod 'puppetlabs/mysql', deb: 'puppet-module-puppetlabs-mysql'\n");
        let repo = ControlRepo::open(folder.path()).unwrap();
        assert_eq!(Plan::of(&repo, false).unwrap().packages(), ["puppet-module-puppetlabs-mysql"]);
        write("modules/mysql/manifests/init.pp", "class mysql {}");
        let error = Plan::of(&repo, false).err().unwrap();
        assert!(matches!(error, Error::InTheWay { .. }), "{error}");
        write("Puppetfile", "mod 'nginx', path: 'elsewhere/nginx'\n");
        let error = Plan::of(&repo, false).err().unwrap().to_string();
        assert!(error.contains("does not exist"), "{error}");
    }
}
