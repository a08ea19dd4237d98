//! Gzip by several threads. The input is cut into blocks of a fixed length, each of which is compressed on
//! its own, so the output does not depend on how many threads there are.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

const BLOCK: usize = 1 << 20;
/// No time, no name, no flags, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty last block of deflate.
const LAST: [u8; 2] = [0x03, 0x00];

/// A writer of one gzip member.
pub(crate) struct ParallelGzip<W> {
    out: W,
    block: Vec<u8>,
    work: Sender<Job>,
    /// What the threads are at, in the order of the input.
    under_way: VecDeque<Receiver<Compressed>>,
    most_under_way: usize,
    crc: Crc,
}

struct Job {
    block: Vec<u8>,
    reply: Sender<Compressed>,
}

struct Compressed {
    bytes: io::Result<Vec<u8>>,
    crc: Crc,
}

impl<W: Write> ParallelGzip<W> {
    pub(crate) fn new(mut out: W, level: u32, threads: NonZero<usize>) -> io::Result<Self> {
        let (work, jobs) = channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads.get() {
            let jobs = Arc::clone(&jobs);
            // Ends by itself when the sender of jobs is gone.
            thread::Builder::new().name("gzip".to_owned()).spawn(move || run(&jobs, level))?;
        }
        out.write_all(&HEADER)?;
        let most_under_way = threads.get() * 2;
        let block = Vec::with_capacity(BLOCK);
        Ok(Self { out, block, work, under_way: VecDeque::new(), most_under_way, crc: Crc::new() })
    }

    /// Writes what is left and the trailer, and gives the inner writer back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        if !self.block.is_empty() {
            self.dispatch()?;
        }
        while !self.under_way.is_empty() {
            self.collect()?;
        }
        self.out.write_all(&LAST)?;
        self.out.write_all(&self.crc.sum().to_le_bytes())?;
        self.out.write_all(&self.crc.amount().to_le_bytes())?;
        Ok(self.out)
    }

    fn dispatch(&mut self) -> io::Result<()> {
        while self.under_way.len() >= self.most_under_way {
            self.collect()?;
        }
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        let (reply, compressed) = channel();
        self.work.send(Job { block, reply }).map_err(io::Error::other)?;
        self.under_way.push_back(compressed);
        Ok(())
    }

    /// Writes the oldest block under way.
    fn collect(&mut self) -> io::Result<()> {
        let Some(oldest) = self.under_way.pop_front() else { return Ok(()) };
        let compressed = oldest.recv().map_err(io::Error::other)?;
        self.out.write_all(&compressed.bytes?)?;
        self.crc.combine(&compressed.crc);
        Ok(())
    }
}

impl<W: Write> Write for ParallelGzip<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..length]);
        if self.block.len() == BLOCK {
            self.dispatch()?;
        }
        Ok(length)
    }

    /// Cuts no block: the output must not depend on who flushes.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn run(jobs: &Mutex<Receiver<Job>>, level: u32) {
    loop {
        // The guard goes before the work begins.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { block, reply }) = job else { return };
        let mut crc = Crc::new();
        crc.update(&block);
        // Nobody waits for it any more: the next job will not come either.
        let _given_up = reply.send(Compressed { bytes: compress(&block, level), crc });
    }
}

/// One block as a run of deflate blocks that ends at a byte.
fn compress(block: &[u8], level: u32) -> io::Result<Vec<u8>> {
    // A new state for each block costs little and leaves no doubt that blocks do not depend on each other.
    let mut state = Compress::new(Compression::new(level), false);
    let mut out = Vec::with_capacity(block.len() / 2 + 1024);
    loop {
        let read = state.total_in() as usize;
        let status = state.compress_vec(&block[read..], &mut out, FlushCompress::Sync);
        let status = status.map_err(io::Error::other)?;
        // Room left in the output means that all of the flush is in it.
        if state.total_in() as usize == block.len() && out.len() < out.capacity() {
            return Ok(out);
        }
        if status == Status::StreamEnd {
            return Err(io::Error::other("deflate ended early"));
        }
        out.reserve(64 * 1024);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// Bytes that compress somewhat, the same every time.
    fn sample(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let next = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 60) as u8 * (state >> 33 & 1) as u8
        };
        (0..length).map(next).collect()
    }

    fn gzip(input: &[u8], threads: usize, piece: usize) -> Vec<u8> {
        let mut gzip = ParallelGzip::new(Vec::new(), 6, NonZero::new(threads).unwrap()).unwrap();
        input.chunks(piece).for_each(|piece| gzip.write_all(piece).unwrap());
        gzip.finish().unwrap()
    }

    #[test]
    fn threads_and_pieces_do_not_change_the_bytes() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 77] {
            let input = sample(length);
            let expected = gzip(&input, 1, BLOCK);
            assert_eq!(gzip(&input, 3, 100_000), expected);
            assert_eq!(gzip(&input, 8, BLOCK * 2), expected);
            let mut output = Vec::new();
            flate2::read::GzDecoder::new(&expected[..]).read_to_end(&mut output).unwrap();
            assert!(output == input, "{length} bytes");
        }
    }

    #[test]
    fn bytes_that_do_not_compress_survive() {
        let mut state = 7_u64;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        let input: Vec<u8> = (0..BLOCK + 5000).map(next).collect();
        let output = gzip(&input, 2, 999);
        let mut decoded = Vec::new();
        flate2::read::GzDecoder::new(&output[..]).read_to_end(&mut decoded).unwrap();
        assert!(decoded == input && output.len() < input.len() + 10_000);
    }
}
