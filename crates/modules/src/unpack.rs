//! Archives of modules into folders, safely: every path stays in the folder, no link leads out of it, and neither
//! sizes nor numbers are without limit.
//!
//! Modes become 755 or 644, owners the process's: what counts is which files there are and what is in them.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;

use dpkg::root::{Ownership, Root, Writer};
use dpkg::{Entry, Kind};
use tar::EntryType;

use crate::Error;

/// No module unpacks to more bytes.
const MOST_BYTES: u64 = 512 << 20;
/// No module has more files and folders.
const MOST_ENTRIES: usize = 50_000;
/// What is read of one file to know a module by.
const LONGEST_METADATA: u64 = 4 << 20;
/// The kernel's own limit.
const LONGEST_NAME: usize = 4096;

/// How an archive is laid out, and what of it is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Everything lies below one folder, whose name does not matter.
    pub wrapped: bool,
    /// `spec/` is left out.
    pub without_spec: bool,
}

/// Unpacks a tar archive into an existing empty folder. `what` is for messages. After an error the folder is to be
/// thrown away.
pub(crate) fn tar(reader: &mut dyn Read, into: &Path, layout: Layout, what: &str) -> Result<(), Error> {
    tar_within(MOST_BYTES, reader, into, layout, what)
}

/// The same with a limit of its own, in bytes.
fn tar_within(
    limit: u64,
    reader: &mut dyn Read,
    into: &Path,
    layout: Layout,
    what: &str,
) -> Result<(), Error> {
    let root = Root::open(into)?;
    let mut unpacking =
        Unpacking { writer: root.writer(), layout, links: HashSet::new(), files: HashSet::new(), what };
    unpacking.all(Limited { inner: reader, left: limit, limit })
}

/// The same for an archive that is compressed with gzip.
pub(crate) fn tar_gz(reader: impl Read, into: &Path, layout: Layout, what: &str) -> Result<(), Error> {
    tar(&mut flate2::read::MultiGzDecoder::new(reader), into, layout, what)
}

/// Whether all of a compressed archive lies below one folder.
pub(crate) fn is_wrapped(reader: impl Read, what: &str) -> Result<bool, Error> {
    let damaged = |error: io::Error| Error::Unpack { what: what.to_owned(), reason: error.to_string() };
    let reader = flate2::read::MultiGzDecoder::new(reader);
    let mut archive = tar::Archive::new(Limited { inner: reader, left: MOST_BYTES, limit: MOST_BYTES });
    let mut top: Option<String> = None;
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        if entry.header().entry_type() == EntryType::XGlobalHeader {
            continue;
        }
        let path = relative(&entry.path_bytes()).unwrap_or_default();
        let is_folder = entry.header().entry_type() == EntryType::Directory;
        let (first, below) = match path.split_once('/') {
            Some((first, _)) => (first.to_owned(), true),
            None => (path, is_folder),
        };
        if first.is_empty() && is_folder {
            continue;
        }
        if !below || top.as_ref().is_some_and(|top| *top != first) {
            return Ok(false);
        }
        top = Some(first);
    }
    Ok(true)
}

/// The content of a file that lies at the top of a compressed archive, or in the one folder there.
pub(crate) fn find(reader: impl Read, name: &str, what: &str) -> Result<Option<Vec<u8>>, Error> {
    let damaged = |error: io::Error| Error::Unpack { what: what.to_owned(), reason: error.to_string() };
    let reader = flate2::read::MultiGzDecoder::new(reader);
    let mut archive = tar::Archive::new(Limited { inner: reader, left: MOST_BYTES, limit: MOST_BYTES });
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let path = relative(&entry.path_bytes()).unwrap_or_default();
        let place = path.split_once('/').map_or(path.as_str(), |(_, rest)| rest);
        if (path == name || place == name) && entry.header().entry_type().is_file() {
            let mut text = Vec::new();
            entry.take(LONGEST_METADATA).read_to_end(&mut text).map_err(damaged)?;
            return Ok(Some(text));
        }
    }
    Ok(None)
}

struct Unpacking<'a> {
    writer: Writer<'a>,
    layout: Layout,
    /// Where symbolic links stand: nothing may be made below one.
    links: HashSet<String>,
    /// Where files stand, which hard links may name.
    files: HashSet<String>,
    what: &'a str,
}

