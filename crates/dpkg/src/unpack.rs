//! Unpacks a set of packages into an empty root, and cleans up after itself when it cannot.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use progress::{Progress, Unit};
use rustix::fs::{self, Mode, OFlags};

use crate::control::Control;
use crate::error::Error;
use crate::root::Root;
use crate::stage::{self, Staged, Staging};
use crate::{database, order, ownership, place};

/// The staging folder's name in the root, for as long as it is there.
const STAGING: &str = ".dpkg-staging";

/// How to unpack.
#[derive(Clone, Debug)]
pub struct Options {
    /// Names in the root that become links to the same names in `usr`; see [`Options::merged_usr`].
    pub usr_links: Vec<String>,
    /// Packages decompressed at the same time.
    pub threads: NonZeroUsize,
}

impl Options {
    /// The links of a release with merged `/usr` (bookworm and later) for a Debian architecture, and as many
    /// threads as there are processors.
    pub fn merged_usr(architecture: &str) -> Self {
        let libraries: &[&str] = match architecture {
            "amd64" | "loong64" | "ppc64" | "ppc64el" | "x32" => &["lib64"],
            _ => &[],
        };
        let links = ["bin", "sbin", "lib"].iter().chain(libraries);
        Self {
            usr_links: links.map(|&link| link.to_owned()).collect(),
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

/// A package that was unpacked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// Its name, e.g. `libc6`.
    pub name: String,
    /// Its name in dpkg's database, e.g. `libc6:amd64`.
    pub qualified_name: String,
    /// Its version.
    pub version: String,
    /// Its architecture, e.g. `amd64` or `all`.
    pub architecture: String,
    /// Whether everything may rely on it without saying so.
    pub essential: bool,
    /// What has to be configured before it: for each relation the names of its alternatives.
    pub depends: Vec<Vec<String>>,
    /// Further names that others may depend on.
    pub provides: Vec<String>,
    /// What lies in `info` beside the list of paths, e.g. `preinst`, `postinst`, `md5sums`.
    pub members: BTreeSet<String>,
    /// How many paths it ships, directories included.
    pub paths: usize,
}

impl Unpacked {
    /// Whether it has a script that is to run before anything else of it is used.
    pub fn has_preinst(&self) -> bool {
        self.members.contains("preinst")
    }

    fn new(package: &Staged) -> Self {
        let control = &package.control;
        let Control { name, version, architecture, .. } = control;
        let depends = ["Pre-Depends", "Depends"].map(|field| order::names(control.field(field)));
        Self {
            name: name.clone(),
            qualified_name: control.qualified_name(),
            version: version.clone(),
            architecture: architecture.clone(),
            essential: control.field("Essential") == Some("yes"),
            depends: depends.concat(),
            provides: order::names(control.field("Provides")).concat(),
            members: control.members().keys().cloned().collect(),
            paths: package.entries.len(),
        }
    }
}

/// Unpacks `debs` into `root`, an existing empty directory, and writes dpkg's database. The result is in the
/// order of `debs`, which also decides where packages meet: the first of them describes a directory. What is
/// left to do is what [`crate::configure::plan`] says. On an error the root is empty again.
///
/// The process must be root, or root of a user namespace in which all owners of the archives are mapped.
pub fn unpack(
    root: &Path,
    debs: &[PathBuf],
    options: &Options,
    progress: &dyn Progress,
) -> Result<Vec<Unpacked>, Error> {
    must_be_empty(root)?;
    let debs = debs.iter().map(|path| with_length(path)).collect::<Result<Vec<_>, _>>()?;
    let inside = Root::open(root)?;
    let unpacked = unpack_all(&inside, &debs, options, progress);
    if unpacked.is_err() {
        clear(root);
    }
    unpacked
}

fn unpack_all(
    root: &Root,
    debs: &[(&Path, u64)],
    options: &Options,
    progress: &dyn Progress,
) -> Result<Vec<Unpacked>, Error> {
    let bytes = debs.iter().map(|(_, bytes)| bytes).sum();
    let task = progress.begin(&format!("unpacking {} packages", debs.len()), Some(bytes), Unit::Bytes);
    let mut writer = root.writer();
    writer.directory(STAGING)?;
    let staging = open_staging(root)?;
    let packages = stage::stage(&staging, debs, options.threads.get(), &*task)?;
    let owned = ownership::decide(&packages, &options.usr_links)?;
    place::merge_usr(&mut writer, &packages, &options.usr_links)?;
    let directories = place::place(&mut writer, &staging, &packages, &owned, &options.usr_links)?;
    database::write(&mut writer, &packages, &owned)?;
    std::fs::remove_dir_all(root.path().join(STAGING))
        .map_err(|source| write_error("remove", STAGING, root.path(), source))?;
    directories.finish(&mut writer)?;
    let unpacked: Vec<Unpacked> = packages.iter().map(Unpacked::new).collect();
    let paths: usize = unpacked.iter().map(|package| package.paths).sum();
    task.done(&format!("{paths} paths"));
    Ok(unpacked)
}

fn with_length(path: &Path) -> Result<(&Path, u64), Error> {
    let metadata = path.metadata().map_err(|source| Error::Read { path: path.to_owned(), source })?;
    Ok((path, metadata.len()))
}

fn open_staging(root: &Root) -> Result<Staging, Error> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = fs::open(root.path().join(STAGING), flags, Mode::empty())
        .map_err(|error| write_error("open", STAGING, root.path(), error.into()))?;
    Ok(Staging { folder, root: root.path().to_owned() })
}

fn must_be_empty(root: &Path) -> Result<(), Error> {
    let first = std::fs::read_dir(root).and_then(|mut entries| entries.next().transpose());
    match first.map_err(|source| write_error("list", ".", root, source))? {
        None => Ok(()),
        Some(entry) => {
            let found = entry.file_name().to_string_lossy().into_owned();
            Err(Error::NotEmpty { root: root.to_owned(), found })
        }
    }
}

/// Best effort: the error that led here is the one to report.
fn clear(root: &Path) {
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = match entry.file_type() {
            Ok(kind) if kind.is_dir() => std::fs::remove_dir_all(&path),
            _ => std::fs::remove_file(&path),
        };
    }
}

fn write_error(action: &'static str, path: &str, root: &Path, source: std::io::Error) -> Error {
    Error::Write { action, path: path.to_owned(), root: root.to_owned(), source }
}

#[cfg(test)]
mod tests;
