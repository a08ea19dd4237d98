//! For the tests: trees as text, and an unpacker that knows no more than what OCI says of layers.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, XattrFlags};
use sha256::Digest;

/// Everything in a tree except sockets and times: what a layer is to preserve.
pub(crate) fn snapshot(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let kind = FileType::from_raw_mode(metadata.mode());
            let content = match kind {
                FileType::Socket => continue,
                FileType::RegularFile => Digest::of(fs::read(&path).unwrap()).short(),
                FileType::Symlink => fs::read_link(&path).unwrap().display().to_string(),
                _ => metadata.rdev().to_string(),
            };
            if kind == FileType::Directory {
                folders.push(path.clone());
            }
            let (mode, owners) = (metadata.mode(), (metadata.uid(), metadata.gid()));
            let text = format!("{mode:o} {owners:?} {content} {:?}", attributes(&path));
            found.insert(path.strip_prefix(root).unwrap().to_owned(), text);
        }
    }
    found
}

fn attributes(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut names = vec![0; 4096];
    let length = rustix::fs::llistxattr(path, &mut names[..]).unwrap();
    let names = String::from_utf8(names[..length].to_vec()).unwrap();
    let value = |name: &str| {
        let mut value = vec![0; 4096];
        let length = rustix::fs::lgetxattr(path, name, &mut value[..]).unwrap();
        value[..length].to_vec()
    };
    let names = names.split_terminator('\0').filter(|name| !name.contains(".overlay."));
    names.map(|name| (name.to_owned(), value(name))).collect()
}

/// Lays a layer over a tree.
pub(crate) fn unpack(tar: &[u8], root: &Path) {
    let mut archive = tar::Archive::new(tar);
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        // Without the slash that directories end in: it would follow a symlink.
        let path: PathBuf = root.join(entry.path().unwrap()).components().collect();
        let name = path.file_name().unwrap_or_default().as_bytes();
        if name == b".wh..wh..opq" {
            // First in its folder, so nothing of this layer is there yet.
            fs::read_dir(path.parent().unwrap()).unwrap().for_each(|entry| remove(&entry.unwrap().path()));
        } else if let Some(name) = name.strip_prefix(b".wh.") {
            let gone = path.with_file_name(std::ffi::OsStr::from_bytes(name));
            assert!(gone.symlink_metadata().is_ok(), "{} was not there", gone.display());
            remove(&gone);
        } else {
            unpack_entry(&mut entry, root, &path);
        }
    }
}

fn unpack_entry(entry: &mut tar::Entry<'_, &[u8]>, root: &Path, path: &Path) {
    let kind = entry.header().entry_type();
    if !(kind.is_dir() && path.is_dir() && !path.is_symlink()) {
        remove(path);
    }
    let target = entry.link_name().unwrap().map(std::borrow::Cow::into_owned);
    let device = || {
        let number = |number: std::io::Result<Option<u32>>| number.unwrap().unwrap();
        rustix::fs::makedev(number(entry.header().device_major()), number(entry.header().device_minor()))
    };
    let make = |kind, device| rustix::fs::mknodat(CWD, path, kind, Mode::RWXU, device).unwrap();
    match kind {
        tar::EntryType::Directory if path.is_dir() => {}
        tar::EntryType::Directory => fs::create_dir(path).unwrap(),
        tar::EntryType::Link => return fs::hard_link(root.join(target.unwrap()), path).unwrap(),
        tar::EntryType::Symlink => std::os::unix::fs::symlink(target.unwrap(), path).unwrap(),
        tar::EntryType::Fifo => make(FileType::Fifo, 0),
        tar::EntryType::Char => make(FileType::CharacterDevice, device()),
        tar::EntryType::Block => make(FileType::BlockDevice, device()),
        _ => {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            File::create_new(path).unwrap().write_all(&content).unwrap();
        }
    }
    let (uid, gid) = (entry.header().uid().unwrap() as u32, entry.header().gid().unwrap() as u32);
    std::os::unix::fs::lchown(path, Some(uid), Some(gid)).unwrap();
    if kind != tar::EntryType::Symlink {
        let mode = entry.header().mode().unwrap();
        for name in attributes(path).keys() {
            rustix::fs::lremovexattr(path, name.as_str()).unwrap();
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        for record in entry.pax_extensions().unwrap().into_iter().flatten() {
            let record = record.unwrap();
            if let Some(name) = record.key().unwrap().strip_prefix("SCHILY.xattr.") {
                rustix::fs::lsetxattr(path, name, record.value_bytes(), XattrFlags::empty()).unwrap();
            }
        }
    }
}

fn remove(path: &Path) {
    store::remove_tree(path).unwrap();
}

/// The entries of a tar, a line each: kind, mode, time, path, what it links to.
pub(crate) fn listing(tar: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(tar);
    let line = |entry: tar::Entry<'_, &[u8]>| {
        let header = entry.header();
        let link = entry.link_name().unwrap().map(|link| format!(" -> {}", link.display()));
        let kind = char::from(header.entry_type().as_byte());
        let (mode, mtime) = (header.mode().unwrap(), header.mtime().unwrap());
        format!("{kind} {mode:o} {mtime} {}{}", entry.path().unwrap().display(), link.unwrap_or_default())
    };
    archive.entries().unwrap().map(|entry| line(entry.unwrap())).collect()
}
