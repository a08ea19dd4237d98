//! Giving space back: what no image needs and nobody has used lately.
//!
//! Runs beside builds. It holds the store's lock, alone, while it looks and takes away: removing is renaming
//! into a working folder of its own, so that is a matter of moments; the bytes go after the lock does.
//! Safe from it are: images and their blobs; cached folders that somebody has open; and all that was added
//! or used since the oldest living [`crate::Hold`] began.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha256::Digest;

use crate::creation::{BLOBS, CACHE, claim};
use crate::files::{self, INCOMING};
use crate::reachable::{digests_in, follow};
use crate::{Bucket, Error, Scratch, Store};

/// Clocks are set back now and then; so much earlier than a build's beginning counts as its time too.
const CLOCK_MARGIN: Duration = Duration::from_secs(3600);

/// What may go.
#[derive(Clone, Copy, Debug, Default)]
pub struct PruneOptions {
    /// Cached things go that were not used for more than so many days. Not given: age is no reason.
    pub keep_days: Option<u64>,
    /// Then the least recently used go until the store takes no more than so many bytes, if that can be:
    /// images stay. Not given: size is no reason.
    pub max_bytes: Option<u64>,
    /// Only says what would go.
    pub dry_run: bool,
}

/// Something that went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Where it was, seen from the store's folder.
    pub path: PathBuf,
    /// What it took on disk.
    pub bytes: u64,
}

/// What was done, or would be.
#[derive(Clone, Debug, Default)]
pub struct PruneReport {
    /// What went.
    pub removed: Vec<Removed>,
    /// The bytes it took.
    pub freed_bytes: u64,
    /// The bytes that all the rest takes.
    pub kept_bytes: u64,
    /// Cached things that would have gone, had they not been in use.
    pub in_use: usize,
}

impl Store {
    /// Removes blobs that neither an image nor a cached record needs, cached things as the options say,
    /// those in formats no longer used, and what dead processes left.
    pub fn prune(&self, options: &PruneOptions) -> Result<PruneReport, Error> {
        if !options.dry_run {
            self.clean_scratch()?;
        }
        // Made before the lock is taken, because making one takes it too.
        let bin = self.scratch()?;
        let _alone = self.lock_alone()?;
        let mut survey = Survey::take(self, &bin)?;
        survey.drop_old(options.keep_days);
        if let Some(limit) = options.max_bytes {
            survey.drop_least_recently_used(limit);
        }
        survey.finish(self, if options.dry_run { None } else { Some(bin.path()) })
    }
}

/// A cached thing.
struct Entry {
    /// The files and folders it consists of, its lock excepted.
    path: PathBuf,
    used: SystemTime,
    bytes: u64,
    /// The blobs that it keeps, directly or not.
    blobs: BTreeSet<Digest>,
    /// Its bucket's format is an older one than ours.
    outdated: bool,
    /// In use, or used since the oldest build began.
    safe: bool,
    /// Kept from others while we decide. None: somebody has it open, or it has no lock.
    lock: Option<(PathBuf, File)>,
}

/// All that is in the store, and what is to go of it.
struct Survey {
    kept: Vec<Entry>,
    dropped: Vec<Entry>,
    /// Bytes and safety of each blob.
    blobs: BTreeMap<Digest, (u64, bool)>,
    needed_by_images: BTreeSet<Digest>,
    in_use: usize,
}

