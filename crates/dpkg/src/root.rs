//! A directory taken as the root of a system: every path is resolved inside it, as if after `chroot`, so that
//! no symbolic link, absolute name or `..` leads out. The kernel does it (`openat2` with `RESOLVE_IN_ROOT`);
//! nothing here looks at paths to decide what is safe.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use crate::Error;
use crate::archive::{Entry, Kind};
use crate::node::{self, Failure};
pub use crate::node::{Outcome, Ownership};

/// The kernel gives up when it meets too many renames elsewhere while it resolves `..`; then one tries again.
const ATTEMPTS: usize = 64;
/// What a directory gets that no archive describes.
const PLAIN_DIRECTORY: u32 = 0o755;

/// An open root directory.
#[derive(Debug)]
pub struct Root {
    directory: OwnedFd,
    path: PathBuf,
}

impl Root {
    /// Opens an existing directory as a root.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        match fs::open(path, flags, Mode::empty()) {
            Ok(directory) => Ok(Self { directory, path: path.to_owned() }),
            Err(error) => Err(Error::Write {
                action: "open",
                path: ".".into(),
                root: path.to_owned(),
                source: error.into(),
            }),
        }
    }

    /// Where the root is, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finds a directory, as a handle to make or look up things in (`O_PATH`). Empty: the root itself.
    pub fn directory(&self, path: &str) -> io::Result<OwnedFd> {
        Ok(self.resolve(path, OFlags::PATH | OFlags::DIRECTORY)?)
    }

    /// Opens a file for reading.
    pub fn file(&self, path: &str) -> io::Result<File> {
        Ok(File::from(self.resolve(path, OFlags::RDONLY | OFlags::NONBLOCK)?))
    }

    /// Starts to make things below the root.
    pub fn writer(&self) -> Writer<'_> {
        Writer { root: self, parent: None, buffer: Vec::new() }
    }

    fn resolve(&self, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let path = if path.is_empty() { "." } else { path };
        let inside = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let mut result = Err(Errno::AGAIN);
        for _ in 0..ATTEMPTS {
            result = fs::openat2(&self.directory, path, flags | OFlags::CLOEXEC, Mode::empty(), inside);
            if !matches!(result, Err(Errno::AGAIN | Errno::INTR)) {
                break;
            }
        }
        result
    }
}

/// Makes things below a root. Keeps the directory of the last path open, since archives list what lies
/// together in a row; one writer belongs to one thread.
pub struct Writer<'root> {
    root: &'root Root,
    parent: Option<(String, OwnedFd)>,
    buffer: Vec<u8>,
}

