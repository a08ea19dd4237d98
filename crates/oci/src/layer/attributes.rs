//! What a layer says of a file besides its content, as it is on disk; and the overlay's own marks.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::FileType;
use rustix::io::Errno;

use crate::Error;

/// What kind of thing it is, with what belongs to that kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Directory,
    File { size: u64 },
    Symlink { target: Vec<u8> },
    Character { major: u32, minor: u32 },
    Block { major: u32, minor: u32 },
    Fifo,
    Socket,
}

/// All that the inode says.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    pub(super) kind: Kind,
    /// The lowest twelve bits.
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Whole seconds; what lies before 1970 counts as 1970.
    pub(super) mtime: u64,
    /// Those that belong into images.
    pub(super) extended: BTreeMap<Vec<u8>, Vec<u8>>,
    /// File system and number: the same for hard links.
    pub(super) inode: (u64, u64),
    pub(super) link_count: u64,
    /// The overlay's mark for something that was removed.
    pub(super) is_whiteout: bool,
    /// The overlay's mark for a directory that shows nothing of those below it.
    pub(super) is_opaque: bool,
}

impl Attributes {
    /// Looks at a path without following it. None: nothing is there, or what should be a folder on the way
    /// is none.
    pub(super) fn find(path: &Path) -> Result<Option<Self>, Error> {
        match fs::symlink_metadata(path) {
            Ok(metadata) => Self::new(path, &metadata).map(Some),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(error) => Err(Error::read(path)(error)),
        }
    }

    /// Looks at a path without following it.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let metadata = fs::symlink_metadata(path).map_err(Error::read(path))?;
        Self::new(path, &metadata)
    }

    fn new(path: &Path, metadata: &Metadata) -> Result<Self, Error> {
        let kind = Kind::new(path, metadata)?;
        let mut attributes = Self {
            mode: metadata.mode() & 0o7777,
            uid: metadata.uid(),
            gid: metadata.gid(),
            mtime: metadata.mtime().try_into().unwrap_or(0),
            extended: BTreeMap::new(),
            inode: (metadata.dev(), metadata.ino()),
            link_count: metadata.nlink(),
            is_whiteout: kind == Kind::Character { major: 0, minor: 0 },
            is_opaque: false,
            kind,
        };
        attributes.read_extended(path)?;
        Ok(attributes)
    }

    /// Whether a layer would say the same of both, times apart. Contents are not compared.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let modes_count = !matches!(self.kind, Kind::Symlink { .. });
        self.kind == other.kind
            && (self.uid, self.gid) == (other.uid, other.gid)
            && (self.mode == other.mode || !modes_count)
            && self.extended == other.extended
    }

    fn read_extended(&mut self, path: &Path) -> Result<(), Error> {
        for name in extended_names(path).map_err(Error::read(path))? {
            if let Some(mark) = overlay_mark(&name) {
                let value = extended_value(path, &name).map_err(Error::read(path))?;
                match mark {
                    b"opaque" if value == b"y" => self.is_opaque = self.kind == Kind::Directory,
                    b"whiteout" if self.kind == (Kind::File { size: 0 }) => self.is_whiteout = true,
                    b"redirect" | b"metacopy" => {
                        let attribute = String::from_utf8_lossy(&name).into_owned();
                        return Err(Error::Redirected { path: path.to_owned(), attribute });
                    }
                    _ => {}
                }
            } else if belongs_into_images(&name) {
                if name.contains(&b'=') {
                    let attribute = String::from_utf8_lossy(&name).into_owned();
                    return Err(Error::AttributeName { path: path.to_owned(), attribute });
                }
                let mut value = extended_value(path, &name).map_err(Error::read(path))?;
                if name == b"security.capability" {
                    forget_namespace(&mut value);
                }
                self.extended.insert(name, value);
            }
        }
        Ok(())
    }
}

impl Kind {
    fn new(path: &Path, metadata: &Metadata) -> Result<Self, Error> {
        let (major, minor) = (rustix::fs::major(metadata.rdev()), rustix::fs::minor(metadata.rdev()));
        Ok(match FileType::from_raw_mode(metadata.mode()) {
            FileType::Directory => Self::Directory,
            FileType::RegularFile => Self::File { size: metadata.len() },
            FileType::Symlink => {
                let target = fs::read_link(path).map_err(Error::read(path))?;
                Self::Symlink { target: PathBuf::into_os_string(target).into_vec() }
            }
            FileType::CharacterDevice => Self::Character { major, minor },
            FileType::BlockDevice => Self::Block { major, minor },
            FileType::Fifo => Self::Fifo,
            FileType::Socket | FileType::Unknown => Self::Socket,
        })
    }
}

/// The rest of the name, if the attribute is the overlay's.
fn overlay_mark(name: &[u8]) -> Option<&[u8]> {
    name.strip_prefix(b"trusted.overlay.").or_else(|| name.strip_prefix(b"user.overlay."))
}

/// Others, such as SELinux' labels, belong to the machine.
fn belongs_into_images(name: &[u8]) -> bool {
    name.starts_with(b"user.") || name == b"security.capability" || name.starts_with(b"system.posix_acl_")
}

/// Capabilities that were set in a user namespace may say whose root they are for (revision 3: one number
/// more). An image belongs to no namespace (revision 2).
fn forget_namespace(value: &mut Vec<u8>) {
    const REVISION: usize = 3;
    if value.len() == 24 && value[REVISION] == 3 {
        value[REVISION] = 2;
        value.truncate(20);
    }
}

fn extended_names(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut short = [0; 1024];
    let list = match rustix::fs::llistxattr(path, &mut short) {
        Ok(length) => short[..length].to_vec(),
        Err(Errno::RANGE) => {
            // The kernel's own limit for the list.
            let mut long = vec![0; 65_536];
            let length = rustix::fs::llistxattr(path, &mut long[..])?;
            long[..length].to_vec()
        }
        Err(Errno::NOTSUP) => return Ok(Vec::new()),
        Err(errno) => return Err(errno.into()),
    };
    Ok(list.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect())
}

fn extended_value(path: &Path, name: &[u8]) -> io::Result<Vec<u8>> {
    let mut value = vec![0; 65_536];
    let length = rustix::fs::lgetxattr(path, name, &mut value[..])?;
    value.truncate(length);
    Ok(value)
}
