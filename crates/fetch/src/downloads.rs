//! Many files with known digests, fetched in parallel.
//!
//! Each is written to a temporary name beside its place, hashed on the way and renamed only if its digest is
//! right; so whatever stands at a download's path under that digest is whole, also after a crash.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use progress::{Progress, Task, Unit};
use sha256::{Digest, Hasher};

use crate::Error;
use crate::cancel::Cancel;
use crate::client::{Client, Validators};
use crate::transfer::{Opened, Request, Transfer};

/// A file that is wanted.
#[derive(Clone, Debug)]
pub struct Download {
    /// `http:`, `https:` or `file:`.
    pub url: String,
    /// What its content must hash to.
    pub digest: Digest,
    /// Its length in bytes, where it is known; more is never accepted.
    pub length: Option<u64>,
    /// Where it goes. Missing folders are made.
    pub path: PathBuf,
}

impl Client {
    /// Brings every download to its path. A file already there with the right digest is left alone. The
    /// first error stops the others; what was finished until then stays.
    ///
    /// # Errors
    /// The first [`Error`] of any transfer.
    pub fn fetch_all(&self, downloads: &[Download], progress: &dyn Progress) -> Result<(), Error> {
        let wanted = Mutex::new(Vec::new());
        self.each(downloads, |download, _| {
            if !is_in_place(download)? {
                wanted.lock().unwrap_or_else(PoisonError::into_inner).push(download);
            }
            Ok(())
        })?;
        let mut wanted = wanted.into_inner().unwrap_or_else(PoisonError::into_inner);
        if wanted.is_empty() {
            return Ok(());
        }
        // The largest first, so that no worker is left alone with one at the end.
        wanted.sort_by_key(|download| std::cmp::Reverse(download.length));
        let total: Option<u64> = wanted.iter().map(|download| download.length).sum();
        let what = match &wanted[..] {
            [one] => name_of(one).to_owned(),
            many => format!("{} files", many.len()),
        };
        let task = progress.begin(&format!("fetching {what}"), total, Unit::Bytes);
        let received = AtomicU64::new(0);
        self.each(&wanted, |download, cancel| {
            let mut meter = Meter { task: &*task, best: 0, received: &received };
            self.persist(cancel, |attempt| self.fetch(download, attempt > 0, cancel, &mut meter))
        })?;
        let megabytes = received.load(Ordering::Relaxed) as f64 / 1e6;
        task.done(&format!("{megabytes:.1} MB"));
        Ok(())
    }

    /// One attempt at one download.
    fn fetch(
        &self,
        download: &Download,
        fresh: bool,
        cancel: &Cancel,
        meter: &mut Meter<'_>,
    ) -> Result<(), Error> {
        let Download { url, digest, path, .. } = download;
        let limit = download.length.unwrap_or(u64::MAX);
        let request = Request { url, known: &Validators::default(), fresh };
        let mut transfer = match Transfer::open(&self.http, &request)? {
            Opened::Transfer(transfer) => transfer,
            Opened::Unchanged => return Err(Error::Status { url: url.clone(), status: 304 }),
        };
        transfer.expect_at_most(limit)?;
        meter.task.busy_with(name_of(download));

        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
        let temporary = tempfile::Builder::new()
            .prefix(".fetch-")
            .permissions(Permissions::from_mode(0o644))
            .tempfile_in(folder)
            .map_err(|error| Error::writing(path, error))?;
        let mut hasher = Hasher::new(temporary);
        let (mut buffer, mut length) = (vec![0; 64 << 10], 0);
        loop {
            let read = match (&mut transfer).read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Error::interrupted(url, &error)),
            };
            length += read as u64;
            if length > limit {
                return Err(Error::TooLong { url: url.clone(), limit });
            }
            if cancel.is_raised() {
                return Err(Error::Cancelled { url: url.clone() });
            }
            hasher.write_all(&buffer[..read]).map_err(|error| Error::writing(path, error))?;
            meter.reached(length);
        }
        let (found, _, temporary) = hasher.finish();
        if found != *digest {
            return Err(Error::WrongDigest { url: url.clone(), expected: *digest, found });
        }
        temporary.persist(path).map_err(|error| Error::writing(path, error.error))?;
        Ok(())
    }

    /// Runs `work` over the items on this client's number of threads. The first error raises the flag the
    /// others see, and is the one returned.
    fn each<'items, T: Sync>(
        &self,
        items: &'items [T],
        work: impl Fn(&'items T, &Cancel) -> Result<(), Error> + Sync,
    ) -> Result<(), Error> {
        let (next, cancel, failure) = (AtomicUsize::new(0), Cancel::default(), Mutex::new(None));
        let worker = || {
            while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                if cancel.is_raised() {
                    return;
                }
                if let Err(error) = work(item, &cancel) {
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    cancel.raise();
                }
            }
        };
        let workers = self.options.parallel.max(1).min(items.len());
        thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(worker);
            }
            worker();
        });
        failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }
}

/// Counts the bytes of one download for the task; those of a repeated attempt only once.
struct Meter<'a> {
    task: &'a dyn Task,
    best: u64,
    received: &'a AtomicU64,
}

impl Meter<'_> {
    fn reached(&mut self, length: u64) {
        let new = length.saturating_sub(self.best);
        self.best += new;
        self.task.advance(new);
        self.received.fetch_add(new, Ordering::Relaxed);
    }
}

/// Whether the right file is there already.
fn is_in_place(download: &Download) -> Result<bool, Error> {
    let Download { path, digest, length, .. } = download;
    let failed = |source| Error::Io { action: "read", path: path.clone(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(error)),
    };
    let found = file.metadata().map_err(failed)?.len();
    if length.is_some_and(|length| length != found) {
        return Ok(false);
    }
    Ok(Digest::of_reader(file).map_err(failed)?.0 == *digest)
}

/// What to call a download before people.
fn name_of(download: &Download) -> &str {
    download.path.file_name().and_then(|name| name.to_str()).unwrap_or(&download.url)
}

#[cfg(test)]
mod tests;
