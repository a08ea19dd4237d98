//! Nodes of a tree as entries of a tar.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use tar::EntryType;

use crate::Error;
use crate::tar_writer::{Entry, TarWriter};

use super::Summary;
use super::attributes::{Attributes, Kind};
use super::compare::open;
use super::scan::Present;

/// A layer's tar while it is written.
pub(super) struct LayerTar<'a> {
    root: &'a Path,
    source_date_epoch: u64,
    tar: TarWriter<'a>,
    /// The first path under which a file of several names was written.
    first_names: HashMap<(u64, u64), Vec<u8>>,
    summary: Summary,
}

impl<'a> LayerTar<'a> {
    pub(super) fn new(root: &'a Path, source_date_epoch: u64, out: &'a mut dyn Write) -> Self {
        let (tar, first_names) = (TarWriter::new(out), HashMap::new());
        Self { root, source_date_epoch, tar, first_names, summary: Summary::default() }
    }

    /// A directory that has not changed itself: it keeps the time that it has in the lower layers.
    pub(super) fn parent(&mut self, path: &Path, present: &Present) -> Result<(), Error> {
        let lower = present.lower.as_ref().map_or(&present.attributes, |lower| &lower.attributes);
        self.entry(&listed(path, &present.attributes.kind), &present.attributes, lower.mtime, b"")
    }

    /// Something that is new or has changed. `names` are the nodes that are the same file.
    pub(super) fn present(&mut self, path: &Path, present: &Present, names: &[usize]) -> Result<(), Error> {
        let attributes = &present.attributes;
        let listed = listed(path, &attributes.kind);
        self.summary.paths.push(path.to_owned());
        if let Some(first) = self.first_names.get(&attributes.inode).filter(|_| names.len() > 1) {
            let first = first.clone();
            return self.link(&listed, attributes, &first);
        }
        match &attributes.kind {
            Kind::File { size } => {
                if names.len() > 1 {
                    self.first_names.insert(attributes.inode, listed.clone());
                }
                self.entry(&listed, attributes, attributes.mtime, b"")?;
                self.content(&self.root.join(path), *size)
            }
            Kind::Symlink { target } => self.entry(&listed, attributes, attributes.mtime, target),
            Kind::Directory => {
                self.entry(&listed, attributes, attributes.mtime, b"")?;
                if present.hides_lower {
                    self.mark(&[&listed, &b".wh..wh..opq"[..]].concat())
                } else {
                    Ok(())
                }
            }
            _ => self.entry(&listed, attributes, attributes.mtime, b""),
        }
    }

    /// Something that the lower layers have and this one takes away.
    pub(super) fn removed(&mut self, path: &Path) -> Result<(), Error> {
        self.summary.removed.push(path.to_owned());
        let mut name = OsString::from(".wh.");
        name.push(path.file_name().unwrap_or_default());
        self.mark(path.with_file_name(name).as_os_str().as_bytes())
    }

    pub(super) fn finish(mut self) -> Result<Summary, Error> {
        self.summary.bytes = self.tar.finish().map_err(Error::write)?;
        Ok(self.summary)
    }

    /// An empty file that stands for something removed.
    fn mark(&mut self, path: &[u8]) -> Result<(), Error> {
        self.summary.entries += 1;
        let entry = Entry { mtime: self.source_date_epoch, ..Entry::file(path, 0, 0) };
        self.tar.header(&entry).map_err(Error::write)
    }

    fn link(&mut self, path: &[u8], attributes: &Attributes, first: &[u8]) -> Result<(), Error> {
        self.write_header(path, EntryType::Link, attributes, attributes.mtime, first)
    }

    fn entry(&mut self, path: &[u8], attributes: &Attributes, mtime: u64, link: &[u8]) -> Result<(), Error> {
        let kind = match attributes.kind {
            Kind::Directory => EntryType::Directory,
            Kind::File { .. } => EntryType::Regular,
            Kind::Symlink { .. } => EntryType::Symlink,
            Kind::Character { .. } => EntryType::Char,
            Kind::Block { .. } => EntryType::Block,
            Kind::Fifo => EntryType::Fifo,
            Kind::Socket => return Ok(()),
        };
        self.write_header(path, kind, attributes, mtime, link)
    }

    fn write_header(
        &mut self,
        path: &[u8],
        kind: EntryType,
        attributes: &Attributes,
        mtime: u64,
        link: &[u8],
    ) -> Result<(), Error> {
        self.summary.entries += 1;
        let entry = Entry {
            path,
            kind,
            mode: attributes.mode,
            uid: attributes.uid.into(),
            gid: attributes.gid.into(),
            mtime: mtime.min(self.source_date_epoch),
            size: match attributes.kind {
                Kind::File { size } if kind == EntryType::Regular => size,
                _ => 0,
            },
            link,
            device: match attributes.kind {
                Kind::Character { major, minor } | Kind::Block { major, minor } => Some((major, minor)),
                _ => None,
            },
            attributes: &attributes.extended,
        };
        self.tar.header(&entry).map_err(Error::write)
    }

    fn content(&mut self, path: &Path, expected: u64) -> Result<(), Error> {
        let mut file = open(path)?;
        let changed = |found| Error::Changed { path: path.to_owned(), found, expected };
        let length = file.metadata().map_err(Error::read(path))?.len();
        if length != expected {
            return Err(changed(length));
        }
        match self.tar.content(&mut file, expected).map_err(|error| error.explain(path))? {
            found if found == expected => Ok(()),
            found => Err(changed(found)),
        }
    }
}

/// A path as tars have it: `./` for the root, a slash after directories.
fn listed(path: &Path, kind: &Kind) -> Vec<u8> {
    let mut listed = path.as_os_str().as_bytes().to_vec();
    if listed.is_empty() {
        listed.push(b'.');
    }
    if *kind == Kind::Directory {
        listed.push(b'/');
    }
    listed
}
