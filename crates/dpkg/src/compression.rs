//! Decoders by the ending of a member's name. Does not guess from content: dpkg does not either.

use std::io::{self, BufReader, Read};

use liblzma::stream::{CONCATENATED, Stream};

/// What a decoder may take in memory. `xz -9` needs 65 MiB.
const DECODER_MEMORY: u64 = 256 << 20;
/// Compressed bytes are read in pieces of this size.
const INPUT: usize = 128 << 10;

/// The name's ending is none of those known here.
pub struct Unknown;

/// A reader of what is compressed in `input`; `ending` is what follows `.tar` in the member's name.
pub fn decoder(
    ending: &str,
    input: impl Read + Send + 'static,
) -> Result<io::Result<Box<dyn Read + Send>>, Unknown> {
    let input = BufReader::with_capacity(INPUT, input);
    Ok(match ending {
        "" => Ok(Box::new(input)),
        ".gz" => Ok(Box::new(flate2::bufread::MultiGzDecoder::new(input))),
        ".xz" => Stream::new_stream_decoder(DECODER_MEMORY, CONCATENATED)
            .map(|stream| Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream)) as _)
            .map_err(io::Error::from),
        ".zst" => zstd::stream::read::Decoder::with_buffer(input).map(|decoder| Box::new(decoder) as _),
        _ => return Err(Unknown),
    })
}

/// Gives an error, not an end, when more than a number of bytes come out of a reader.
pub struct Limited<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Limited<R> {
    /// Up to `limit` bytes may be read.
    pub fn new(inner: R, limit: u64) -> Self {
        Self { inner, left: limit, limit }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("more than {} bytes when decompressed", self.limit),
            )
        })?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_limit_is_an_error_and_not_an_end() {
        let mut bytes = Vec::new();
        assert_eq!(Limited::new(&b"12345"[..], 5).read_to_end(&mut bytes).unwrap(), 5);
        let error = Limited::new(&b"12345"[..], 4).read_to_end(&mut bytes).unwrap_err();
        assert_eq!(error.to_string(), "more than 4 bytes when decompressed");
    }
}
