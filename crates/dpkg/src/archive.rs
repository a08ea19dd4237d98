//! The tar archives within packages, entry by entry: names made relative and checked, long names and
//! extended headers resolved, every size bounded. Does not touch the file system.
//!
//! The `tar` crate is used for headers and framing only. Extension headers are read here, because it would
//! hold them in memory however long they claim to be.

use std::io::{self, Read};

use tar::{Archive, EntryType, Header};

/// Names and links longer than this are refused; the kernel's own limit is 4096.
const LONGEST_NAME: u64 = 4096;
/// An extended header holds some attributes of 64 KiB at most each.
const LONGEST_EXTENSION: u64 = 1 << 20;
/// The attribute names of an extended header that hold extended attributes of the file system.
const EXTENDED_ATTRIBUTE: &[u8] = b"SCHILY.xattr.";

/// One thing in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Relative, without `.`, `..`, empty parts and trailing slash; empty for the top directory itself.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Permission bits with setuid, setgid and sticky.
    pub mode: u32,
    /// Numeric owner.
    pub owner: u32,
    /// Numeric group.
    pub group: u32,
    /// Seconds since 1970.
    pub modified: i64,
    /// Extended attributes: full name, e.g. `security.capability`, and value.
    pub attributes: Vec<(String, Vec<u8>)>,
}

/// What an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A regular file of so many bytes.
    File(u64),
    /// A symbolic link and where it points, as written.
    Symlink(String),
    /// Another name of an earlier entry, whose path is given as in [`Entry::path`].
    Hardlink(String),
    /// A named pipe.
    Fifo,
    /// A character device: major and minor number.
    Character(u32, u32),
    /// A block device: major and minor number.
    Block(u32, u32),
}

/// Why an archive cannot be walked through.
pub enum Failure<E> {
    /// The bytes cannot be read, or are no tar archive.
    Damaged(io::Error),
    /// The archive is well formed but holds something that is refused.
    Refused(String),
    /// The visitor said so.
    Visitor(E),
}

impl<E> From<io::Error> for Failure<E> {
    fn from(error: io::Error) -> Self {
        Self::Damaged(error)
    }
}

/// Calls `visit` with each entry in order and a reader of its content, then reads on to the very end, so that
/// a checksum behind the last entry is verified too.
pub fn walk<E>(
    reader: &mut dyn Read,
    mut visit: impl FnMut(Entry, &mut dyn Read) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let mut archive = Archive::new(&mut *reader);
    let mut extensions = Extensions::default();
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let header = entry.header().clone();
        if extensions.read(&header, &mut entry)? {
            continue;
        }
        let described = describe(&header, std::mem::take(&mut extensions)).map_err(Failure::Refused)?;
        visit(described, &mut entry).map_err(Failure::Visitor)?;
    }
    if extensions != Extensions::default() {
        return Err(Failure::Refused("its last header describes an entry that does not follow".into()));
    }
    io::copy(reader, &mut io::sink())?;
    Ok(())
}

/// A name of an archive as a relative path; the error says what is wrong with it.
pub fn relative(name: &[u8]) -> Result<String, String> {
    let text = str::from_utf8(name)
        .map_err(|_| format!("the name `{}` is not UTF-8", String::from_utf8_lossy(name)))?;
    if text.contains(['\0', '\n']) {
        return Err(format!("the name {text:?} holds a line break or a zero byte"));
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(format!("the name `{text}` leads upwards"));
    }
    Ok(parts.join("/"))
}

/// What the headers before an entry say about it.
#[derive(Default, PartialEq, Eq)]
struct Extensions {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    attributes: Vec<(String, Vec<u8>)>,
}

