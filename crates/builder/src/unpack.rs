//! Layers of an image, laid one over the other into a root to build in.
//!
//! Paths are resolved inside the root by the kernel, so that no name, link or `..` of a layer leads out. What a
//! layer removes is removed before anything of it is made, whatever the order of its entries.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use dpkg::archive::{self, Failure};
use dpkg::root::{Ownership, Root};
use dpkg::{Entry, Kind};
use oci::{Layer, open_layer};
use progress::{Progress, Unit};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use sha256::{Digest, Hasher};
use store::Store;

use crate::Error;

/// What names of removals begin with.
const WHITEOUT: &str = ".wh.";
/// Removes all that lower layers have in a folder.
const OPAQUE: &str = ".wh..wh..opq";

/// Unpacks layers, the lowest first, into an empty folder. Each is checked against its diff id.
///
/// Errors: a layer that is damaged or is no layer, and whatever the file system refuses.
pub(crate) fn layers(
    store: &Store,
    layers: &[Layer],
    folder: &Path,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let root = Root::open(folder)?;
    let task = progress.begin("unpacking the base", Some(layers.len() as u64), Unit::Items);
    // Making something in a folder changes its time: folders are finished last.
    let mut folders: BTreeMap<String, Entry> = BTreeMap::new();
    for (number, layer) in layers.iter().enumerate() {
        if number > 0 {
            remove(store, layer, &root, &mut folders)?;
        }
        make(store, layer, &root, &mut folders)?;
        task.advance(1);
    }
    for (path, entry) in folders.iter().rev() {
        root.writer().finish_directory(path, entry, Ownership::OfEntry)?;
    }
    task.done(&format!("{} layers", layers.len()));
    Ok(())
}

/// Removes what a layer says that is gone.
fn remove(
    store: &Store,
    layer: &Layer,
    root: &Root,
    folders: &mut BTreeMap<String, Entry>,
) -> Result<(), Error> {
    walk(store, layer, |entry, _| {
        let (folder, name) = split(&entry.path);
        let Some(gone) = name.strip_prefix(WHITEOUT) else { return Ok(()) };
        if name == OPAQUE {
            forget_below(folders, folder);
            return match open(root, folder) {
                Ok(folder) => empty(&folder).map_err(|errno| failed("empty", root, &entry.path, errno)),
                Err(_) => Ok(()),
            };
        }
        // Others of their kind are marks of old tools and remove nothing.
        if gone.is_empty() || gone.starts_with(WHITEOUT) || gone == "." || gone == ".." {
            return Ok(());
        }
        let path = if folder.is_empty() { gone.to_owned() } else { format!("{folder}/{gone}") };
        clear(root, &path, folders).map(drop)
    })?;
    Ok(())
}

/// Makes what a layer holds.
fn make(
    store: &Store,
    layer: &Layer,
    root: &Root,
    folders: &mut BTreeMap<String, Entry>,
) -> Result<(), Error> {
    let mut writer = root.writer();
    let found = walk(store, layer, |mut entry, content| {
        let (_, name) = split(&entry.path);
        if name.starts_with(WHITEOUT) || is_overlays_own(&entry.kind) {
            return Ok(());
        }
        // Those of an overlay would mean something where this root lies below one.
        entry.attributes.retain(|(attribute, _)| !attribute.contains(".overlay."));
        let path = entry.path.clone();
        let is_folder = entry.kind == Kind::Directory;
        let stays = path.is_empty() || is_folder && is_real_folder(root, &path);
        if !stays && clear(root, &path, folders)? {
            // The writer may hold on to a folder that is gone.
            writer = root.writer();
        }
        if is_folder {
            if !path.is_empty() {
                writer.directory(&path)?;
            }
            folders.insert(path, entry);
            return Ok(());
        }
        writer.create(&path, &entry, Ownership::OfEntry, content)?;
        Ok(())
    })?;
    if found != layer.diff_id {
        let (digest, expected) = (layer.descriptor.digest, layer.diff_id);
        return Err(oci::Error::DiffId { digest, found, expected }.into());
    }
    Ok(())
}

