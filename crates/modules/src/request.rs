//! What a control repository asks for: its Puppetfile, its settings and its lock file, read and checked. No store,
//! no network and no folder of modules is touched for that.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use control_repo::{ControlRepo, Dependencies, LOCK_NAME, LockFile};
use diagnostics::{Diagnostic, Diagnostics, SourceFile};

use crate::install::{Plan, Report};
use crate::lock::{self, Locked};
use crate::marker::MARKER;
use crate::puppetfile::{ForgeVersion, GitReference};
use crate::requirement::Metadata;
use crate::resolve::current;
use crate::{Error, Module, ModuleName, Puppetfile, Range, Requirement, Source, git};

/// What a control repository asks for.
pub struct Request<'a> {
    pub(crate) repo: &'a ControlRepo,
    /// None: the repository has no Puppetfile.
    pub(crate) puppetfile: Option<Puppetfile>,
    /// What the repository's own `metadata.json` asks for, if the Puppetfile says `metadata`.
    pub(crate) metadata: Vec<Requirement>,
    /// The branch that the repository is on; asked for only if a module follows it.
    pub(crate) control_branch: Option<String>,
    /// Short names of modules that are there and that effigy did not install: nobody has to bring them.
    pub(crate) own: BTreeSet<String>,
    pub(crate) locked: Locked,
    pub(crate) lock_file: LockFile,
}

impl<'a> Request<'a> {
    /// Reads everything. Whatever is wrong in a file is told with its place.
    pub fn read(repo: &'a ControlRepo) -> Result<Self, Error> {
        let lock_file = LockFile::load(&repo.root().join(LOCK_NAME))?;
        let locked = lock::read(&lock_file).map_err(Error::Invalid)?;
        let (metadata, own) = (Vec::new(), own_modules(repo));
        let mut request =
            Self { repo, puppetfile: None, metadata, control_branch: None, own, locked, lock_file };
        let Some(path) = repo.puppetfile()? else { return Ok(request) };
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let source = Arc::new(SourceFile::new(shown(&path), text));
        let puppetfile = Puppetfile::parse(&source).map_err(Error::Invalid)?;
        puppetfile.check_installable().map_err(Error::Invalid)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        for module in &puppetfile.modules {
            check_place(repo, &source, module, folder)?;
        }
        if puppetfile.metadata {
            request.metadata = own_metadata(&folder.join("metadata.json"))?;
        }
        let follows = |module: &Module| match &module.source {
            Source::Git(git) => git.reference == GitReference::ControlBranch,
            _ => false,
        };
        if puppetfile.modules.iter().any(follows) {
            request.control_branch = git::branch_of(repo.root());
        }
        request.puppetfile = Some(puppetfile);
        Ok(request)
    }

    /// The modules of the Puppetfile, in its order.
    pub fn modules(&self) -> &[Module] {
        self.puppetfile.as_ref().map_or(&[], |puppetfile| &puppetfile.modules)
    }

    /// What `effigy.lock` says.
    pub fn locked(&self) -> &Locked {
        &self.locked
    }

    /// What installing would say, if there is nothing to do: the lock file answers everything, and every module is there
    /// and as it was installed.
    pub fn fulfilled(&self) -> Result<Option<Report>, Error> {
        let Some(locked) = current::answers(self).filter(|locked| *locked == self.locked) else {
            return Ok(None);
        };
        let report = Plan::of(self, &locked, false)?.nothing_to_do();
        Ok(report.filter(|report| report.changed.is_empty()))
    }

    /// Whether dependencies of modules are wanted too.
    pub(crate) fn follows_dependencies(&self) -> bool {
        self.repo.definition().dependencies == Dependencies::Resolve
    }

    /// The Forge's address as the files give it: effigy.yaml before the Puppetfile.
    pub(crate) fn forge(&self) -> Option<&str> {
        let in_puppetfile = self.puppetfile.as_ref().and_then(|puppetfile| puppetfile.forge.as_deref());
        self.repo.definition().forge.as_deref().or(in_puppetfile)
    }

    /// The Puppetfile's module of a short name.
    pub(crate) fn module(&self, short: &str) -> Option<&Module> {
        self.modules().iter().find(|module| module.name.short() == short)
    }

    /// Where a module is installed, or lies.
    pub(crate) fn folder_of(&self, short: &str) -> PathBuf {
        let module = self.module(short);
        if let Some(Module { source: Source::Path(path), .. }) = module {
            return self.puppetfile_folder().join(path).components().collect();
        }
        match module.and_then(|module| module.install_path.as_ref()) {
            Some(path) => self.puppetfile_folder().join(path).join(short).components().collect(),
            None => self.repo.moduledir().join(short),
        }
    }

