//! What is known of a path without reading it.

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A character device.
    Character,
    /// A block device.
    Block,
}

impl Kind {
    /// Ruby's word for it, which Puppet's messages and values use.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Link => "link",
            Self::Fifo => "fifo",
            Self::Socket => "socket",
            Self::Character => "characterSpecial",
            Self::Block => "blockSpecial",
        }
    }
}

/// Kind, permission bits, owner, size in bytes, and times in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: Kind,
    /// Permission bits with setuid, setgid and sticky.
    pub mode: u32,
    /// User number.
    pub owner: u32,
    /// Group number.
    pub group: u32,
    /// Bytes.
    pub size: u64,
    /// Last access.
    pub accessed: i64,
    /// Last change of content.
    pub modified: i64,
    /// Last change of content or metadata.
    pub changed: i64,
}
