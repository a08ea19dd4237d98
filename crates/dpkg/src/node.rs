//! Makes one thing of a file system in an open directory, with all that belongs to it. Knows nothing of
//! paths: who calls has found the directory and a name that is free in it.
//!
//! Owners are set before modes, because a change of owner takes away setuid bits and capabilities; times come
//! last, because everything else changes them.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{self, AtFlags, FileType, Gid, Mode, OFlags, Timespec, Timestamps, Uid, XattrFlags};

use crate::archive::{Entry, Kind};

/// Content goes through a buffer of this size.
pub const BUFFER: usize = 256 << 10;

/// Whose things are that are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// The numeric owner and group of the archive's entry.
    OfEntry,
    /// The running process's.
    OfProcess,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there.
    Made,
    /// It is a device, and this process may not make any (a user namespace, for instance).
    Skipped,
}

/// Why an entry was not made.
pub enum Failure {
    /// Its content cannot be read.
    Content(io::Error),
    /// The kernel refused; with what was tried.
    Kernel(&'static str, io::Error),
}

fn kernel(action: &'static str) -> impl Fn(rustix::io::Errno) -> Failure {
    move |error| Failure::Kernel(action, error.into())
}

/// Makes a file, symbolic link, pipe or device named `name`. Directories and hard links are not made here:
/// the one is not free of what is there already, the other needs a second place.
pub fn create(
    folder: BorrowedFd<'_>,
    name: &str,
    entry: &Entry,
    ownership: Ownership,
    content: &mut dyn Read,
    buffer: &mut [u8],
) -> Result<Outcome, Failure> {
    match &entry.kind {
        Kind::File(size) => {
            let file = new_file(folder, name).map_err(kernel("create"))?;
            copy(content, &file, *size, buffer)?;
            set_metadata(&file, entry, ownership)?;
        }
        Kind::Symlink(target) => {
            fs::symlinkat(target.as_str(), folder, name).map_err(kernel("create the link"))?;
            set_link_metadata(folder, name, entry, ownership)?;
        }
        Kind::Fifo => special(folder, name, FileType::Fifo, (0, 0), entry, ownership)?,
        Kind::Character(major, minor) => {
            return device(special(
                folder,
                name,
                FileType::CharacterDevice,
                (*major, *minor),
                entry,
                ownership,
            ));
        }
        Kind::Block(major, minor) => {
            return device(special(folder, name, FileType::BlockDevice, (*major, *minor), entry, ownership));
        }
        Kind::Directory | Kind::Hardlink(_) => {
            return Err(Failure::Kernel("create", io::ErrorKind::InvalidInput.into()));
        }
    }
    Ok(Outcome::Made)
}

/// Creates an empty file that only this process can open as yet.
pub fn new_file(folder: BorrowedFd<'_>, name: &str) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    fs::openat(folder, name, flags, Mode::from_raw_mode(0o600))
}

/// Owner, mode, extended attributes and time of an open file or directory.
pub fn set_metadata(file: &OwnedFd, entry: &Entry, ownership: Ownership) -> Result<(), Failure> {
    if ownership == Ownership::OfEntry {
        let (owner, group) = owners(entry);
        fs::fchown(file, owner, group).map_err(kernel("change the owner of"))?;
    }
    fs::fchmod(file, Mode::from_raw_mode(entry.mode)).map_err(kernel("change the mode of"))?;
    for (name, value) in &entry.attributes {
        // A label is a matter of the machine's own policy, not of the archive.
        if name != "security.selinux" {
            fs::fsetxattr(file, name.as_str(), value, XattrFlags::empty())
                .map_err(kernel("set an extended attribute of"))?;
        }
    }
    fs::futimens(file, &times(entry.modified)).map_err(kernel("set the time of"))
}

/// The modification time as a pair of access and modification time.
pub fn times(modified: i64) -> Timestamps {
    let time = Timespec { tv_sec: modified, tv_nsec: 0 };
    Timestamps { last_access: time, last_modification: time }
}

fn owners(entry: &Entry) -> (Option<Uid>, Option<Gid>) {
    (Some(Uid::from_raw(entry.owner)), Some(Gid::from_raw(entry.group)))
}

/// For what has no mode of its own, or cannot be opened without effects.
fn set_link_metadata(
    folder: BorrowedFd<'_>,
    name: &str,
    entry: &Entry,
    ownership: Ownership,
) -> Result<(), Failure> {
    let flags = AtFlags::SYMLINK_NOFOLLOW;
    if ownership == Ownership::OfEntry {
        let (owner, group) = owners(entry);
        fs::chownat(folder, name, owner, group, flags).map_err(kernel("change the owner of"))?;
    }
    if !matches!(entry.kind, Kind::Symlink(_)) {
        // Follows links, but what was just made under this name is none.
        let mode = Mode::from_raw_mode(entry.mode);
        fs::chmodat(folder, name, mode, AtFlags::empty()).map_err(kernel("change the mode of"))?;
    }
    fs::utimensat(folder, name, &times(entry.modified), flags).map_err(kernel("set the time of"))
}

fn special(
    folder: BorrowedFd<'_>,
    name: &str,
    kind: FileType,
    (major, minor): (u32, u32),
    entry: &Entry,
    ownership: Ownership,
) -> Result<(), Failure> {
    let number = fs::makedev(major, minor);
    fs::mknodat(folder, name, kind, Mode::from_raw_mode(0o600), number).map_err(kernel("create"))?;
    set_link_metadata(folder, name, entry, ownership)
}

fn device(made: Result<(), Failure>) -> Result<Outcome, Failure> {
    match made {
        Err(Failure::Kernel("create", error)) if error.kind() == io::ErrorKind::PermissionDenied => {
            Ok(Outcome::Skipped)
        }
        made => made.map(|()| Outcome::Made),
    }
}

fn copy(content: &mut dyn Read, file: &OwnedFd, size: u64, buffer: &mut [u8]) -> Result<(), Failure> {
    let mut copied = 0;
    loop {
        let read = match content.read(buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::Content(error)),
        };
        write_all(file, &buffer[..read])?;
        copied += read as u64;
    }
    if copied == size { Ok(()) } else { Err(Failure::Content(io::ErrorKind::UnexpectedEof.into())) }
}

/// Writes all of `bytes`.
pub fn write_all(file: &OwnedFd, mut bytes: &[u8]) -> Result<(), Failure> {
    while !bytes.is_empty() {
        match rustix::io::write(file.as_fd(), bytes) {
            Ok(0) => return Err(Failure::Kernel("write", io::ErrorKind::WriteZero.into())),
            Ok(written) => bytes = &bytes[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(kernel("write")(error)),
        }
    }
    Ok(())
}