impl Writer<'_> {
    /// Makes a directory that only its owner may enter as yet, unless there is one; missing ones above it are
    /// made. False if a symbolic link stands there that leads to a directory.
    pub fn directory(&mut self, path: &str) -> Result<bool, Error> {
        let (parent, name) = self.locate(path)?;
        let made = fs::mkdirat(parent, name, Mode::from_raw_mode(0o700));
        if made == Err(Errno::EXIST) && is_directory(parent, name) {
            return Ok(true);
        }
        let linked = || self.root.resolve(path, OFlags::PATH | OFlags::DIRECTORY);
        match made {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) if linked().is_ok() => Ok(false),
            Err(error) => Err(self.error("create the directory", path, error.into())),
        }
    }

    /// Makes a directory and all that is missing above it, each open to all (mode 755).
    pub fn directories(&mut self, path: &str) -> Result<(), Error> {
        self.folder(path).map(drop).map_err(|error| self.error("create the directory", path, error.into()))
    }

    /// Sets owner, mode, extended attributes and time of a directory, which is not reached by a symbolic link
    /// in its last part. An empty path means the root itself.
    pub fn finish_directory(&mut self, path: &str, entry: &Entry, ownership: Ownership) -> Result<(), Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
        let directory =
            self.root.resolve(path, flags).map_err(|error| self.error("open", path, error.into()))?;
        node::set_metadata(&directory, entry, ownership).map_err(|failure| self.failure(path, failure))
    }

    /// Makes what an entry describes, with its content, at `path`, which must be free. Hard links must point
    /// to an existing path below the root. Missing directories are made. A directory gets its metadata at
    /// once, its time included.
    pub fn create(
        &mut self,
        path: &str,
        entry: &Entry,
        ownership: Ownership,
        content: &mut dyn Read,
    ) -> Result<Outcome, Error> {
        match &entry.kind {
            Kind::Directory => {
                self.directory(path)?;
                self.finish_directory(path, entry, ownership)?;
                Ok(Outcome::Made)
            }
            Kind::Hardlink(target) => self.link(target, path).map(|()| Outcome::Made),
            _ => {
                let mut buffer = std::mem::take(&mut self.buffer);
                buffer.resize(node::BUFFER, 0);
                let (parent, name) = self.locate(path)?;
                let made = node::create(parent, name, entry, ownership, content, &mut buffer);
                self.buffer = buffer;
                made.map_err(|failure| self.failure(path, failure))
            }
        }
    }

    /// Writes a whole file with this mode; the path must be free, missing directories are made.
    pub fn file(&mut self, path: &str, mode: u32, bytes: &[u8]) -> Result<(), Error> {
        self.new_file(path, mode, bytes).map(drop)
    }

    /// The same, and sets the time of the file: seconds since 1970.
    pub fn dated_file(&mut self, path: &str, mode: u32, bytes: &[u8], modified: i64) -> Result<(), Error> {
        let file = self.new_file(path, mode, bytes)?;
        fs::futimens(&file, &node::times(modified))
            .map_err(|error| self.error("set the time of", path, error.into()))
    }

    /// Makes a symbolic link that bears a time: seconds since 1970.
    pub fn symlink(&mut self, target: &str, path: &str, modified: i64) -> Result<(), Error> {
        let (parent, name) = self.locate(path)?;
        fs::symlinkat(target, parent, name)
            .and_then(|()| fs::utimensat(parent, name, &node::times(modified), AtFlags::SYMLINK_NOFOLLOW))
            .map_err(|error| self.error("create the link", path, error.into()))
    }

    /// Makes another name for an existing path, whose last part is not followed.
    pub fn link(&mut self, existing: &str, path: &str) -> Result<(), Error> {
        let (folder, old) = split(existing);
        let folder = self
            .root
            .directory(folder)
            .map_err(|error| self.error("find the target of the link", path, error))?;
        let (parent, name) = self.locate(path)?;
        fs::linkat(folder, old, parent, name, AtFlags::empty())
            .map_err(|error| self.error("create the link", path, error.into()))
    }

    /// Moves something here from elsewhere on the same file system, over what is there. A symbolic link does
    /// not take the place of a directory: false.
    pub fn place(
        &mut self,
        from: BorrowedFd<'_>,
        name: &str,
        path: &str,
        symlink: bool,
    ) -> Result<bool, Error> {
        let (parent, last) = self.locate(path)?;
        if symlink && is_directory(parent, last) {
            return Ok(false);
        }
        fs::renameat(from, name, parent, last).map_err(|error| self.error("create", path, error.into()))?;
        Ok(true)
    }

    fn new_file(&mut self, path: &str, mode: u32, bytes: &[u8]) -> Result<OwnedFd, Error> {
        let (parent, name) = self.locate(path)?;
        let file = node::new_file(parent, name).map_err(|error| self.error("create", path, error.into()))?;
        node::write_all(&file, bytes).map_err(|failure| self.failure(path, failure))?;
        fs::fchmod(&file, Mode::from_raw_mode(mode))
            .map_err(|error| self.error("change the mode of", path, error.into()))?;
        Ok(file)
    }

    /// The directory that a path lies in, made if it is missing, and the path's last part.
    fn locate<'path>(&mut self, path: &'path str) -> Result<(BorrowedFd<'_>, &'path str), Error> {
        let (folder, name) = split(path);
        if self.parent.as_ref().is_none_or(|(known, _)| known != folder) {
            let handle = self.folder(folder).map_err(|error| self.error("reach", path, error.into()))?;
            self.parent = Some((folder.to_owned(), handle));
        }
        let (_, handle) = self.parent.as_ref().expect("set above");
        Ok((handle.as_fd(), name))
    }

    fn folder(&self, path: &str) -> Result<OwnedFd, Errno> {
        match self.root.resolve(path, OFlags::PATH | OFlags::DIRECTORY) {
            Err(Errno::NOENT) if !path.is_empty() => {}
            found => return found,
        }
        let (above, name) = split(path);
        let above = self.folder(above)?;
        fs::mkdirat(&above, name, Mode::from_raw_mode(0o700))?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = fs::openat(&above, name, flags, Mode::empty())?;
        fs::fchmod(&made, Mode::from_raw_mode(PLAIN_DIRECTORY))?;
        Ok(made)
    }

    fn error(&self, action: &'static str, path: &str, source: io::Error) -> Error {
        Error::Write { action, path: path.to_owned(), root: self.root.path.clone(), source }
    }

    fn failure(&self, path: &str, failure: Failure) -> Error {
        match failure {
            Failure::Content(source) => Error::Unreadable { path: path.to_owned(), source },
            Failure::Kernel(action, source) => self.error(action, path, source),
        }
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn is_directory(folder: BorrowedFd<'_>, name: &str) -> bool {
    fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|status| fs::FileType::from_raw_mode(status.st_mode).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind) -> Entry {
        let (owner, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
        let attributes = Vec::new();
        Entry { path: String::new(), kind, mode: 0o640, owner, group, modified: 5, attributes }
    }

    #[test]
    fn no_path_leads_out() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("root");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(outside.path().join("secret"), "").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.join("absolute")).unwrap();
        std::os::unix::fs::symlink("../..", folder.join("up")).unwrap();
        let root = Root::open(&folder).unwrap();
        let mut writer = root.writer();
        // Above the root there is only the root, and what is absolute begins there.
        writer.file("up/inside", 0o644, b"").unwrap();
        writer.file("../inside2", 0o644, b"").unwrap();
        assert!(folder.join("inside").exists() && folder.join("inside2").exists());
        assert!(writer.file("absolute/x", 0o644, b"").is_err(), "the target is not there inside");
        assert!(writer.link("absolute/secret", "taken").is_err());
        assert!(root.file("up/secret").is_err() && root.directory("absolute").is_err());
        assert!(writer.directory("..").is_ok() && writer.directory("up").is_ok_and(|here| !here));
        let names: Vec<_> =
            std::fs::read_dir(outside.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn entries_are_made_with_their_metadata() {
        use std::os::unix::fs::{FileTypeExt, MetadataExt};
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let mut writer = root.writer();
        let mut create = |path: &str, mut entry: Entry, content: &[u8]| {
            entry.mode = 0o4750;
            writer.create(path, &entry, Ownership::OfEntry, &mut { content })
        };
        create("a/b/file", entry(Kind::File(3)), b"abc").unwrap();
        create("a/b/pipe", entry(Kind::Fifo), b"").unwrap();
        create("a/link", entry(Kind::Symlink("/nowhere".into())), b"").unwrap();
        create("hard", entry(Kind::Hardlink("a/b/file".into())), b"").unwrap();
        create("folder", entry(Kind::Directory), b"").unwrap();
        let short = create("short", entry(Kind::File(3)), b"ab").unwrap_err();
        assert!(matches!(short, Error::Unreadable { .. }), "{short}");
        assert!(create("a/b/file", entry(Kind::File(0)), b"").is_err(), "it is there already");
        for path in ["a/b/file", "a/b/pipe", "a/link", "hard", "folder"] {
            let metadata = folder.path().join(path).symlink_metadata().unwrap();
            assert_eq!(metadata.mtime(), 5, "{path}");
            assert!(metadata.is_symlink() || metadata.mode() & 0o7777 == 0o4750, "{path}");
        }
        let metadata = folder.path().join("a/b/pipe").symlink_metadata().unwrap();
        assert!(metadata.file_type().is_fifo());
        assert_eq!(folder.path().join("a").metadata().unwrap().mode() & 0o7777, 0o755);
        assert_eq!(std::fs::read_to_string(folder.path().join("hard")).unwrap(), "abc");
    }
}
