//! The first half of unpacking: all packages decompressed at once, on several threads, into a staging folder.
//!
//! ```text
//! STAGING/3/17     what entry 17 of package 3 ships, under a number: file, link, pipe or device
//! ```
//! With numbers for names no two packages can meet, so nothing depends on the order of threads; who ships
//! what is known when all is there, and decided then. Directories are not made here.

use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{self, AtFlags, Mode, OFlags};

use crate::archive::{Entry, Kind};
use crate::control::{Conffile, Control};
use crate::deb::Deb;
use crate::error::Error;
use crate::node::{self, Failure, Outcome, Ownership};
use progress::Task;

/// A package whose content lies in the staging folder.
pub struct Staged {
    /// The package's file.
    pub deb: PathBuf,
    pub control: Control,
    pub conffiles: Vec<Conffile>,
    pub entries: Vec<Entry>,
    /// Parallel to `entries`: whether the number is there. False for directories and devices not made.
    pub made: Vec<bool>,
}

/// The open staging folder.
pub struct Staging {
    pub folder: OwnedFd,
    /// The root that it is for, for messages.
    pub root: PathBuf,
}

/// Stages all packages, given with the lengths of their files, on so many threads. The result is in the order
/// of `debs`; of several errors, that of the first package counts.
pub fn stage(
    staging: &Staging,
    debs: &[(&Path, u64)],
    threads: usize,
    task: &dyn Task,
) -> Result<Vec<Staged>, Error> {
    // The largest first, so that no thread is left alone with it at the end.
    let mut order: Vec<usize> = (0..debs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(debs[index].1));
    let next = AtomicUsize::new(0);
    let results: Vec<OnceLock<Result<Staged, Error>>> = debs.iter().map(|_| OnceLock::new()).collect();
    let work = || {
        let mut buffer = vec![0; node::BUFFER];
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (path, bytes) = debs[index];
            task.busy_with(&path.file_name().unwrap_or_default().to_string_lossy());
            results[index].get_or_init(|| stage_one(staging, index, &Deb::open(path)?, &mut buffer));
            task.advance(bytes);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(debs.len()) {
            scope.spawn(work);
        }
        work();
    });
    results.into_iter().map(|result| result.into_inner().expect("every index was worked on")).collect()
}

fn stage_one(staging: &Staging, index: usize, deb: &Deb, buffer: &mut [u8]) -> Result<Staged, Error> {
    let control = deb.control()?;
    let conffiles = control.conffiles().map_err(|reason| Error::content(deb.path(), reason))?;
    let folder = staging.numbered(index)?;
    let mut staged =
        Staged { deb: deb.path().to_owned(), control, conffiles, entries: Vec::new(), made: Vec::new() };
    let mut numbers = HashMap::new();
    deb.entries(|entry, content| {
        let number = staged.entries.len();
        let name = number.to_string();
        let made = match &entry.kind {
            Kind::Directory => false,
            Kind::Hardlink(target) => {
                let existing: &usize = numbers.get(target).ok_or_else(|| {
                    let reason =
                        format!("`{}` is a hard link to `{target}`, which does not precede it", entry.path);
                    Error::content(deb.path(), reason)
                })?;
                fs::linkat(&folder, existing.to_string(), &folder, name, AtFlags::empty())
                    .map_err(|error| staging.error("create the link", &entry.path, error.into()))?;
                true
            }
            _ => match node::create(folder.as_fd(), &name, &entry, Ownership::OfEntry, content, buffer) {
                Ok(outcome) => outcome == Outcome::Made,
                Err(Failure::Content(source)) => return Err(deb.damaged(source)),
                Err(Failure::Kernel(action, source)) => {
                    return Err(staging.error(action, &entry.path, source));
                }
            },
        };
        if made {
            numbers.insert(entry.path.clone(), number);
        }
        staged.entries.push(entry);
        staged.made.push(made);
        Ok(())
    })?;
    Ok(staged)
}

impl Staging {
    fn numbered(&self, index: usize) -> Result<OwnedFd, Error> {
        let name = index.to_string();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        fs::mkdirat(&self.folder, &name, Mode::from_raw_mode(0o700))
            .and_then(|()| fs::openat(&self.folder, &name, flags, Mode::empty()))
            .map_err(|error| self.error("create the directory", &name, error.into()))
    }

    fn error(&self, action: &'static str, path: &str, source: std::io::Error) -> Error {
        Error::Write { action, path: path.to_owned(), root: self.root.clone(), source }
    }
}
