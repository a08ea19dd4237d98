//! InnoDB's redo log, in the format of MariaDB 10.8 and later.
//!
//! ```text
//! 0       header: "Phys", 4 zero bytes, first LSN (8), the version that made it (32), zeros, CRC-32C of all that
//! 4096    checkpoint: its LSN (8), end of the log when it was taken (8), 44 zero bytes, CRC-32C
//! 8192    checkpoint, the other one: the higher of the two counts
//! 12288   records, again from here when the end of the file is reached
//! ```
//! The log of a server that was stopped ends with the record of its last checkpoint: 0xFA 0 0, the LSN (8), a byte
//! that changes with each round through the file, CRC-32C.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::NORMAL_LSN;
use crate::checksum::crc32c;
use crate::error::{Error, Refusal, require};

/// The log's file in a data directory.
pub(crate) const NAME: &str = "ib_logfile0";

const HEADER: usize = 512;
const FORMAT: [u8; 8] = *b"Phys\0\0\0\0";
/// Set in the first byte of the format where the log is encrypted.
const ENCRYPTED: u8 = 0x80;
const CHECKPOINTS: [u64; 2] = [4096, 8192];
const CHECKPOINT: usize = 64;
const RECORDS: u64 = 12288;
/// How long the record of a checkpoint is.
const RECORD: usize = 16;

/// A log in which there is nothing to recover.
pub(crate) struct Log {
    pub path: PathBuf,
    /// The LSN of the last checkpoint, after which nothing was written.
    pub checkpoint: u64,
    length: u64,
    header: [u8; HEADER],
}

/// Reads a log and makes sure that nothing of it is needed.
pub(crate) fn examine(path: &Path) -> Result<Log, Refusal> {
    let failed = || Error::io("read", path);
    let file = File::open(path).map_err(failed())?;
    let length = file.metadata().map_err(failed())?.len();
    require(length > RECORDS + RECORD as u64, || format!("`{NAME}` is too short ({length} bytes)"))?;
    let mut header = [0; HEADER];
    file.read_exact_at(&mut header, 0).map_err(failed())?;
    require(header[0] != FORMAT[0] | ENCRYPTED, || format!("`{NAME}` is encrypted"))?;
    require(header.starts_with(&FORMAT), || {
        format!("`{NAME}` is not in the format of MariaDB 10.8 and later")
    })?;
    require(has_checksum(&header), || format!("the header of `{NAME}` has a wrong checksum"))?;
    require(header[48..HEADER - 4].iter().all(|&byte| byte == 0), || {
        format!("the header of `{NAME}` holds more than is known")
    })?;
    let first = u64_at(&header, 8);
    let (checkpoint, end) = last_checkpoint(&file)
        .map_err(failed())?
        .ok_or_else(|| Refusal::Left(format!("`{NAME}` has no valid checkpoint")))?;
    require(first <= checkpoint && checkpoint == end, || {
        format!("`{NAME}` goes on after its last checkpoint: the server was not stopped properly")
    })?;
    let log = Log { path: path.to_owned(), checkpoint, length, header };
    let read = log.read_records::<{ RECORD + 1 }>(&file, checkpoint).map_err(failed())?;
    let (record, [next]) = read.split_at(RECORD) else {
        unreachable!("a record and one byte were read");
    };
    let at = checkpoint - first;
    require(record == checkpoint_record(checkpoint, round(at + 11, length - RECORDS)), || {
        format!("`{NAME}` does not end with a checkpoint: the server was not stopped properly")
    })?;
    // Records begin with a higher byte; these two end a group of them, and none has begun.
    require(*next <= 1, || format!("`{NAME}` may hold records after its last checkpoint"))?;
    Ok(log)
}

/// Whether a log is exactly what [`Log::write_normal`] writes, as far as its LSNs tell.
pub(crate) fn is_normal(path: &Path) -> bool {
    examine(path).is_ok_and(|log| log.checkpoint == NORMAL_LSN && u64_at(&log.header, 8) == NORMAL_LSN)
}

impl Log {
    /// Writes the log as one that begins at [`NORMAL_LSN`], of the same length, into an empty file.
    pub(crate) fn write_normal(&self, file: &File) -> io::Result<()> {
        let mut header = self.header;
        header[8..16].copy_from_slice(&NORMAL_LSN.to_be_bytes());
        put_checksum(&mut header);
        let mut checkpoint = [0; CHECKPOINT];
        checkpoint[..8].copy_from_slice(&NORMAL_LSN.to_be_bytes());
        checkpoint[8..16].copy_from_slice(&NORMAL_LSN.to_be_bytes());
        put_checksum(&mut checkpoint);
        file.set_len(self.length)?;
        file.write_all_at(&header, 0)?;
        file.write_all_at(&checkpoint, CHECKPOINTS[0])?;
        file.write_all_at(&checkpoint_record(NORMAL_LSN, round(0, 1)), RECORDS)
    }

    /// Reads `LENGTH` bytes from the place of an LSN on, going on from the first record at the end of the file.
    fn read_records<const LENGTH: usize>(&self, file: &File, lsn: u64) -> io::Result<[u8; LENGTH]> {
        let capacity = self.length - RECORDS;
        let offset = (lsn - u64_at(&self.header, 8)) % capacity;
        let mut bytes = [0; LENGTH];
        let before_end = usize::try_from(capacity - offset).unwrap_or(LENGTH).min(LENGTH);
        let (front, back) = bytes.split_at_mut(before_end);
        file.read_exact_at(front, RECORDS + offset)?;
        file.read_exact_at(back, RECORDS)?;
        Ok(bytes)
    }
}

/// The LSN of the last checkpoint, and where the log ended when it was taken.
fn last_checkpoint(file: &File) -> io::Result<Option<(u64, u64)>> {
    let mut last = None;
    for place in CHECKPOINTS {
        let mut block = [0; CHECKPOINT];
        file.read_exact_at(&mut block, place)?;
        if has_checksum(&block) && block[16..CHECKPOINT - 4].iter().all(|&byte| byte == 0) {
            last = last.max(Some((u64_at(&block, 0), u64_at(&block, 8))));
        }
    }
    Ok(last)
}

/// The byte that ends a group of records, by how often the file was gone through.
fn round(at: u64, capacity: u64) -> u8 {
    if (at / capacity) & 1 == 0 { 1 } else { 0 }
}

fn checkpoint_record(lsn: u64, round: u8) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[0] = 0xFA;
    record[3..11].copy_from_slice(&lsn.to_be_bytes());
    record[11] = round;
    let checksum = crc32c(&record[..11]);
    record[12..].copy_from_slice(&checksum.to_be_bytes());
    record
}

fn has_checksum(block: &[u8]) -> bool {
    let (content, checksum) = block.split_at(block.len() - 4);
    checksum == crc32c(content).to_be_bytes()
}

fn put_checksum(block: &mut [u8]) {
    let (content, checksum) = block.split_at_mut(block.len() - 4);
    checksum.copy_from_slice(&crc32c(content).to_be_bytes());
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    let mut value = [0; 8];
    value.copy_from_slice(&bytes[offset..offset + 8]);
    u64::from_be_bytes(value)
}
