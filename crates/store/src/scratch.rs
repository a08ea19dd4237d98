//! Working folders of running builds, and the sign that a build is running.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::creation::{BLOBS, CACHE, SCRATCH, claim};
use crate::files::{self, INCOMING};
use crate::remove::remove_tree;
use crate::{Error, Store};

/// Keeps all that is added to the store, or used of it, from now on, whatever is pruned beside it. Ends when
/// it is dropped or its process dies.
pub struct Hold {
    path: PathBuf,
    _lock: File,
}

/// A working folder, and a [`Hold`]. The folder goes away with it.
pub struct Scratch {
    path: PathBuf,
    _hold: Hold,
}

impl Scratch {
    /// The folder, mode 0700, empty at first.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left here, `clean_scratch` tries again and reports.
        let _left = remove_tree(&self.path);
    }
}

impl Hold {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let _left = fs::remove_file(&self.path);
    }
}

impl Store {
    /// Keeps what is added or used from now on.
    pub fn hold(&self) -> Result<Hold, Error> {
        let folder = self.path().join(SCRATCH);
        // Nobody cleans up between the making of the file and its locking.
        let _shared = self.lock_shared()?;
        let made = tempfile::Builder::new().prefix("").suffix(".lock").tempfile_in(&folder);
        let file = made.map_err(Error::io("make a file in", &folder))?;
        let (lock, path) =
            file.keep().map_err(|failed| Error::io("keep a file in", &folder)(failed.error))?;
        lock.try_lock().map_err(|error| Error::io("lock", &path)(error.into()))?;
        Ok(Hold { path, _lock: lock })
    }

    /// Makes a working folder on the disk of the store.
    pub fn scratch(&self) -> Result<Scratch, Error> {
        let hold = self.hold()?;
        let path = hold.path().with_extension("");
        let made = std::os::unix::fs::DirBuilderExt::mode(&mut fs::DirBuilder::new(), 0o700).create(&path);
        made.map_err(Error::io("make the folder", &path))?;
        Ok(Scratch { path, _hold: hold })
    }

    /// Removes what processes that died have left: working folders and unfinished files. Says how many.
    ///
    /// To be called where a build begins, with the rights that builds have (files may belong to mapped
    /// users). Goes on after an error, and gives the first one in the end.
    pub fn clean_scratch(&self) -> Result<usize, Error> {
        let scratch = self.path().join(SCRATCH);
        let dead = {
            let _alone = self.lock_alone()?;
            self.remove_unfinished()?;
            dead_scratches(&scratch)?
        };
        let mut first_error = None;
        let count = dead.len();
        for (path, lock) in dead {
            // The claimed lock keeps others from doing the same work.
            let removed = remove_tree(&path).and_then(|()| {
                let path = path.with_extension("lock");
                if lock.is_some() {
                    fs::remove_file(&path).map_err(Error::io("remove", &path))
                } else {
                    Ok(())
                }
            });
            first_error = first_error.or(removed.err());
        }
        first_error.map_or(Ok(count), Err)
    }

    /// The lock files of living holds.
    pub(crate) fn holds(&self) -> Result<Vec<PathBuf>, Error> {
        let scratch = self.path().join(SCRATCH);
        let locks = files::names(&scratch)?.into_iter().filter(|name| name.ends_with(".lock"));
        let held = |path: &PathBuf| File::open(path).is_ok_and(|file| !claim(&file));
        Ok(locks.map(|name| scratch.join(name)).filter(held).collect())
    }

    /// Removes files that nobody writes any more, and locks without their folder. Needs the lock, alone.
    fn remove_unfinished(&self) -> Result<(), Error> {
        let cache = self.path().join(CACHE);
        let buckets = files::names(&cache)?.into_iter().map(|bucket| cache.join(bucket));
        let buckets: Vec<_> = buckets.filter(|path| path.is_dir()).collect();
        let is_unfinished = |path: &Path| {
            let unfinished =
                path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(INCOMING.as_bytes()));
            let lonely_lock = buckets.iter().any(|bucket| path.parent() == Some(bucket))
                && path.extension().is_some_and(|extension| extension == "lock")
                && !path.with_extension("").exists();
            unfinished || lonely_lock
        };
        for folder in [self.path().to_owned(), self.path().join(BLOBS)].iter().chain(&buckets) {
            let paths = files::names(folder)?.into_iter().map(|name| folder.join(name));
            for path in paths.filter(|path| is_unfinished(path)) {
                if File::open(&path).is_ok_and(|file| claim(&file)) {
                    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                }
            }
        }
        Ok(())
    }
}

/// Working folders without a living owner, each with its claimed lock if it has one.
fn dead_scratches(scratch: &Path) -> Result<Vec<(PathBuf, Option<File>)>, Error> {
    let names = files::names(scratch)?;
    let mut dead = Vec::new();
    for name in &names {
        let path = scratch.join(name);
        match name.strip_suffix(".lock") {
            Some(folder) => {
                if let Some(lock) = File::open(&path).ok().filter(claim) {
                    dead.push((scratch.join(folder), Some(lock)));
                }
            }
            // A folder is made after its lock and removed before it.
            None if !names.contains(&format!("{name}.lock")) => dead.push((path, None)),
            None => {}
        }
    }
    Ok(dead)
}
