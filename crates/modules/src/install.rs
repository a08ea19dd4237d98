//! Bringing the folders of modules to what the lock says.
//!
//! ```text
//! modules/NAME/                      a module, whole or not there
//! modules/NAME/.effigy-module.json   that effigy installed it, from what, and what it consisted of
//! modules/.effigy-new-*              being unpacked
//! ```
//! A folder without that file is the user's own and is never touched. Everything is looked at before anything is
//! fetched, fetched and unpacked before anything is replaced, and then exchanged by renames.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use progress::Unit;
use rustix::fs::{CWD, RenameFlags};
use serde::Serialize;
use tempfile::TempDir;

use crate::debs::{self, Debs};
use crate::forge::Forge;
use crate::lock::{Locked, LockedModule, Pin};
use crate::marker::{self, Found, Marker};
use crate::network::Network;
use crate::request::Request;
use crate::unpack::{self, Layout};
use crate::{Error, git, github, parallel};

/// What the names of unfinished folders begin with. No module is called so.
const UNFINISHED: &str = ".effigy-new-";

/// What an installation did, by short names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Modules that were not there.
    pub installed: Vec<String>,
    /// Modules that were there in another version, or were installed anew.
    pub replaced: Vec<String>,
    /// Modules that nobody asks for any more.
    pub removed: Vec<String>,
    /// Modules that were there.
    pub present: Vec<String>,
    /// Of these, what was changed by hand since, with the files.
    pub changed: BTreeMap<String, String>,
}

/// What is to be done, decided by looking alone.
pub(crate) struct Plan<'a> {
    /// A module and where it goes.
    install: Vec<(&'a LockedModule, PathBuf)>,
    remove: Vec<PathBuf>,
    report: Report,
}

/// What carrying out a plan needs.
pub(crate) struct Outside<'a> {
    pub network: &'a Network<'a>,
    pub forge: &'a Forge<'a>,
    pub github: &'a str,
    pub debs: &'a dyn Debs,
}

impl<'a> Plan<'a> {
    /// Looks at what is there. `force`: modules are installed anew, and changes by hand given up.
    pub fn of(request: &Request<'_>, locked: &'a Locked, force: bool) -> Result<Self, Error> {
        let mut plan = Self { install: Vec::new(), remove: Vec::new(), report: Report::default() };
        let own = request.modules().iter().filter(|module| !locked.contains_key(module.name.short()));
        plan.report.present.extend(own.map(|module| module.name.short().to_owned()));
        for (short, module) in locked {
            plan.consider(request, short, module, force)?;
        }
        let wanted: BTreeSet<PathBuf> = locked.keys().map(|short| request.folder_of(short)).collect();
        let own: BTreeSet<PathBuf> =
            request.modules().iter().map(|module| request.folder_of(module.name.short())).collect();
        for folder in installed(request) {
            if !wanted.contains(&folder) && !own.contains(&folder) {
                refuse_changes(&folder, force, "removed")?;
                plan.report.removed.push(name_of(&folder));
                plan.remove.push(folder);
            }
        }
        Ok(plan)
    }

    fn consider(
        &mut self,
        request: &Request<'_>,
        short: &str,
        module: &'a LockedModule,
        force: bool,
    ) -> Result<(), Error> {
        let folder = request.folder_of(short);
        let name = short.to_owned();
        let list = match marker::look(&folder) {
            Found::Foreign => return Err(Error::InTheWay { folder, module: name }),
            Found::Nothing => &mut self.report.installed,
            Found::Ours(marker) if marker.identity == identity(request, module) && !force => {
                if let Some(changes) = marker.changes(&folder)? {
                    self.report.changed.insert(name.clone(), changes);
                }
                self.report.present.push(name);
                return Ok(());
            }
            Found::Ours(_) | Found::Earlier => {
                refuse_changes(&folder, force, "replaced")?;
                &mut self.report.replaced
            }
        };
        list.push(name);
        self.install.push((module, folder));
        Ok(())
    }

    /// The report, if there is nothing to do.
    pub fn nothing_to_do(self) -> Option<Report> {
        (self.install.is_empty() && self.remove.is_empty()).then_some(self.report)
    }