impl Survey {
    fn take(store: &Store, own: &Scratch) -> Result<Self, Error> {
        let own = own.path().with_extension("lock");
        let holds = store.holds()?;
        let began = holds.iter().filter(|path| **path != own).map(|path| files::stamp(path)).min();
        let safe_since = began.map(|began| began.checked_sub(CLOCK_MARGIN).unwrap_or(SystemTime::UNIX_EPOCH));
        let is_safe = |used: SystemTime| safe_since.is_some_and(|since| used >= since);

        let mut kept = entries(store)?;
        for entry in &mut kept {
            entry.safe |= is_safe(entry.used);
        }
        // The most recently used first, so that the last one is the next to go.
        kept.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.path.cmp(&b.path)));

        let mut needed_by_images = BTreeSet::new();
        for entry in store.read_index()?.manifests {
            digests_in(&entry).into_iter().for_each(|digest| follow(store, digest, &mut needed_by_images));
        }
        let mut blobs = BTreeMap::new();
        for name in files::names(&store.path().join(BLOBS))? {
            // What is no digest is somebody else's, or being written.
            let Ok(digest) = name.parse::<Digest>() else { continue };
            let path = store.blobs().path(&digest);
            blobs.insert(digest, (files::size_on_disk(&path), is_safe(files::stamp(&path))));
        }
        // A safe manifest's blobs are safe too.
        let mut reached = BTreeSet::new();
        let safe: Vec<Digest> =
            blobs.iter().filter(|(_, (_, safe))| *safe).map(|(digest, _)| *digest).collect();
        safe.into_iter().for_each(|digest| follow(store, digest, &mut reached));
        for digest in reached {
            blobs.entry(digest).and_modify(|(_, safe)| *safe = true);
        }
        Ok(Self { kept, dropped: Vec::new(), blobs, needed_by_images, in_use: 0 })
    }

    /// Drops what nobody reads any more, and what is too old.
    fn drop_old(&mut self, keep_days: Option<u64>) {
        let age = |days: u64| Duration::from_secs(days.saturating_mul(24 * 3600));
        let oldest = keep_days.and_then(|days| SystemTime::now().checked_sub(age(days)));
        for entry in std::mem::take(&mut self.kept) {
            if entry.outdated || oldest.is_some_and(|oldest| entry.used < oldest) {
                self.drop_entry(entry);
            } else {
                self.kept.push(entry);
            }
        }
    }

    /// Drops the least recently used until the rest is small enough.
    fn drop_least_recently_used(&mut self, limit: u64) {
        let mut users: BTreeMap<Digest, usize> = BTreeMap::new();
        for digest in self.kept.iter().flat_map(|entry| &entry.blobs) {
            *users.entry(*digest).or_default() += 1;
        }
        let mut size = self.kept_bytes();
        let mut staying = Vec::new();
        while size > limit
            && let Some(entry) = self.kept.pop()
        {
            if entry.safe {
                self.in_use += 1;
                staying.push(entry);
                continue;
            }
            size -= entry.bytes;
            for digest in &entry.blobs {
                let count = users.entry(*digest).or_default();
                *count -= 1;
                if *count == 0 && !self.needed_by_images.contains(digest) {
                    size -= self.blobs.get(digest).map_or(0, |(bytes, safe)| if *safe { 0 } else { *bytes });
                }
            }
            self.dropped.push(entry);
        }
        self.kept.append(&mut staying);
    }

    fn drop_entry(&mut self, entry: Entry) {
        if entry.safe {
            self.in_use += 1;
            self.kept.push(entry);
        } else {
            self.dropped.push(entry);
        }
    }

    /// Blobs that images, kept entries or running builds need.
    fn needed(&self) -> BTreeSet<Digest> {
        let by_entries = self.kept.iter().flat_map(|entry| &entry.blobs);
        let by_builds = self.blobs.iter().filter(|(_, (_, safe))| *safe).map(|(digest, _)| digest);
        self.needed_by_images.iter().chain(by_entries).chain(by_builds).copied().collect()
    }

    fn kept_bytes(&self) -> u64 {
        let needed = self.needed();
        let blobs =
            self.blobs.iter().filter(|(digest, _)| needed.contains(digest)).map(|(_, (bytes, _))| bytes);
        self.kept.iter().map(|entry| entry.bytes).sum::<u64>() + blobs.sum::<u64>()
    }

    /// Takes away what is to go: into `bin`, which whoever made it empties.
    fn finish(self, store: &Store, bin: Option<&Path>) -> Result<PruneReport, Error> {
        let needed = self.needed();
        let mut report =
            PruneReport { kept_bytes: self.kept_bytes(), in_use: self.in_use, ..PruneReport::default() };
        let blobs = self.blobs.iter().filter(|(digest, _)| !needed.contains(digest));
        let blobs = blobs.map(|(digest, (bytes, _))| (store.blobs().path(digest), *bytes));
        let entries = self.dropped.iter().map(|entry| (entry.path.clone(), entry.bytes));
        // Entries first: a crash in between leaves blobs without a record, not a record without its blobs.
        for (number, (path, bytes)) in entries.chain(blobs).enumerate() {
            if let Some(bin) = bin {
                fs::rename(&path, bin.join(number.to_string())).map_err(Error::io("remove", &path))?;
            }
            report.freed_bytes += bytes;
            let path = path.strip_prefix(store.path()).unwrap_or(&path).to_owned();
            report.removed.push(Removed { path, bytes });
        }
        for (path, _) in self.dropped.iter().filter_map(|entry| entry.lock.as_ref()).filter(|_| bin.is_some())
        {
            fs::remove_file(path).map_err(Error::io("remove", path))?;
        }
        Ok(report)
    }
}

/// All cached things in the formats of this program and of older ones; newer formats are not touched.
fn entries(store: &Store) -> Result<Vec<Entry>, Error> {
    let cache = store.path().join(CACHE);
    let mut found = Vec::new();
    for folder in files::names(&cache)? {
        let Some((name, version)) = folder.rsplit_once("-v") else { continue };
        let Some(bucket) = Bucket::ALL.into_iter().find(|bucket| bucket.name() == name) else { continue };
        let outdated = match version.parse::<u32>() {
            Ok(version) if version <= bucket.version() => version < bucket.version(),
            _ => continue,
        };
        let folder = cache.join(folder);
        for name in files::names(&folder)? {
            if !name.ends_with(".lock") && !name.starts_with(INCOMING) {
                found.push(entry(store, folder.join(name), outdated));
            }
        }
    }
    Ok(found)
}

fn entry(store: &Store, path: PathBuf, outdated: bool) -> Entry {
    let bytes = files::size_on_disk(&path);
    let mut entry = Entry {
        used: files::stamp(&path),
        bytes,
        blobs: BTreeSet::new(),
        outdated,
        safe: false,
        lock: None,
        path,
    };
    if entry.path.is_dir() {
        let lock_path = entry.path.with_extension("lock");
        if let Ok(lock) = File::open(&lock_path) {
            // A folder's own time is its content's.
            entry.used = files::stamp(&lock_path);
            if claim(&lock) {
                entry.lock = Some((lock_path, lock));
            } else {
                entry.safe = true;
            }
        }
    } else if entry.path.extension().is_some_and(|extension| extension == "json")
        && let Ok(text) = fs::read(&entry.path)
        && let Ok(record) = serde_json::from_slice(&text)
    {
        digests_in(&record).into_iter().for_each(|digest| follow(store, digest, &mut entry.blobs));
    }
    entry
}
