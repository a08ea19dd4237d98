//! Making a store, and telling a store from other folders.
//!
//! The file `lock` is made first and gets its text last: a folder whose `lock` is empty is a store that
//! somebody is making, or died making, and the next one to come finishes it.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};

use crate::files::{self, INCOMING};
use crate::{Error, Store, index};

pub(crate) const LOCK: &str = "lock";
pub(crate) const BLOBS: &str = "blobs/sha256";
pub(crate) const CACHE: &str = "cache";
pub(crate) const SCRATCH: &str = "scratch";
const LAYOUT: &str = "oci-layout";

const HEADER: &str = "effigy store ";
const FORMAT: u32 = 1;

impl Store {
    /// Makes what is missing.
    pub(crate) fn create(&self) -> Result<(), Error> {
        if self.is_complete()? {
            return Ok(());
        }
        files::make_folder(&self.path)?;
        let path = self.path.join(LOCK);
        let lock = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let mut lock = lock.map_err(Error::io("open", &path))?;
        lock.lock().map_err(Error::io("lock", &path))?;
        // Somebody else may have been quicker.
        if self.is_complete()? {
            return Ok(());
        }
        for folder in [BLOBS, CACHE, SCRATCH] {
            files::make_folder(&self.path.join(folder))?;
        }
        if !self.path.join(index::INDEX).exists() {
            files::write_whole(&self.path.join(index::INDEX), index::EMPTY.as_bytes())?;
        }
        files::write_whole(&self.path.join(LAYOUT), br#"{"imageLayoutVersion":"1.0.0"}"#)?;
        if lock.metadata().is_ok_and(|metadata| metadata.len() > 0) {
            return Ok(());
        }
        lock.write_all(format!("{HEADER}{FORMAT}\n").as_bytes()).map_err(Error::io("write", &path))?;
        lock.sync_all().map_err(Error::io("write", &path))
    }

    /// Whether a whole store is there; false if there is nothing, or a beginning of one. Anything else is
    /// an error.
    pub(crate) fn is_complete(&self) -> Result<bool, Error> {
        let not_a_store = || Error::NotAStore { path: self.path.clone() };
        let path = self.path.join(LOCK);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) if error.kind() == ErrorKind::NotADirectory => return Err(not_a_store()),
            Err(error) if error.kind() == ErrorKind::InvalidData => return Err(not_a_store()),
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        if text.is_empty() {
            let begun = path.exists();
            let ours = |name: &String| {
                begun
                    && (name.starts_with(INCOMING)
                        || [LOCK, LAYOUT, index::INDEX, "blobs", CACHE, SCRATCH].contains(&name.as_str()))
            };
            return if files::names(&self.path)?.iter().all(ours) { Ok(false) } else { Err(not_a_store()) };
        }
        let found = text.strip_prefix(HEADER).and_then(|version| version.trim_end().parse().ok());
        match found {
            Some(1..=FORMAT) => Ok(self.has_folders()),
            Some(found) => Err(Error::Newer { path: self.path.clone(), found, known: FORMAT }),
            None => Err(not_a_store()),
        }
    }

    /// A store whose folders somebody removed, perhaps to free space, is made whole again.
    fn has_folders(&self) -> bool {
        [BLOBS, CACHE, SCRATCH, index::INDEX, LAYOUT].iter().all(|name| self.path.join(name).exists())
    }
}

/// Whether the lock on this file is free. Takes it if it is, until the file is closed.
pub(crate) fn claim(file: &File) -> bool {
    file.try_lock().is_ok()
}