    /// Fetches, unpacks and exchanges. If that fails before the last step, nothing has changed.
    pub fn carry_out(self, request: &Request<'_>, outside: &Outside<'_>) -> Result<Report, Error> {
        if self.install.is_empty() && self.remove.is_empty() {
            return Ok(self.report);
        }
        let archives = self.fetch(request, outside)?;
        let places = self.install.iter().map(|(_, folder)| folder).chain(&self.remove);
        let folders: BTreeSet<&Path> = places.filter_map(|folder| folder.parent()).collect();
        let _locks = folders.into_iter().map(claim).collect::<Result<Vec<_>, _>>()?;
        let staged = self.stage(request, outside, archives)?;
        for ((_, folder), new) in self.install.iter().zip(&staged) {
            exchange(new.path(), folder)?;
        }
        for folder in &self.remove {
            remove(folder)?;
        }
        Ok(self.report)
    }

    /// Unpacks everything beside its place; `archives` in the same order.
    fn stage(
        &self,
        request: &Request<'_>,
        outside: &Outside<'_>,
        archives: Vec<Option<PathBuf>>,
    ) -> Result<Vec<TempDir>, Error> {
        let items: Vec<_> = self.install.iter().zip(archives).collect();
        let total = u64::try_from(items.len()).ok();
        let task = outside.network.progress.begin("installing modules", total, Unit::Items);
        let staged = parallel::map(&items, |((module, folder), archive)| {
            task.busy_with(module.name.short());
            let staged = stage_one(request, outside.network, module, folder, archive.as_deref())?;
            task.advance(1);
            Ok::<_, Error>(staged)
        })?;
        task.done(&format!("{} installed", staged.len()));
        Ok(staged)
    }

    /// Brings everything into the caches; the archive of each module, where it has one.
    fn fetch(&self, request: &Request<'_>, outside: &Outside<'_>) -> Result<Vec<Option<PathBuf>>, Error> {
        let network = outside.network;
        let (mut urls, mut packages, mut commits) = (Vec::new(), Vec::new(), Vec::new());
        for (module, _) in &self.install {
            match &module.pin {
                Pin::Forge { file, checksum } => urls.push((outside.forge.url(file), *checksum)),
                Pin::Tarball { url, checksum } => urls.push((url.clone(), *checksum)),
                Pin::Github { repository, tag, checksum } => {
                    urls.push((github::url(outside.github, repository, tag), *checksum));
                }
                Pin::Deb { package, checksum } => {
                    let version = module.version.clone().unwrap_or_default();
                    packages.push((package.clone(), version, *checksum));
                }
                Pin::Git { url, commit, .. } => commits.push((url, commit)),
            }
        }
        network.fetch_archives(&urls)?;
        let mut debs = debs::fetch(outside.debs, network, &packages)?.into_iter();
        parallel::map(&commits, |(url, commit)| {
            git::Repository::open(network, request.repo.root(), url)?.fetch(commit)
        })?;
        let archive = |(module, _): &(&LockedModule, PathBuf)| match &module.pin {
            Pin::Forge { checksum, .. } | Pin::Tarball { checksum, .. } | Pin::Github { checksum, .. } => {
                Some(network.archive(checksum))
            }
            Pin::Deb { .. } => debs.next(),
            Pin::Git { .. } => None,
        };
        Ok(self.install.iter().map(archive).collect())
    }
}

/// The folders of modules that effigy has installed.
pub(crate) fn installed(request: &Request<'_>) -> Vec<PathBuf> {
    let folders = request.module_folders();
    let entries =
        folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .filter(|folder| folder.join(marker::MARKER).is_file())
        .collect();
    found.sort();
    found
}

/// All that decides which files a module consists of.
pub(crate) fn identity(request: &Request<'_>, module: &LockedModule) -> String {
    let without_spec = request.module(module.name.short()).is_some_and(|module| module.exclude_spec);
    if without_spec { format!("{} without spec", module.identity()) } else { module.identity() }
}

