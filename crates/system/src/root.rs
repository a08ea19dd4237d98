//! A directory of the host's taken as a machine's `/`. Files are worked on from outside, through [`Inside`];
//! commands go through a hook, since how they are shut in is the caller's matter.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{self, AtFlags, FileType, Gid, Mode, OFlags, Stat, Uid};

use crate::{Command, Inside, Kind, Metadata, Output, System};

/// Runs a command in the same root.
pub type Runner<'a> = Box<dyn FnMut(&Command) -> io::Result<Output> + 'a>;

/// A root directory and the way commands are run in it.
pub struct Root<'a> {
    inside: Inside,
    runner: Runner<'a>,
}

impl<'a> Root<'a> {
    /// Opens an existing directory as a root.
    pub fn open(path: &Path, runner: Runner<'a>) -> io::Result<Self> {
        Ok(Self { inside: Inside::open(path)?, runner })
    }

    fn stat(&self, path: &str, follow: bool) -> io::Result<Stat> {
        let flags = if follow { OFlags::PATH } else { OFlags::PATH | OFlags::NOFOLLOW };
        Ok(fs::fstat(self.inside.resolve(path, flags, 0)?)?)
    }
}

/// A name under which an `O_PATH` handle can be given to calls that take paths.
fn through(handle: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", handle.as_raw_fd())
}

impl System for Root<'_> {
    fn metadata(&self, path: &str, follow: bool) -> io::Result<Metadata> {
        let stat = self.stat(path, follow)?;
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Link,
            FileType::Fifo => Kind::Fifo,
            FileType::Socket => Kind::Socket,
            FileType::CharacterDevice => Kind::Character,
            FileType::BlockDevice => Kind::Block,
            _ => Kind::File,
        };
        Ok(Metadata {
            kind,
            mode: stat.st_mode & 0o7777,
            owner: stat.st_uid,
            group: stat.st_gid,
            size: stat.st_size.unsigned_abs(),
            accessed: stat.st_atime,
            modified: stat.st_mtime,
            changed: stat.st_ctime,
        })
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        // A pipe without a writer must not hold up a build.
        let file = self.inside.resolve(path, OFlags::RDONLY | OFlags::NONBLOCK, 0)?;
        File::from(file).read_to_end(&mut content)?;
        Ok(content)
    }

    fn read_link(&self, path: &str) -> io::Result<String> {
        let (above, name) = self.inside.place(path)?;
        let target = fs::readlinkat(above, name, Vec::new())?;
        Ok(target.to_string_lossy().into_owned())
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let directory = self.inside.resolve(path, OFlags::RDONLY | OFlags::DIRECTORY, 0)?;
        let mut names = Vec::new();
        for entry in fs::Dir::new(directory)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn create_directory(&mut self, path: &str, mode: u32) -> io::Result<()> {
        let (above, name) = self.inside.place(path)?;
        fs::mkdirat(&above, name, Mode::from_raw_mode(0o700))?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        // The process's mask must not count.
        Ok(fs::fchmod(fs::openat(&above, name, flags, Mode::empty())?, Mode::from_raw_mode(mode))?)
    }

    fn write(&mut self, path: &str, content: &[u8], mode: u32) -> io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::TRUNC | OFlags::NONBLOCK;
        let (file, new) = match self.inside.resolve(path, flags, 0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (self.inside.resolve(path, flags | OFlags::CREATE, 0o600)?, true)
            }
            found => (found?, false),
        };
        if new {
            fs::fchmod(&file, Mode::from_raw_mode(mode))?;
        }
        File::from(file).write_all(content)
    }

    fn create_link(&mut self, target: &str, path: &str) -> io::Result<()> {
        let (above, name) = self.inside.place(path)?;
        Ok(fs::symlinkat(target, above, name)?)
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let (old_above, old_name) = self.inside.place(from)?;
        let (new_above, new_name) = self.inside.place(to)?;
        Ok(fs::renameat(old_above, old_name, new_above, new_name)?)
    }

    fn remove_file(&mut self, path: &str) -> io::Result<()> {
        let (above, name) = self.inside.place(path)?;
        Ok(fs::unlinkat(above, name, AtFlags::empty())?)
    }

    fn remove_directory(&mut self, path: &str) -> io::Result<()> {
        let (above, name) = self.inside.place(path)?;
        Ok(fs::unlinkat(above, name, AtFlags::REMOVEDIR)?)
    }

    fn set_mode(&mut self, path: &str, mode: u32) -> io::Result<()> {
        let handle = self.inside.resolve(path, OFlags::PATH, 0)?;
        Ok(fs::chmod(through(&handle), Mode::from_raw_mode(mode))?)
    }

    fn set_owner(
        &mut self,
        path: &str,
        owner: Option<u32>,
        group: Option<u32>,
        follow: bool,
    ) -> io::Result<()> {
        let flags = if follow { OFlags::PATH } else { OFlags::PATH | OFlags::NOFOLLOW };
        let handle = self.inside.resolve(path, flags, 0)?;
        let (owner, group) = (owner.map(Uid::from_raw), group.map(Gid::from_raw));
        Ok(fs::chownat(handle, "", owner, group, AtFlags::EMPTY_PATH)?)
    }

    fn run(&mut self, command: &Command) -> io::Result<Output> {
        (self.runner)(command)
    }
}
