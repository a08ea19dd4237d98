//! InnoDB's tablespaces: files of pages, in the format `full_crc32` that MariaDB makes since 10.5.
//!
//! ```text
//! a page   0 zeros or unused (4) · its number (4) · neighbours (8) · LSN (8) · type (2) · key (4) · 4 · space (4) · …
//!          … · the LSN's lower half (4) · CRC-32C of all that (4)
//! page 0   at 54: flags: log2 of the page size over 512 (4 bits), 1 (1 bit), compression (3 bits)
//! ```
//! A page of zeros was never written. The system tablespace also has a doublewrite area, to which pages are written
//! before they are written to their places; of a server that was stopped nothing in it is needed.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::NORMAL_LSN;
use crate::checksum::crc32c;
use crate::error::{Error, Refusal, require};

/// Where in a page things are; the last two count from its end.
const NUMBER: usize = 4;
const LSN: usize = 16;
const TYPE: usize = 24;
const KEY: usize = 26;
const SPACE: usize = 34;
const FLAGS: usize = 54;
const LSN_END: usize = 8;
const CHECKSUM: usize = 4;

/// The flags that have to be: `full_crc32`, not compressed, and the page size in the lower bits.
const FULL_CRC32: u32 = 0x10;
const PAGE_SIZE_BITS: u32 = 0x0F;
/// In a page's type: it is compressed.
const COMPRESSED: u16 = 0x8000;

/// The page of the system tablespace that says where the doublewrite area is, and its type.
const TRANSACTIONS: usize = 5;
const TRANSACTIONS_TYPE: u16 = 7;
/// Where in it, from its end: a magic number, two page numbers, and the same again.
const DOUBLEWRITE: usize = 190;
const DOUBLEWRITE_MAGIC: u32 = 536_853_855;
/// Bytes of each of its two blocks of pages.
const DOUBLEWRITE_BLOCK: usize = 1 << 20;

/// A tablespace all of whose pages are as they should be.
pub(crate) struct Tablespace {
    pub path: PathBuf,
    length: u64,
    page_size: usize,
    /// Pages of the doublewrite area.
    blank: Vec<Range<usize>>,
}

/// What is known of a tablespace while its pages are looked at.
struct Examination<'a> {
    /// The file's name, for people.
    shown: &'a str,
    space: u32,
    /// The last checkpoint; no page of a server that was stopped is younger.
    newest: u64,
}

/// Looks at every page. `is_system` for the tablespace with the doublewrite area.
pub(crate) fn examine(path: &Path, shown: &str, is_system: bool, newest: u64) -> Result<Tablespace, Refusal> {
    let failed = || Error::io("read", path);
    let file = File::open(path).map_err(failed())?;
    let length = file.metadata().map_err(failed())?.len();
    let mut head = [0; FLAGS + 4];
    require(length > head.len() as u64, || format!("`{shown}` is too short ({length} bytes)"))?;
    file.read_exact_at(&mut head, 0).map_err(failed())?;
    let page_size = page_size(shown, u32_at(&head, FLAGS))?;
    require(length.is_multiple_of(page_size as u64), || format!("`{shown}` ends within a page"))?;
    let mut tablespace = Tablespace { path: path.to_owned(), length, page_size, blank: Vec::new() };
    if is_system {
        tablespace.blank = doublewrite_area(&file, &tablespace, shown)?;
    }
    let examination = Examination { shown, space: u32_at(&head, SPACE), newest };
    tablespace.each_page(|number, page| {
        if tablespace.is_blank(number) || is_zero(page) { Ok(()) } else { examination.page(number, page) }
    })?;
    Ok(tablespace)
}

fn page_size(shown: &str, flags: u32) -> Result<usize, Refusal> {
    let shift = flags & PAGE_SIZE_BITS;
    require(flags & FULL_CRC32 != 0, || {
        format!("`{shown}` is not in the format full_crc32 (flags {flags:#x})")
    })?;
    require(flags & !PAGE_SIZE_BITS == FULL_CRC32, || {
        format!("`{shown}` is compressed or has flags that are not known ({flags:#x})")
    })?;
    // From 4 to 64 KiB.
    require((3..=7).contains(&shift), || {
        format!("`{shown}` has an impossible page size (flags {flags:#x})")
    })?;
    Ok(512 << shift)
}