impl Unpacking<'_> {
    fn all(&mut self, reader: Limited<&mut dyn Read>) -> Result<(), Error> {
        let mut archive = tar::Archive::new(reader);
        let entries = archive.entries().map_err(|error| self.damaged(&error))?;
        for (number, entry) in entries.enumerate() {
            if number >= MOST_ENTRIES {
                return Err(self.refuse(format!("it has more than {MOST_ENTRIES} entries")));
            }
            let mut entry = entry.map_err(|error| self.damaged(&error))?;
            self.one(&mut entry)?;
        }
        // What follows the end is read too, so that a checksum there is verified.
        io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| self.damaged(&error))?;
        Ok(())
    }

    fn one<R: Read>(&mut self, entry: &mut tar::Entry<'_, R>) -> Result<(), Error> {
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            return Ok(());
        }
        let Some(place) = self.place(&entry.path_bytes())? else { return Ok(()) };
        if let Some(link) = above(&place).find(|folder| self.links.contains(*folder)) {
            return Err(self.refuse(format!("`{place}` lies below the symbolic link `{link}`")));
        }
        let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
        let modified = entry.header().mtime().ok().and_then(|time| i64::try_from(time).ok()).unwrap_or(0);
        let mode = if executable { 0o755 } else { 0o644 };
        let kind = match kind {
            EntryType::Directory => {
                return self.writer.directories(&place).map_err(|error| self.write_error(error));
            }
            EntryType::Regular | EntryType::Continuous => Kind::File(entry.size()),
            EntryType::Symlink => {
                let target = self.link_target(entry, &place)?;
                if leads_out(&place, &target) {
                    return Err(self.refuse(format!("the link `{place}` leads out of it, to `{target}`")));
                }
                self.links.insert(place.clone());
                Kind::Symlink(target)
            }
            EntryType::Link => Kind::Hardlink(self.hard_link_target(entry, &place)?),
            _ => return Err(self.refuse(format!("`{place}` is neither a file, a folder nor a link"))),
        };
        if matches!(kind, Kind::File(_)) && !self.files.insert(place.clone()) {
            return Err(self.refuse(format!("`{place}` is in it twice")));
        }
        let described =
            Entry { path: place.clone(), kind, mode, owner: 0, group: 0, modified, attributes: Vec::new() };
        let made = self.writer.create(&place, &described, Ownership::OfProcess, entry);
        made.map(drop).map_err(|error| self.write_error(error))
    }

    /// The path in the folder for a path of the archive; none for what is left out.
    fn place(&self, name: &[u8]) -> Result<Option<String>, Error> {
        let path = relative(name).map_err(|reason| self.refuse(reason))?;
        let place = match (self.layout.wrapped, path.split_once('/')) {
            (true, Some((_, rest))) => rest.to_owned(),
            (true, None) => return Ok(None),
            (false, _) => path,
        };
        let left_out = self.layout.without_spec && (place == "spec" || place.starts_with("spec/"));
        // Nobody but us says what is installed.
        let left_out = left_out || place.is_empty() || place == crate::marker::MARKER;
        Ok((!left_out).then_some(place))
    }

    fn link_target<R: Read>(&self, entry: &tar::Entry<'_, R>, place: &str) -> Result<String, Error> {
        let target = entry.link_name_bytes().map(|name| name.into_owned()).unwrap_or_default();
        match String::from_utf8(target) {
            Ok(target) if !target.is_empty() && !target.contains('\0') => Ok(target),
            _ => Err(self.refuse(format!("the link `{place}` leads nowhere"))),
        }
    }

    fn hard_link_target<R: Read>(&self, entry: &tar::Entry<'_, R>, place: &str) -> Result<String, Error> {
        let target = self.link_target(entry, place)?;
        match self.place(target.as_bytes())? {
            Some(target) if self.files.contains(&target) => Ok(target),
            _ => Err(self.refuse(format!("the link `{place}` leads out of it, to `{target}`"))),
        }
    }

    fn damaged(&self, error: &io::Error) -> Error {
        self.refuse(error.to_string())
    }

    fn refuse(&self, reason: String) -> Error {
        Error::Unpack { what: self.what.to_owned(), reason }
    }

    fn write_error(&self, error: dpkg::Error) -> Error {
        match error {
            dpkg::Error::Unreadable { source, .. } => self.damaged(&source),
            other => Error::Dpkg(other),
        }
    }
}

/// A name of an archive as a relative path; the error says what is wrong with it.
fn relative(name: &[u8]) -> Result<String, String> {
    let text = str::from_utf8(name)
        .map_err(|_| format!("the name `{}` is not UTF-8", String::from_utf8_lossy(name)))?;
    if text.starts_with('/') || text.contains(['\0', '\n']) || text.len() > LONGEST_NAME {
        return Err(format!("the name {:?} is no relative path", text.get(..80).unwrap_or(text)));
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(format!("the name `{text}` leads upwards"));
    }
    Ok(parts.join("/"))
}

/// Whether a link at `place` may point out of the folder, taken as text. What goes down and up again counts as
/// out, because where it goes down there may be another link.
fn leads_out(place: &str, target: &str) -> bool {
    let mut parts = target.split('/').filter(|part| !matches!(*part, "" | ".")).peekable();
    let mut upwards = 0;
    while parts.next_if_eq(&"..").is_some() {
        upwards += 1;
    }
    target.starts_with('/') || upwards > place.matches('/').count() || parts.any(|part| part == "..")
}

/// The folders that a path lies in.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

/// A reader that fails, instead of ending, when too much has come out of it.
struct Limited<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other(format!("it has more than {} bytes", self.limit)))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
