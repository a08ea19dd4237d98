//! Tar entries as bytes: plain ustar, with a PAX header before it where ustar's fields are too small.
//!
//! Knows nothing of files and layers; everything that is written was given.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

use tar::{EntryType, Header};

use crate::Error;

const BLOCK: usize = 512;
/// Larger numbers do not fit in ustar's fields for owners (7 octal digits) and lengths (11).
const LARGEST_ID: u64 = 0o7_777_777;
const LARGEST_SIZE: u64 = 0o77_777_777_777;

/// What an entry says of itself.
pub(crate) struct Entry<'a> {
    /// Relative; a folder's ends with `/`.
    pub(crate) path: &'a [u8],
    pub(crate) kind: EntryType,
    /// The lowest twelve bits.
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    /// Seconds since 1970.
    pub(crate) mtime: u64,
    /// Bytes of content that follow.
    pub(crate) size: u64,
    /// What a link points at.
    pub(crate) link: &'a [u8],
    /// Major and minor number of a device.
    pub(crate) device: Option<(u32, u32)>,
    /// Names and values of extended attributes.
    pub(crate) attributes: &'a BTreeMap<Vec<u8>, Vec<u8>>,
}

const NO_ATTRIBUTES: &BTreeMap<Vec<u8>, Vec<u8>> = &BTreeMap::new();

impl<'a> Entry<'a> {
    /// A file of root's that says nothing special.
    pub(crate) fn file(path: &'a [u8], mode: u32, size: u64) -> Self {
        Self {
            path,
            kind: EntryType::Regular,
            mode,
            uid: 0,
            gid: 0,
            mtime: 0,
            size,
            link: b"",
            device: None,
            attributes: NO_ATTRIBUTES,
        }
    }
}

/// Which side of a copy failed.
#[derive(Debug)]
pub(crate) enum CopyError {
    Read(io::Error),
    Write(io::Error),
}

impl CopyError {
    /// What was read has this name.
    pub(crate) fn explain(self, path: &Path) -> Error {
        match self {
            Self::Read(error) => Error::read(path)(error),
            Self::Write(error) => Error::write(error),
        }
    }
}

/// Writes entries one after the other.
pub(crate) struct TarWriter<'a> {
    out: &'a mut dyn Write,
    written: u64,
    buffer: Vec<u8>,
}

