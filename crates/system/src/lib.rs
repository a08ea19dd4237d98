//! The few things a resource may do to a machine: files inside a root, and commands run in it.
//!
//! ```text
//! resources ─► System ─┬─ Memory   a tree in memory; commands are scripted
//!                      └─ Root     a directory taken as `/`; commands go through a hook of the caller's
//! Recorder   stands before any of them and notes who made or changed which path
//! accounts   users and groups, as the root's own /etc/passwd and /etc/group have them
//! ```
//! Paths are absolute and are those of the root, never the host's. Knows nothing of Puppet, layers or
//! sandboxes.

pub mod accounts;
mod command;
mod inside;
mod memory;
mod metadata;
mod recorder;
mod root;

#[cfg(test)]
mod tests;

use std::io;

pub use command::{Command, Credentials, Exit, Output};
pub use inside::Inside;
pub use memory::{Entry, Memory};
pub use metadata::{Kind, Metadata};
pub use recorder::{Makers, Recorder};
pub use root::{Root, Runner};

/// A machine as a resource sees it. Errors are the kernel's.
pub trait System {
    /// Kind, mode, owner and times; of what a last symbolic link leads to if `follow`.
    fn metadata(&self, path: &str, follow: bool) -> io::Result<Metadata>;

    /// A whole file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The target of a symbolic link.
    fn read_link(&self, path: &str) -> io::Result<String>;

    /// Names in a directory, sorted by their bytes.
    fn list(&self, path: &str) -> io::Result<Vec<String>>;

    /// Makes a directory with exactly this mode; the one above it must be there.
    fn create_directory(&mut self, path: &str, mode: u32) -> io::Result<()>;

    /// Writes a file in place, following links. `mode` counts if the file is new.
    fn write(&mut self, path: &str, content: &[u8], mode: u32) -> io::Result<()>;

    /// Makes a symbolic link.
    fn create_link(&mut self, target: &str, path: &str) -> io::Result<()>;

    /// Moves a path over another, which is replaced if it is no directory.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;

    /// Removes what is no directory.
    fn remove_file(&mut self, path: &str) -> io::Result<()>;

    /// Removes an empty directory.
    fn remove_directory(&mut self, path: &str) -> io::Result<()>;

    /// Changes the permission bits, following links.
    fn set_mode(&mut self, path: &str, mode: u32) -> io::Result<()>;

    /// Changes owner, group or both.
    fn set_owner(
        &mut self,
        path: &str,
        owner: Option<u32>,
        group: Option<u32>,
        follow: bool,
    ) -> io::Result<()>;

    /// Runs a command inside the root and waits for it.
    fn run(&mut self, command: &Command) -> io::Result<Output>;

    /// Says on whose behalf the following happens; for a [`Recorder`].
    fn acting(&mut self, _resource: &str) {}

    /// Whether something is there, links followed.
    fn exists(&self, path: &str) -> bool {
        self.metadata(path, true).is_ok()
    }

    /// Whether a directory is there, links followed.
    fn is_directory(&self, path: &str) -> bool {
        self.metadata(path, true).is_ok_and(|found| found.kind == Kind::Directory)
    }

    /// Removes a path with everything below it.
    fn remove_tree(&mut self, path: &str) -> io::Result<()> {
        if self.metadata(path, false)?.kind != Kind::Directory {
            return self.remove_file(path);
        }
        for name in self.list(path)? {
            self.remove_tree(&join(path, &name))?;
        }
        self.remove_directory(path)
    }
}

/// A name below a directory.
pub fn join(directory: &str, name: &str) -> String {
    format!("{}/{name}", directory.trim_end_matches('/'))
}

/// The directory that a path lies in; `/` for what lies in the root.
pub fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((above, _)) => above,
    }
}

/// The last part of a path.
pub fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
