//! Packages made in memory for tests: an `ar` of two tars, whose owners are the running process's own, so
//! that an ordinary user can unpack them.

use std::io::Write;
use std::path::{Path, PathBuf};

use tar::{EntryType, Header};

/// The time of every entry.
pub const TIME: i64 = 1_700_000_000;

/// A tar archive under construction. Names go in as they are, however bad.
#[derive(Clone, Default)]
pub struct Tar(Vec<u8>);

impl Tar {
    pub fn directory(self, path: &str, mode: u32) -> Self {
        self.entry(EntryType::Directory, path, "", mode, b"")
    }

    pub fn file(self, path: &str, content: &str) -> Self {
        self.entry(EntryType::Regular, path, "", 0o644, content.as_bytes())
    }

    pub fn symlink(self, path: &str, target: &str) -> Self {
        self.entry(EntryType::Symlink, path, target, 0o777, b"")
    }

    pub fn hardlink(self, path: &str, target: &str) -> Self {
        self.entry(EntryType::Link, path, target, 0o644, b"")
    }

    pub fn entry(self, kind: EntryType, path: &str, link: &str, mode: u32, content: &[u8]) -> Self {
        let mut header = Header::new_gnu();
        let raw = header.as_old_mut();
        raw.name[..path.len()].copy_from_slice(path.as_bytes());
        raw.linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(TIME as u64);
        header.set_uid(rustix::process::geteuid().as_raw().into());
        header.set_gid(rustix::process::getegid().as_raw().into());
        header.set_device_major(1).unwrap();
        header.set_device_minor(3).unwrap();
        header.set_size(content.len() as u64);
        header.set_cksum();
        let Self(mut bytes) = self;
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        Self(bytes)
    }

    /// An extended header for the next entry.
    pub fn extended(self, records: &[(&str, &str)]) -> Self {
        let mut content = String::new();
        for (key, value) in records {
            let rest = format!(" {key}={value}\n");
            let mut length = rest.len() + 1;
            while format!("{length}{rest}").len() != length {
                length += 1;
            }
            content.push_str(&format!("{length}{rest}"));
        }
        self.entry(EntryType::XHeader, "extended", "", 0o644, content.as_bytes())
    }

    pub fn finish(self) -> Vec<u8> {
        let Self(mut bytes) = self;
        bytes.resize(bytes.len() + 1024, 0);
        bytes
    }
}

/// The bytes of an `ar` archive.
pub fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, content) in members {
        writeln!(bytes, "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`", 0, 0, 0, 100644, content.len()).unwrap();
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(2), b'\n');
    }
    bytes
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 0);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Writes `NAME.deb` into a folder. `fields` follow name, version and architecture.
pub fn deb(folder: &Path, name: &str, fields: &str, members: &[(&str, &str)], data: Tar) -> PathBuf {
    let control = format!("Package: {name}\nVersion: 1.0\nArchitecture: amd64\n{fields}");
    let tar = members.iter().fold(Tar::default().file("./control", &control), |tar, (name, content)| {
        tar.file(&format!("./{name}"), content)
    });
    let path = folder.join(format!("{name}.deb"));
    let bytes = ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", &xz(&tar.finish())),
        ("data.tar.xz", &xz(&data.finish())),
    ]);
    std::fs::write(&path, bytes).unwrap();
    path
}