    /// What the modules on the Forge are asked for by the Puppetfile itself.
    pub(crate) fn forge_requirements(&self) -> Vec<Requirement> {
        let asked = |module: &Module| match &module.source {
            Source::Forge { version } => {
                let range = match version {
                    ForgeVersion::Requirement(range) => range.clone(),
                    ForgeVersion::Any | ForgeVersion::Latest => Range::any(),
                };
                Some(Requirement { name: module.name.clone(), range })
            }
            _ => None,
        };
        self.modules().iter().filter_map(asked).collect()
    }

    /// What a module that is the repository's own says of itself; nothing if it says nothing.
    pub(crate) fn own_module(&self, module: &Module) -> Metadata {
        let path = self.folder_of(module.name.short()).join("metadata.json");
        fs::read(path).map(|text| Metadata::parse(&text)).unwrap_or_default()
    }

    /// Names that are left out although others depend on them.
    pub(crate) fn is_excluded(&self, name: &ModuleName) -> bool {
        let exclusions = self.puppetfile.iter().flat_map(|puppetfile| &puppetfile.exclusions);
        exclusions.into_iter().any(|excluded| match excluded.owner() {
            Some(_) => excluded == name,
            None => excluded.short() == name.short(),
        })
    }

    /// Whether a dependency needs no answer from the Forge: it is left out, or it is there already, or the Puppetfile
    /// says where a module of its name comes from.
    pub(crate) fn is_settled(&self, name: &ModuleName) -> bool {
        match self.module(name.short()) {
            Some(module) => !matches!(module.source, Source::Forge { .. }) || module.name != *name,
            None => self.is_excluded(name) || self.own.contains(name.short()),
        }
    }

    /// All folders that modules may have been installed in.
    pub(crate) fn module_folders(&self) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::from([self.repo.moduledir()]);
        folders
            .extend(self.repo.modulepath().into_iter().filter(|folder| folder.starts_with(self.repo.root())));
        for module in self.modules().iter().filter(|module| module.install_path.is_some()) {
            folders.extend(self.folder_of(module.name.short()).parent().map(Path::to_owned));
        }
        folders
    }

    fn puppetfile_folder(&self) -> PathBuf {
        let path = self.repo.puppetfile().ok().flatten();
        path.and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_else(|| self.repo.root().to_owned())
    }
}

/// Checks what can be known of a module's place without looking beyond the repository.
fn check_place(
    repo: &ControlRepo,
    source: &Arc<SourceFile>,
    module: &Module,
    folder: &Path,
) -> Result<(), Error> {
    if let Source::Path(path) = &module.source {
        return check_own(repo, source, module, &folder.join(path));
    }
    let leads_up = |path: &PathBuf| path.components().any(|part| part == Component::ParentDir);
    if let Some(path) = module.install_path.as_ref().filter(|path| leads_up(path)) {
        let message = format!("the `install_path` {} leads upwards", path.display());
        return Err(refused(source, module, message, "name a folder of the repository".to_owned()));
    }
    Ok(())
}

/// A module with `path:` is used where it lies, so Puppet has to find it there.
fn check_own(
    repo: &ControlRepo,
    source: &Arc<SourceFile>,
    module: &Module,
    folder: &Path,
) -> Result<(), Error> {
    let name = module.name.short();
    let folder: PathBuf = folder.components().collect();
    let on_path = folder.parent().is_some_and(|parent| repo.modulepath().iter().any(|one| one == parent));
    if !folder.is_dir() {
        let message = format!("the folder {} of the module `{name}` does not exist", folder.display());
        return Err(refused(source, module, message, "mend the path".to_owned()));
    }
    if folder.file_name().is_none_or(|last| last != name) || !on_path {
        let message = format!("Puppet would not find the module `{name}` in {}", folder.display());
        let hint = format!(
            "call the folder `{name}`, and name the one above it in `modulepath` of environment.conf"
        );
        return Err(refused(source, module, message, hint));
    }
    Ok(())
}

fn refused(source: &Arc<SourceFile>, module: &Module, message: String, hint: String) -> Error {
    Error::Invalid(Diagnostics::from(Diagnostic::error(message).at(source, module.span).hint(hint)))
}

/// The names of folders on the modulepath that effigy did not install.
fn own_modules(repo: &ControlRepo) -> BTreeSet<String> {
    let folders = repo.modulepath();
    let entries =
        folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().filter_map(Result::ok);
    let own = entries.filter(|entry| entry.path().is_dir() && !entry.path().join(MARKER).is_file());
    own.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn own_metadata(path: &Path) -> Result<Vec<Requirement>, Error> {
    let text = fs::read(path).map_err(Error::io("read", path))?;
    let metadata = Metadata::parse(&text);
    if metadata.oddities.is_empty() {
        return Ok(metadata.dependencies);
    }
    let message = format!("{}: {}", path.display(), metadata.oddities.join("; "));
    Err(Error::Invalid(Diagnostic::error(message).code("metadata-json").into()))
}

/// A path as the user would write it, if they stand above it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
}
