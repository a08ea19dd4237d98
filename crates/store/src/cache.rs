//! What builds may find again: records and whole folders, by key, in buckets.
//!
//! Everything here can be made anew. A record that cannot be read counts as absent.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha256::Digest;

use crate::creation::CACHE;
use crate::{Error, Store, files, remove_tree};

/// A kind of cached things. Its version is part of the folder's name: whoever changes what is in a bucket
/// raises it, and older programs go on using their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// Root file systems, unpacked.
    Roots,
    /// What the steps of a plan gave.
    Layers,
    /// Debian packages.
    Debs,
    /// A mirror's lists of packages.
    Lists,
    /// Compiled catalogs.
    Catalogs,
    /// Puppet modules.
    Modules,
    /// Which repositories of a registry are known to have a blob.
    Registries,
}

impl Bucket {
    /// All buckets.
    pub const ALL: [Self; 7] =
        [Self::Roots, Self::Layers, Self::Debs, Self::Lists, Self::Catalogs, Self::Modules, Self::Registries];

    /// The folder under `cache/`, e.g. `layers-v1`.
    pub fn folder(self) -> String {
        format!("{}-v{}", self.name(), self.version())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Roots => "roots",
            Self::Layers => "layers",
            Self::Debs => "debs",
            Self::Lists => "lists",
            Self::Catalogs => "catalogs",
            Self::Modules => "modules",
            Self::Registries => "registries",
        }
    }

    pub(crate) fn version(self) -> u32 {
        match self {
            Self::Roots
            | Self::Layers
            | Self::Debs
            | Self::Lists
            | Self::Catalogs
            | Self::Modules
            | Self::Registries => 1,
        }
    }
}

/// A cached folder in use: as long as this lives, the folder is not pruned. To be read only.
pub struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Store {
    /// The folder of a bucket, made if need be, for those who keep plain files in it under names of their
    /// own. Files are pruned by their modification time; names must not end in `.json` or `.lock`.
    pub fn bucket(&self, bucket: Bucket) -> Result<PathBuf, Error> {
        let path = self.path().join(CACHE).join(bucket.folder());
        files::make_folder(&path)?;
        Ok(path)
    }

    /// The record under a key, and stamps it as used. A record of another shape than `T` counts as absent.
    pub fn get_record<T: DeserializeOwned>(&self, bucket: Bucket, key: &Digest) -> Result<Option<T>, Error> {
        let path = self.entry(bucket, key, ".json");
        let _shared = self.lock_shared()?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        files::touch(&path);
        Ok(serde_json::from_slice(&bytes).ok())
    }

    /// Keeps a record, in place of an older one. Blobs that it names as `sha256:...`, and what these name in
    /// turn, stay in the store as long as it does.
    pub fn put_record<T: Serialize>(&self, bucket: Bucket, key: &Digest, record: &T) -> Result<(), Error> {
        let path = self.entry(bucket, key, ".json");
        let bytes =
            serde_json::to_vec(record).map_err(|source| Error::Json { path: path.clone(), source })?;
        let _shared = self.lock_shared()?;
        self.bucket(bucket)?;
        files::write_whole(&path, &bytes)
    }

    /// The folder under a key, and stamps it as used.
    pub fn directory(&self, bucket: Bucket, key: &Digest) -> Result<Option<Directory>, Error> {
        let path = self.entry(bucket, key, "");
        let _shared = self.lock_shared()?;
        if path.is_dir() { self.lock_directory(path).map(Some) } else { Ok(None) }
    }

    /// Makes a finished folder, which lies in a [`crate::Scratch`], the one under a key. If there is one
    /// already, that stays and ours is removed: the same key means the same content.
    pub fn publish_directory(&self, bucket: Bucket, key: &Digest, from: &Path) -> Result<Directory, Error> {
        let path = self.entry(bucket, key, "");
        let folder = self.bucket(bucket)?;
        // One call for all files below; a crash of the machine must not leave a folder with empty files.
        let opened = File::open(from).map_err(Error::io("open", from))?;
        rustix::fs::syncfs(&opened).map_err(|errno| Error::io("sync", from)(errno.into()))?;
        let (directory, kept) = {
            let _shared = self.lock_shared()?;
            let directory = self.lock_directory(path.clone())?;
            let kept = match rustix::fs::renameat_with(CWD, from, CWD, &path, RenameFlags::NOREPLACE) {
                Ok(()) => false,
                Err(Errno::EXIST) => true,
                Err(errno) => return Err(Error::io("publish", &path)(errno.into())),
            };
            files::sync_folder(&folder)?;
            (directory, kept)
        };
        if kept {
            remove_tree(from)?;
        }
        Ok(directory)
    }

    fn entry(&self, bucket: Bucket, key: &Digest, ending: &str) -> PathBuf {
        self.path().join(CACHE).join(bucket.folder()).join(format!("{key}{ending}"))
    }

    /// Needs the lock, shared, so that the lock file is not removed meanwhile. Its stamp is the time of use.
    fn lock_directory(&self, path: PathBuf) -> Result<Directory, Error> {
        let lock_path = path.with_extension("lock");
        let opened = File::options().append(true).create(true).open(&lock_path);
        let lock = opened.map_err(Error::io("open", &lock_path))?;
        lock.lock_shared().map_err(Error::io("lock", &lock_path))?;
        files::touch(&lock_path);
        Ok(Directory { path, _lock: lock })
    }
}