/// Walks through a layer's tar, and gives the digest of all of it.
fn walk(
    store: &Store,
    layer: &Layer,
    visit: impl FnMut(Entry, &mut dyn Read) -> Result<(), Error>,
) -> Result<Digest, Error> {
    let mut reader = Hashed { inner: open_layer(store, &layer.descriptor)?, hasher: Hasher::new(io::sink()) };
    let digest = layer.descriptor.digest;
    match archive::walk(&mut reader, visit) {
        Ok(()) => {
            io::copy(&mut reader, &mut io::sink())
                .map_err(|error| Error::Layer { digest, reason: error.to_string() })?;
            Ok(reader.hasher.finish().0)
        }
        Err(Failure::Damaged(error)) => Err(Error::Layer { digest, reason: error.to_string() }),
        Err(Failure::Refused(reason)) => Err(Error::Layer { digest, reason }),
        Err(Failure::Visitor(error)) => Err(error),
    }
}

struct Hashed<R> {
    inner: R,
    hasher: Hasher<io::Sink>,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.write_all(&buffer[..length])?;
        Ok(length)
    }
}

/// The way an overlay marks a removal; in a tar it means nothing.
fn is_overlays_own(kind: &Kind) -> bool {
    matches!(kind, Kind::Character(0, 0))
}

/// Takes away whatever stands at a path, if anything does; says whether it was a folder.
fn clear(root: &Root, path: &str, folders: &mut BTreeMap<String, Entry>) -> Result<bool, Error> {
    let (folder, name) = split(path);
    let Ok(parent) = open(root, folder) else { return Ok(false) };
    let removed = match unlink(parent.as_fd(), name) {
        Ok(was_folder) => Ok(was_folder),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(false),
        Err(errno) => Err(failed("remove", root, path, errno)),
    };
    forget_below(folders, path);
    folders.remove(path);
    removed
}