impl<'a> TarWriter<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, written: 0, buffer: vec![0; 256 * 1024] }
    }

    /// Writes what an entry says; its content, `size` bytes, must follow.
    pub(crate) fn header(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let extended = extended_header(entry);
        if !extended.is_empty() {
            let mut header = Header::new_ustar();
            header.set_entry_type(EntryType::XHeader);
            header.set_mode(0o644);
            header.set_size(extended.len() as u64);
            copy_into(&mut name_fields(&mut header).0[..], b"PaxHeaders.0/entry");
            self.finish_header(header)?;
            self.write(&extended)?;
            self.pad(extended.len() as u64)?;
        }
        let mut header = Header::new_ustar();
        header.set_entry_type(entry.kind);
        header.set_mode(entry.mode);
        header.set_uid(if entry.uid > LARGEST_ID { 0 } else { entry.uid });
        header.set_gid(if entry.gid > LARGEST_ID { 0 } else { entry.gid });
        header.set_size(if entry.size > LARGEST_SIZE { 0 } else { entry.size });
        header.set_mtime(entry.mtime);
        let (major, minor) = entry.device.unwrap_or_default();
        header.set_device_major(major)?;
        header.set_device_minor(minor)?;
        let (name, prefix, link) = name_fields(&mut header);
        let (in_prefix, in_name) = split_path(entry.path).unwrap_or((b"", entry.path));
        copy_into(prefix, in_prefix);
        copy_into(name, in_name);
        copy_into(link, entry.link);
        self.finish_header(header)
    }

    /// Copies up to `size` bytes of content and says how many there were. Fewer than announced leave the
    /// archive unfinished.
    pub(crate) fn content(&mut self, from: &mut dyn Read, size: u64) -> Result<u64, CopyError> {
        let mut left = size;
        let mut buffer = std::mem::take(&mut self.buffer);
        while left > 0 {
            let room = left.min(buffer.len() as u64) as usize;
            match from.read(&mut buffer[..room]) {
                Ok(0) => break,
                Ok(length) => {
                    self.write(&buffer[..length]).map_err(CopyError::Write)?;
                    left -= length as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(CopyError::Read(error)),
            }
        }
        self.buffer = buffer;
        self.pad(size).map_err(CopyError::Write)?;
        Ok(size - left)
    }

    /// A whole small file.
    pub(crate) fn file(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        self.header(&Entry::file(path.as_bytes(), 0o644, content.len() as u64))?;
        self.write(content)?;
        self.pad(content.len() as u64)
    }

    /// Ends the archive, and gives its length in bytes.
    pub(crate) fn finish(mut self) -> io::Result<u64> {
        self.write(&[0; 2 * BLOCK])?;
        Ok(self.written)
    }

    fn finish_header(&mut self, mut header: Header) -> io::Result<()> {
        header.set_cksum();
        self.write(header.as_bytes())
    }

    fn pad(&mut self, size: u64) -> io::Result<()> {
        let beyond = (size % BLOCK as u64) as usize;
        if beyond == 0 { Ok(()) } else { self.write(&[0; BLOCK][beyond..]) }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// Name, prefix and link name.
fn name_fields(header: &mut Header) -> (&mut [u8; 100], &mut [u8; 155], &mut [u8; 100]) {
    let ustar = header.as_ustar_mut().expect("headers are made as ustar");
    (&mut ustar.name, &mut ustar.prefix, &mut ustar.linkname)
}

/// As much as fits; what does not is in the extended header.
fn copy_into(field: &mut [u8], bytes: &[u8]) {
    let length = field.len().min(bytes.len());
    field[..length].copy_from_slice(&bytes[..length]);
}

/// Cuts a path at a slash so that it fits in ustar's two fields, if it can be.
fn split_path(path: &[u8]) -> Option<(&[u8], &[u8])> {
    if path.len() <= 100 {
        return Some((b"", path));
    }
    let fits = |&cut: &usize| path[cut] == b'/' && cut <= 155 && (1..=100).contains(&(path.len() - cut - 1));
    (1..path.len()).find(fits).map(|cut| (&path[..cut], &path[cut + 1..]))
}

/// The records for what does not fit in ustar, sorted by their names.
fn extended_header(entry: &Entry<'_>) -> Vec<u8> {
    let mut records: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let mut add = |key: &str, value: Vec<u8>| records.insert(key.as_bytes().to_owned(), value);
    if split_path(entry.path).is_none() {
        add("path", entry.path.to_owned());
    }
    if entry.link.len() > 100 {
        add("linkpath", entry.link.to_owned());
    }
    for (key, number, largest) in
        [("uid", entry.uid, LARGEST_ID), ("gid", entry.gid, LARGEST_ID), ("size", entry.size, LARGEST_SIZE)]
    {
        if number > largest {
            add(key, number.to_string().into_bytes());
        }
    }
    for (name, value) in entry.attributes {
        records.insert([b"SCHILY.xattr.", name.as_slice()].concat(), value.clone());
    }
    records.iter().flat_map(|(key, value)| record(key, value)).collect()
}

/// `length key=value\n`, where the length counts its own digits.
fn record(key: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    [length.to_string().as_bytes(), b" ", key, b"=", value, b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_count_their_own_length() {
        assert_eq!(record(b"path", b"x"), b"9 path=x\n");
        assert_eq!(record(b"path", b"xy"), b"11 path=xy\n");
        assert_eq!(record(b"path", &[b'x'; 90]).len(), 99);
        // Values are counted, not ended: a reader that looks for line ends is wrong.
        assert_eq!(record(b"k", b"\n"), b"6 k=\n\n");
        assert!(record(b"path", &[b'x'; 91]).starts_with(b"101 path="));
    }

    #[test]
    fn what_is_too_large_for_ustar_comes_back() {
        let attributes = BTreeMap::from([(b"user.a".to_vec(), b"\0=".to_vec())]);
        for length in [1, 99, 100, 101, 155, 200, 256, 257, 300] {
            for cut in [None, Some(50), Some(length * 2 / 3)] {
                let mut path = vec![b'p'; length];
                cut.filter(|cut| *cut > 0 && *cut < length - 1).into_iter().for_each(|cut| path[cut] = b'/');
                let mut bytes = Vec::new();
                let mut tar = TarWriter::new(&mut bytes);
                let entry =
                    Entry { uid: 3_000_000_000, attributes: &attributes, ..Entry::file(&path, 0o4755, 3) };
                tar.header(&entry).unwrap();
                assert_eq!(tar.content(&mut &b"abcdef"[..], 3).unwrap(), 3);
                assert_eq!(tar.finish().unwrap(), bytes.len() as u64);

                let mut archive = tar::Archive::new(&bytes[..]);
                let mut entries = archive.entries().unwrap();
                let mut read = entries.next().unwrap().unwrap();
                assert_eq!(read.path_bytes(), path.as_slice());
                assert_eq!((read.header().mode().unwrap(), read.size()), (0o4755, 3));
                let records: Vec<_> = read.pax_extensions().unwrap().unwrap().map(Result::unwrap).collect();
                assert_eq!(records[0].key().unwrap(), "SCHILY.xattr.user.a");
                assert_eq!(records[0].value_bytes(), b"\0=");
                assert_eq!(records.last().unwrap().value().unwrap(), "3000000000");
                assert!(entries.next().is_none());
            }
        }
    }
}
