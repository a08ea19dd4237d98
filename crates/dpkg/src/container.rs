//! The outer container of a package: `ar` members in a row. Gives their names and where they lie; does not
//! know what is in them.
//!
//! ```text
//! !<arch>\n  60-byte header, data, padding to an even offset, header, data, ...
//! ```

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use crate::Error;

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;
/// A package has three members, and few have an extra one; more is an attack or another kind of archive.
const MEMBERS: usize = 16;

/// One member: its name without padding, and the bytes that it takes of the file.
#[derive(Clone, Debug)]
pub struct Extent {
    pub name: String,
    pub offset: u64,
    pub length: u64,
}

/// Reads the headers of all members.
pub fn members(file: &File, path: &Path) -> Result<Vec<Extent>, Error> {
    let read_error = |source| Error::Read { path: path.to_owned(), source };
    let end = file.metadata().map_err(read_error)?.len();
    let mut magic = [0; MAGIC.len()];
    match file.read_exact_at(&mut magic, 0) {
        Ok(()) if magic == MAGIC => {}
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(read_error(error)),
        _ => return Err(Error::not_a_package(path, "it does not begin with `!<arch>`")),
    }
    let mut found = Vec::new();
    let mut offset = MAGIC.len() as u64;
    while offset < end {
        let mut header = [0; HEADER];
        file.read_exact_at(&mut header, offset)
            .map_err(|_| Error::not_a_package(path, format!("it ends within a header at byte {offset}")))?;
        let extent = parse(&header, offset).map_err(|reason| Error::not_a_package(path, reason))?;
        let next = extent.offset.saturating_add(extent.length);
        if next > end {
            let reason = format!("member `{}` should end at byte {next}, the file at {end}", extent.name);
            return Err(Error::not_a_package(path, reason));
        }
        offset = next + next % 2;
        found.push(extent);
        if found.len() > MEMBERS {
            return Err(Error::not_a_package(path, format!("it has more than {MEMBERS} members")));
        }
    }
    Ok(found)
}

fn parse(header: &[u8; HEADER], at: u64) -> Result<Extent, String> {
    if &header[58..] != b"`\n" {
        return Err(format!("no member header at byte {at}"));
    }
    let text = |field: &[u8]| str::from_utf8(field).map(|text| text.trim_end().to_owned()).ok();
    let name = text(&header[..16]).ok_or_else(|| format!("the member at byte {at} has no readable name"))?;
    let length = text(&header[48..58])
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| format!("member `{name}` has no readable size"))?;
    let name = name.strip_suffix('/').unwrap_or(&name).to_owned();
    Ok(Extent { name, offset: at + HEADER as u64, length })
}

/// Reads one extent of a file from its start to its end, without moving the file's own position, so that
/// several can be read at once.
pub struct ExtentReader {
    file: Arc<File>,
    offset: u64,
    left: u64,
}

impl ExtentReader {
    pub fn new(file: Arc<File>, extent: &Extent) -> Self {
        Self { file, offset: extent.offset, left: extent.length }
    }
}

impl io::Read for ExtentReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.file.read_at(&mut buffer[..wanted], self.offset)?;
        if read == 0 && wanted > 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file became shorter while it was read",
            ));
        }
        self.offset += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}
