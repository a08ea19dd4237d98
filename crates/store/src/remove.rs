//! Removing a tree that does not want to be removed: folders without permissions, trees deeper than a
//! process may have open files, and never anything that is mounted inside.
//!
//! Works by open folders, so no path is too long and no symlink is followed.

use std::ffi::CStr;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, RenameFlags, ResolveFlags};
use rustix::io::Errno;

use crate::Error;

/// Folders opened at a time; what lies deeper is moved up first.
const DEPTH: usize = 64;

/// Removes a file, or a folder and all that is in it. Nothing being there is fine.
///
/// Errors: something mounted inside ([`Error::Mounted`]; what lies beside it may be gone already), files of
/// others.
pub fn remove_tree(path: &Path) -> Result<(), Error> {
    let explain = |errno: Errno| match errno {
        Errno::XDEV | Errno::BUSY => Error::Mounted { path: path.to_owned() },
        _ => Error::io("remove", path)(errno.into()),
    };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Ok(metadata) if metadata.is_dir() => {}
        _ => return fs::remove_file(path).map_err(Error::io("remove", path)),
    }
    let top = open_top(path).map_err(explain)?;
    // Emptying the top may bring up folders from far below: as often as that happens.
    let mut moved = 0;
    loop {
        let before = moved;
        empty(&top, &top, DEPTH, &mut moved).map_err(explain)?;
        if moved == before {
            break;
        }
    }
    fs::remove_dir(path).map_err(Error::io("remove", path))
}

/// Removes all that is in a folder. What lies deeper than `depth` goes to `top` under a new name.
fn empty(folder: &OwnedFd, top: &OwnedFd, depth: usize, moved: &mut u64) -> Result<(), Errno> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
            names.push((entry.file_name().to_owned(), entry.file_type()));
        }
    }
    for (name, kind) in names {
        if !matches!(kind, FileType::Directory | FileType::Unknown) {
            rustix::fs::unlinkat(folder, &name, AtFlags::empty())?;
            continue;
        }
        match open_folder(folder, &name, ResolveFlags::NO_XDEV) {
            // A file system that does not tell kinds: it was no folder.
            Err(Errno::NOTDIR | Errno::LOOP) => rustix::fs::unlinkat(folder, &name, AtFlags::empty())?,
            Err(errno) => return Err(errno),
            Ok(_) if depth == 0 => move_up(folder, &name, top, moved)?,
            Ok(inner) => {
                empty(&inner, top, depth - 1, moved)?;
                rustix::fs::unlinkat(folder, &name, AtFlags::REMOVEDIR)?;
            }
        }
    }
    Ok(())
}

/// Gives a folder a free name in `top`. An earlier run that was ended may have left some.
fn move_up(folder: &OwnedFd, name: &CStr, top: &OwnedFd, moved: &mut u64) -> Result<(), Errno> {
    loop {
        *moved += 1;
        match rustix::fs::renameat_with(folder, name, top, format!(".deep-{moved}"), RenameFlags::NOREPLACE) {
            Err(Errno::EXIST) => {}
            renamed => return renamed,
        }
    }
}

/// Opens the folder that is to go, by way of its parent so that a mount on it is noticed.
fn open_top(path: &Path) -> Result<OwnedFd, Errno> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Err(Errno::INVAL) };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let parent = rustix::fs::openat(CWD, parent, flags, Mode::empty())?;
    open_folder(parent, name, ResolveFlags::NO_XDEV)
}

/// Opens a folder, if need be after giving its owner all rights on it.
fn open_folder<P: rustix::path::Arg + Copy>(
    parent: impl std::os::fd::AsFd,
    name: P,
    resolve: ResolveFlags,
) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let open = |flags| rustix::fs::openat2(&parent, name, flags, Mode::empty(), resolve);
    let folder = match open(flags) {
        Err(Errno::ACCESS) => {
            // Nobody else changes this tree, so it is still the folder that could not be opened.
            rustix::fs::chmodat(&parent, name, Mode::RWXU, AtFlags::empty())?;
            open(flags)?
        }
        opened => opened?,
    };
    let mode = Mode::from_raw_mode(rustix::fs::fstat(&folder)?.st_mode);
    if !mode.contains(Mode::RWXU) {
        rustix::fs::fchmod(&folder, Mode::RWXU)?;
    }
    Ok(folder)
}
