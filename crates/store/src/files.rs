//! Small steps on files: whole or not at all, and durable. Knows nothing of what the files mean.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use tempfile::NamedTempFile;

use crate::Error;

/// What the names of unfinished files begin with.
pub(crate) const INCOMING: &str = ".incoming-";

/// The same path seen from the root, so that a later change of the working folder does not matter.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(Error::io("find", path))
}

/// Makes a folder and those above it; one that exists is fine.
pub(crate) fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::io("make the folder", path))
}

/// A file under a temporary name in `folder`, readable by everybody as far as the umask allows.
pub(crate) fn incoming(folder: &Path) -> Result<NamedTempFile, Error> {
    tempfile::Builder::new()
        .prefix(INCOMING)
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(Error::io("make a file in", folder))
}

/// Gives `path` this content: a reader sees the old file or the new one, also after a crash.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    let mut file = incoming(folder)?;
    file.write_all(bytes).map_err(Error::io("write", path))?;
    persist(file, path)
}

/// Syncs a finished temporary file and gives it its name.
pub(crate) fn persist(file: NamedTempFile, path: &Path) -> Result<(), Error> {
    file.as_file().sync_all().map_err(Error::io("write", path))?;
    file.persist(path).map_err(|failed| Error::io("write", path)(failed.error))?;
    sync_folder(path.parent().unwrap_or(path))
}

/// Makes renames in a folder last.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(Error::io("sync", path))
}

/// Stamps a file or folder as used now. On a disk that cannot be written nothing is ever pruned either, so
/// a refusal does not matter.
pub(crate) fn touch(path: &Path) {
    let time = |nanoseconds| Timespec { tv_sec: 0, tv_nsec: nanoseconds };
    let times = Timestamps { last_access: time(UTIME_OMIT), last_modification: time(UTIME_NOW) };
    let _refused = rustix::fs::utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW);
}

/// When a file was last written or stamped; the beginning of time if it is gone.
pub(crate) fn stamp(path: &Path) -> SystemTime {
    fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The names in a folder, sorted; none if there is no folder. Names that are not Unicode are none of ours,
/// and come as something that is none of ours either.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("list", folder))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Bytes that a file, or a folder with all that is in it, takes on disk. What cannot be read counts nothing.
pub(crate) fn size_on_disk(path: &Path) -> u64 {
    let Ok(metadata) = fs::symlink_metadata(path) else { return 0 };
    let inside = if metadata.is_dir() {
        fs::read_dir(path)
            .map(|entries| entries.flatten().map(|entry| size_on_disk(&entry.path())).sum())
            .unwrap_or(0)
    } else {
        0
    };
    metadata.blocks() * 512 + inside
}
