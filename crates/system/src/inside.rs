//! A directory taken as `/`: the kernel resolves every path inside it, as if after `chroot`, so that no
//! symbolic link, absolute name or `..` leads out (`openat2` with `RESOLVE_IN_ROOT`).

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{self, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

/// The kernel gives up when it meets too many renames elsewhere while it resolves `..`; then one tries again.
const ATTEMPTS: usize = 64;

/// An open directory, and paths resolved in it.
#[derive(Debug)]
pub struct Inside {
    directory: OwnedFd,
}

impl Inside {
    /// Opens an existing directory of the host's.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self { directory: fs::open(path, flags, Mode::empty())? })
    }

    /// Opens a path inside. `mode` counts if `flags` say that a file is to be made.
    pub fn resolve(&self, path: &str, flags: OFlags, mode: u32) -> io::Result<OwnedFd> {
        let path = if path.is_empty() { "." } else { path };
        let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let mut result = Err(Errno::AGAIN);
        for _ in 0..ATTEMPTS {
            let mode = Mode::from_raw_mode(mode);
            result = fs::openat2(&self.directory, path, flags | OFlags::CLOEXEC, mode, how);
            if !matches!(result, Err(Errno::AGAIN | Errno::INTR)) {
                break;
            }
        }
        Ok(result?)
    }

    /// The directory that a path lies in, to look up or make things in (`O_PATH`), and the path's last part.
    pub fn place<'path>(&self, path: &'path str) -> io::Result<(OwnedFd, &'path str)> {
        let path = path.trim_end_matches('/');
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let name = if name.is_empty() { "." } else { name };
        if name == ".." {
            return Err(Errno::INVAL.into());
        }
        Ok((
            self.resolve(if above.is_empty() { "/" } else { above }, OFlags::PATH | OFlags::DIRECTORY, 0)?,
            name,
        ))
    }
}