impl Extensions {
    /// Takes in an extension header; false if `header` is that of an entry.
    fn read<E>(&mut self, header: &Header, content: &mut dyn Read) -> Result<bool, Failure<E>> {
        match header.entry_type() {
            EntryType::GNULongName => self.path = Some(without_zero(bounded(header, content, LONGEST_NAME)?)),
            EntryType::GNULongLink => self.link = Some(without_zero(bounded(header, content, LONGEST_NAME)?)),
            EntryType::XHeader => {
                let records = bounded(header, content, LONGEST_EXTENSION)?;
                self.records(&records).map_err(Failure::Refused)?;
            }
            // A comment for the whole archive, as `git archive` writes; nothing in it is about an entry.
            EntryType::XGlobalHeader => drop(bounded::<E>(header, content, LONGEST_EXTENSION)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Records are `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record.
    fn records(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        let malformed = || "an extended header is malformed".to_owned();
        while !bytes.is_empty() {
            let space = bytes.iter().position(|&byte| byte == b' ').ok_or_else(malformed)?;
            let length: usize = str::from_utf8(&bytes[..space])
                .ok()
                .and_then(|digits| digits.parse().ok())
                .ok_or_else(malformed)?;
            if length > bytes.len() {
                return Err(malformed());
            }
            let record = bytes
                .get(space + 1..length)
                .and_then(|rest| rest.strip_suffix(b"\n"))
                .ok_or_else(malformed)?;
            let equals = record.iter().position(|&byte| byte == b'=').ok_or_else(malformed)?;
            self.record(&record[..equals], &record[equals + 1..])?;
            bytes = &bytes[length..];
        }
        Ok(())
    }

    fn record(&mut self, key: &[u8], value: &[u8]) -> Result<(), String> {
        match key {
            b"path" => self.path = Some(value.to_owned()),
            b"linkpath" => self.link = Some(value.to_owned()),
            // Two sizes of one entry are how one archive is made to look different to two readers.
            b"size" | b"uid" | b"gid" => {
                return Err(format!("an extended header changes `{}`", String::from_utf8_lossy(key)));
            }
            _ => {
                if let Some(name) = key.strip_prefix(EXTENDED_ATTRIBUTE) {
                    let name = String::from_utf8_lossy(name).into_owned();
                    self.attributes.push((name, value.to_owned()));
                }
            }
        }
        Ok(())
    }
}

fn bounded<E>(header: &Header, content: &mut dyn Read, limit: u64) -> Result<Vec<u8>, Failure<E>> {
    let size = header.entry_size()?;
    if size > limit {
        return Err(Failure::Refused(format!("an extension header has {size} bytes, more than {limit}")));
    }
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(Failure::Damaged(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(bytes)
}

fn without_zero(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
        bytes.truncate(end);
    }
    bytes
}

fn describe(header: &Header, extensions: Extensions) -> Result<Entry, String> {
    let name = extensions.path.unwrap_or_else(|| header.path_bytes().into_owned());
    let path = relative(&name)?;
    let readable =
        |field: io::Result<u64>, what| field.map_err(|_| format!("`{path}` has no readable {what}"));
    let narrow = |field: io::Result<u64>, what| {
        u32::try_from(readable(field, what)?).map_err(|_| format!("the {what} of `{path}` is out of range"))
    };
    let modified = readable(header.mtime(), "time")?;
    Ok(Entry {
        kind: kind(header, &name, &path, extensions.link)?,
        mode: narrow(header.mode().map(u64::from), "mode")? & 0o7777,
        owner: narrow(header.uid(), "owner")?,
        group: narrow(header.gid(), "group")?,
        modified: i64::try_from(modified).map_err(|_| format!("the time of `{path}` is out of range"))?,
        attributes: extensions.attributes,
        path,
    })
}

fn kind(header: &Header, name: &[u8], path: &str, link: Option<Vec<u8>>) -> Result<Kind, String> {
    let link = || {
        link.or_else(|| header.link_name_bytes().map(|name| name.into_owned()))
            .filter(|target| !target.is_empty() && !target.contains(&0))
            .ok_or_else(|| format!("the link `{path}` leads nowhere"))
    };
    let device = || match (header.device_major(), header.device_minor()) {
        (Ok(Some(major)), Ok(Some(minor))) => Ok((major, minor)),
        _ => Err(format!("the device `{path}` has no number")),
    };
    let kind = match header.entry_type() {
        EntryType::Directory => Kind::Directory,
        // Archives older than POSIX mark a directory by its name alone.
        EntryType::Regular if name.ends_with(b"/") => Kind::Directory,
        EntryType::Regular | EntryType::Continuous => {
            Kind::File(header.entry_size().map_err(|_| format!("`{path}` has no readable size"))?)
        }
        EntryType::Symlink => Kind::Symlink(
            String::from_utf8(link()?)
                .map_err(|_| format!("the target of the link `{path}` is not UTF-8"))?,
        ),
        EntryType::Link => Kind::Hardlink(relative(&link()?)?),
        EntryType::Fifo => Kind::Fifo,
        EntryType::Char => device().map(|(major, minor)| Kind::Character(major, minor))?,
        EntryType::Block => device().map(|(major, minor)| Kind::Block(major, minor))?,
        other => return Err(format!("`{path}` is of the unknown type `{}`", char::from(other.as_byte()))),
    };
    if path.is_empty() && kind != Kind::Directory {
        return Err("its top directory is not a directory".into());
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TIME, Tar};

    fn entries(bytes: &[u8]) -> Result<Vec<Entry>, String> {
        let mut found = Vec::new();
        let collect = |entry, _: &mut dyn Read| {
            found.push(entry);
            Ok(())
        };
        match walk(&mut { bytes }, collect) {
            Ok(()) => Ok(found),
            Err(Failure::Refused(reason) | Failure::Visitor(reason)) => Err(reason),
            Err(Failure::Damaged(error)) => Err(error.to_string()),
        }
    }

    #[test]
    fn names_become_relative() {
        for (name, path) in
            [("./", ""), ("./usr/", "usr"), ("/etc//x/./y", "etc/x/y"), ("a..b", "a..b"), ("é", "é")]
        {
            assert_eq!(relative(name.as_bytes()).as_deref(), Ok(path));
        }
        for name in ["../x", "a/../b", "..", "a\nb"] {
            assert!(relative(name.as_bytes()).is_err(), "{name}");
        }
        assert!(relative(b"\xff").is_err());
    }

    #[test]
    fn long_names_and_extended_headers_describe_the_next_entry() {
        let (long, target) = (format!("./{}x", "directory/".repeat(40)), "t".repeat(300));
        let tar = Tar::default()
            .entry(EntryType::GNULongName, "././@LongLink", "", 0o644, format!("{long}\0").as_bytes())
            .entry(EntryType::GNULongLink, "././@LongLink", "", 0o644, format!("{target}\0").as_bytes())
            .symlink("./cut", "cut")
            .entry(EntryType::XGlobalHeader, "comment", "", 0o644, b"")
            .extended(&[("path", &long), ("SCHILY.xattr.user.a", "one"), ("mtime", "1.5")])
            .file("./cut", "12345")
            .entry(EntryType::Regular, "./old/", "", 0o755, b"")
            .file("./plain", "");
        let found = entries(&tar.finish()).unwrap();
        let path = &long[2..];
        assert_eq!((found[0].path.as_str(), &found[0].kind), (path, &Kind::Symlink(target)));
        assert_eq!((found[1].path.as_str(), &found[1].kind), (path, &Kind::File(5)));
        assert_eq!(found[1].attributes, [("user.a".to_owned(), b"one".to_vec())]);
        assert_eq!((found[2].path.as_str(), &found[2].kind), ("old", &Kind::Directory));
        assert_eq!(
            (found[3].path.as_str(), found[3].modified, found[3].attributes.len()),
            ("plain", TIME, 0)
        );
    }

    #[test]
    fn unsound_entries_are_refused() {
        let long = "x".repeat(5000);
        for (tar, expected) in [
            (Tar::default().file("../x", ""), "leads upwards"),
            (Tar::default().hardlink("x", "../../etc/shadow"), "leads upwards"),
            (Tar::default().symlink("x", ""), "leads nowhere"),
            (Tar::default().symlink("./", "usr"), "top directory"),
            (Tar::default().entry(EntryType::GNUSparse, "x", "", 0o644, b""), "unknown type `S`"),
            (Tar::default().extended(&[("size", "9")]).file("x", ""), "changes `size`"),
            (Tar::default().extended(&[("path", "/../x")]).file("x", ""), "leads upwards"),
            (Tar::default().entry(EntryType::XHeader, "x", "", 0, b"99 path=x\n"), "malformed"),
            (Tar::default().entry(EntryType::GNULongName, "x", "", 0, long.as_bytes()), "more than 4096"),
            (Tar::default().extended(&[("path", "x")]), "does not follow"),
        ] {
            let message = entries(&tar.finish()).unwrap_err();
            assert!(message.contains(expected), "{message}, expected {expected}");
        }
    }
}