fn stage_one(
    request: &Request<'_>,
    network: &Network<'_>,
    module: &LockedModule,
    folder: &Path,
    archive: Option<&Path>,
) -> Result<TempDir, Error> {
    let above = folder.parent().unwrap_or(folder);
    let prefix = format!("{UNFINISHED}{}-", module.name.short());
    let new = tempfile::Builder::new().prefix(&prefix).tempdir_in(above);
    let new = new.map_err(Error::io("make a folder in", above))?;
    let without_spec = request.module(module.name.short()).is_some_and(|module| module.exclude_spec);
    unpack_module(network, request.repo.root(), module, archive, new.path(), without_spec)?;
    open_to_all(new.path())?;
    Marker::leave(new.path(), module.name.to_string(), identity(request, module))?;
    Ok(new)
}

fn unpack_module(
    network: &Network<'_>,
    root: &Path,
    module: &LockedModule,
    archive: Option<&Path>,
    into: &Path,
    without_spec: bool,
) -> Result<(), Error> {
    let what = format!("the module `{}`", module.name);
    let layout = Layout { wrapped: true, without_spec };
    let open = || {
        let path = archive.unwrap_or(into);
        File::open(path).map_err(Error::io("read", path))
    };
    match &module.pin {
        Pin::Git { url, commit, folder, .. } => {
            let layout = Layout { wrapped: false, ..layout };
            let repository = git::Repository::open(network, root, url)?;
            repository.archive(commit, folder.as_deref(), |reader| unpack::tar(reader, into, layout, &what))
        }
        Pin::Deb { package, .. } => debs::unpack(archive.unwrap_or(into), package, into, without_spec),
        Pin::Forge { .. } | Pin::Github { .. } => unpack::tar_gz(open()?, into, layout, &what),
        Pin::Tarball { .. } => {
            let wrapped = unpack::is_wrapped(open()?, &what)?;
            unpack::tar_gz(open()?, into, Layout { wrapped, ..layout }, &what)
        }
    }
}

/// A folder made by `tempfile` is its owner's alone.
fn open_to_all(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(Error::io("open", folder))
}

/// An installed module that was changed by hand is not lost without a word.
fn refuse_changes(folder: &Path, force: bool, fate: &'static str) -> Result<(), Error> {
    if let (false, Found::Ours(marker)) = (force, marker::look(folder))
        && let Some(changes) = marker.changes(folder)?
    {
        return Err(Error::Changed { folder: folder.to_owned(), changes, fate });
    }
    Ok(())
}

/// Keeps other runs out of a folder of modules, and clears away what a run that died left there.
fn claim(folder: &Path) -> Result<File, Error> {
    fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
    let lock = File::open(folder).map_err(Error::io("open", folder))?;
    lock.lock().map_err(Error::io("lock", folder))?;
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?.filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED)) {
        fs::remove_dir_all(entry.path()).map_err(Error::io("remove", entry.path()))?;
    }
    Ok(lock)
}

/// Puts `new` in the place of `folder`. What was there is then at `new`, and goes with it.
fn exchange(new: &Path, folder: &Path) -> Result<(), Error> {
    let failed = |errno: rustix::io::Errno| Error::io("make", folder)(errno.into());
    match marker::look(folder) {
        Found::Nothing => {
            rustix::fs::renameat_with(CWD, new, CWD, folder, RenameFlags::NOREPLACE).map_err(failed)
        }
        // Somebody may have put a folder of their own there in the meantime.
        Found::Foreign => Err(Error::InTheWay { folder: folder.to_owned(), module: name_of(folder) }),
        Found::Ours(_) | Found::Earlier => {
            rustix::fs::renameat_with(CWD, new, CWD, folder, RenameFlags::EXCHANGE).map_err(failed)
        }
    }
}

/// First out of the way, so that no half of a module is ever seen.
fn remove(folder: &Path) -> Result<(), Error> {
    let aside = folder.with_file_name(format!("{UNFINISHED}{}-old", name_of(folder)));
    fs::rename(folder, &aside).map_err(Error::io("remove", folder))?;
    fs::remove_dir_all(&aside).map_err(Error::io("remove", folder))
}

fn name_of(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