fn forget_below(folders: &mut BTreeMap<String, Entry>, path: &str) {
    folders.retain(|known, _| !known.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')));
}

/// A folder inside the root, open for reading.
fn open(root: &Root, folder: &str) -> io::Result<OwnedFd> {
    let found = root.directory(folder)?;
    Ok(rustix::fs::openat(&found, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Whether a folder, and no link to one, stands at a path.
fn is_real_folder(root: &Root, path: &str) -> bool {
    let (folder, name) = split(path);
    let Ok(parent) = root.directory(folder) else { return false };
    rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|status| FileType::from_raw_mode(status.st_mode).is_dir())
}

/// Removes a name with all that may be below it; says whether it was a folder. Links are not followed.
fn unlink(parent: BorrowedFd<'_>, name: &str) -> Result<bool, Errno> {
    match rustix::fs::unlinkat(parent, name, AtFlags::empty()) {
        Err(Errno::ISDIR | Errno::PERM) => {}
        outcome => return outcome.map(|()| false),
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = rustix::fs::openat(parent, name, flags, Mode::empty())?;
    empty(&folder)?;
    rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR).map(|()| true)
}

fn empty(folder: &OwnedFd) -> Result<(), Errno> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != "." && name != ".." {
            names.push(name);
        }
    }
    names.iter().try_for_each(|name| unlink(folder.as_fd(), name).map(drop))
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn failed(action: &'static str, root: &Root, path: &str, errno: Errno) -> Error {
    Error::io(action, root.path().join(path))(errno.into())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::num::NonZero;
    use std::os::unix::fs::MetadataExt;

    use oci::{Compression, LayerWriter};
    use progress::Silent;

    use super::*;

    /// A tar as text: `dir/`, `file=content`, `link->target`, `hard=>target`.
    fn layer(store: &Store, entries: &[&str]) -> Layer {
        let mut writer = LayerWriter::new(store, Compression::GZIP, NonZero::<usize>::MIN).unwrap();
        let mut tar = tar::Builder::new(&mut writer);
        for entry in entries {
            let mut header = tar::Header::new_gnu();
            header.set_uid(rustix::process::geteuid().as_raw().into());
            header.set_gid(rustix::process::getegid().as_raw().into());
            header.set_mtime(77);
            header.set_mode(if entry.ends_with('/') { 0o750 } else { 0o640 });
            header.set_size(0);
            let (name, target, kind) = if let Some((name, target)) = entry.split_once("->") {
                (name, target, tar::EntryType::Symlink)
            } else if let Some((name, target)) = entry.split_once("=>") {
                (name, target, tar::EntryType::Link)
            } else if entry.ends_with('/') {
                (*entry, "", tar::EntryType::Directory)
            } else {
                let (name, content) = entry.split_once('=').unwrap_or((entry, ""));
                header.set_size(content.len() as u64);
                header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
                header.set_cksum();
                tar.append(&header, content.as_bytes()).unwrap();
                continue;
            };
            header.set_entry_type(kind);
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            if !target.is_empty() {
                header.set_link_name_literal(target).unwrap();
            }
            header.set_cksum();
            tar.append(&header, io::empty()).unwrap();
        }
        tar.into_inner().unwrap();
        writer.finish().unwrap()
    }

    fn unpacked(stack: &[&[&str]]) -> Result<(tempfile::TempDir, Vec<String>), Error> {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("store")).unwrap();
        let stack: Vec<Layer> = stack.iter().map(|entries| layer(&store, entries)).collect();
        let root = folder.path().join("root");
        fs::create_dir(&root).unwrap();
        layers(&store, &stack, &root, &Silent)?;
        let mut found = Vec::new();
        list(&root, "", &mut found);
        found.sort();
        Ok((folder, found))
    }

    fn list(root: &Path, below: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(root.join(below)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() {
                found.push(format!("{path}/"));
                list(root, &path, found);
            } else if metadata.is_file() {
                found.push(format!("{path}={}", fs::read_to_string(entry.path()).unwrap()));
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn layers_lie_one_over_the_other() {
        for (stack, expected) in [
            (&[&["a/", "a/x=1", "b=2"][..], &["a/y=3", "b=4"]][..], "a/ a/x=1 a/y=3 b=4"),
            (&[&["a/", "a/x=1", "b=2"], &["a/.wh.x", ".wh.b"]], "a/"),
            // What this very layer makes stays, before and behind the mark.
            (
                &[&["a/", "a/b/", "a/b/x=1", "c=1"], &["a/", "a/new=2", "a/.wh..wh..opq", "a/late=3"]],
                "a/ a/late=3 a/new=2 c=1",
            ),
            (&[&["a/", "a/x=1"], &[".wh.a", "a/", "a/y=2"]], "a/ a/y=2"),
            // Kinds change.
            (&[&["a/", "a/x=1", "b=1", "c->b"], &["a=2", "b/", "b/y=3", "c=4"]], "a=2 b/ b/y=3 c=4"),
            (&[&["a=1"], &["b=>a"], &["a=2"]], "a=2 b=1"),
            (&[&["a/", "l->a"], &["l/x=1"]], "a/ a/x=1 l"),
            (&[&["a/", "l->a"], &["l/", "l/x=1"]], "a/ l/ l/x=1"),
            (&[&["a=1"], &[".wh.none", "none/.wh.x", "none/.wh..wh..opq", ".wh..wh.plnk"]], "a=1"),
        ] {
            let (_folder, found) = unpacked(stack).unwrap();
            assert_eq!(found.join(" "), expected, "{stack:?}");
        }
    }

    #[test]
    fn modes_and_times_of_folders_are_those_of_their_last_entry() {
        let (folder, _) = unpacked(&[&["a/", "a/b/", "a/b/x=1"], &["a/b/y=2"]]).unwrap();
        for path in ["a", "a/b", "a/b/x"] {
            let metadata = folder.path().join("root").join(path).symlink_metadata().unwrap();
            assert_eq!(metadata.mtime(), 77, "{path}");
            assert_eq!(metadata.mode() & 0o777, if path.ends_with('x') { 0o640 } else { 0o750 }, "{path}");
        }
    }

    #[test]
    fn nothing_leads_out() {
        for stack in [&[&["../x=1"][..]][..], &[&["a=1"], &["../.wh.a"]], &[&["l=>../x"]]] {
            assert!(matches!(unpacked(stack), Err(Error::Layer { .. })), "{stack:?}");
        }
        let (folder, found) =
            unpacked(&[&["up->../..", "abs->/"], &["up/x=1", "abs/y=2", "up/.wh.store"]]).unwrap();
        assert_eq!(found, ["abs", "up", "x=1", "y=2"]);
        assert!(folder.path().join("store/oci-layout").exists());
    }

    #[test]
    fn a_layer_that_is_not_what_the_image_says_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("store")).unwrap();
        let mut wrong = layer(&store, &["a=1"]);
        wrong.diff_id = Digest::of("other");
        fs::create_dir(folder.path().join("root")).unwrap();
        let error = layers(&store, &[wrong], &folder.path().join("root"), &Silent).unwrap_err();
        assert!(matches!(error, Error::Oci(oci::Error::DiffId { .. })), "{error}");
    }
}