/// The two blocks of pages of the doublewrite area; none if it was never made.
fn doublewrite_area(file: &File, tablespace: &Tablespace, shown: &str) -> Result<Vec<Range<usize>>, Refusal> {
    let size = tablespace.page_size;
    let pages = tablespace.pages();
    require(pages > TRANSACTIONS, || format!("`{shown}` has only {pages} pages"))?;
    let mut page = vec![0; size];
    file.read_exact_at(&mut page, (TRANSACTIONS * size) as u64)
        .map_err(Error::io("read", &tablespace.path))?;
    require(u16_at(&page, TYPE) == TRANSACTIONS_TYPE, || {
        format!("page {TRANSACTIONS} of `{shown}` is not the transaction system's")
    })?;
    let words: [u32; 6] = std::array::from_fn(|word| u32_at(&page, size - DOUBLEWRITE + 4 * word));
    if words == [0; 6] {
        return Ok(Vec::new());
    }
    let [magic, first, second, ..] = words;
    require(magic == DOUBLEWRITE_MAGIC && words[3..] == words[..3], || {
        format!("`{shown}` does not say where its doublewrite area is")
    })?;
    let blocks = [first, second].map(|start| start as usize..start as usize + DOUBLEWRITE_BLOCK / size);
    let lies_well = blocks.iter().all(|block| block.start > TRANSACTIONS && block.end <= pages);
    require(lies_well, || format!("the doublewrite area of `{shown}` lies outside of it"))?;
    Ok(blocks.into())
}

impl Examination<'_> {
    fn page(&self, number: usize, page: &[u8]) -> Result<(), Refusal> {
        let end = page.len();
        let lsn = u64_at(page, LSN);
        let require =
            |holds: bool, what: &str| require(holds, || format!("page {number} of `{}` {what}", self.shown));
        require(u32_at(page, end - CHECKSUM) == crc32c(&page[..end - CHECKSUM]), "has a wrong checksum")?;
        require(u32_at(page, KEY) == 0, "is encrypted")?;
        require(u16_at(page, TYPE) & COMPRESSED == 0, "is compressed")?;
        require(u32_at(page, end - LSN_END) == lsn as u32, "has two LSNs")?;
        require(u32_at(page, NUMBER) as usize == number, "has another number")?;
        require(u32_at(page, SPACE) == self.space, "belongs to another tablespace")?;
        require(lsn <= self.newest, "is younger than the last checkpoint")
    }
}

impl Tablespace {
    /// Writes the tablespace with the same LSN in all pages, into an empty file.
    pub(crate) fn write_normal(&self, to: &File) -> Result<(), Error> {
        let failed = |source| Error::io("rewrite", &self.path)(source);
        to.set_len(self.length).map_err(failed)?;
        self.each_page(|number, page| {
            if self.is_blank(number) || is_zero(page) {
                return Ok(());
            }
            set_lsn(page);
            to.write_all_at(page, (number * self.page_size) as u64).map_err(failed)
        })
    }

    /// Reads one page after another.
    fn each_page<E: From<Error>>(
        &self,
        mut each: impl FnMut(usize, &mut [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let read = |done: io::Result<()>| done.map_err(Error::io("read", &self.path));
        let mut file = File::open(&self.path).map_err(Error::io("read", &self.path))?;
        let mut page = vec![0; self.page_size];
        for number in 0..self.pages() {
            read(file.read_exact(&mut page))?;
            each(number, &mut page)?;
        }
        Ok(())
    }

    fn pages(&self) -> usize {
        usize::try_from(self.length).unwrap_or(usize::MAX) / self.page_size
    }

    fn is_blank(&self, number: usize) -> bool {
        self.blank.iter().any(|block| block.contains(&number))
    }
}

fn set_lsn(page: &mut [u8]) {
    let end = page.len();
    let lsn = NORMAL_LSN.to_be_bytes();
    page[LSN..LSN + 8].copy_from_slice(&lsn);
    page[end - LSN_END..end - CHECKSUM].copy_from_slice(&lsn[4..]);
    let checksum = crc32c(&page[..end - CHECKSUM]);
    page[end - CHECKSUM..].copy_from_slice(&checksum.to_be_bytes());
}

fn is_zero(page: &[u8]) -> bool {
    page.iter().all(|&byte| byte == 0)
}

fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_be_bytes([bytes[offset], bytes[offset + 1]])
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    (u32::from(u16_at(bytes, offset)) << 16) | u32::from(u16_at(bytes, offset + 2))
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    (u64::from(u32_at(bytes, offset)) << 32) | u64::from(u32_at(bytes, offset + 4))
}
