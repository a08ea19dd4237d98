//! From a layer's tar to a blob. Knows nothing of what is in the tar.

use std::io::{self, BufWriter, Write};
use std::num::NonZero;

use serde::{Deserialize, Serialize};
use sha256::{Digest, Hasher};
use store::{BlobWriter, Descriptor, Store};

use crate::gzip::ParallelGzip;
use crate::{Error, media_type};

/// How layers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As it is.
    None,
    /// Gzip with a level from 1 to 9: every tool can read it.
    Gzip(u32),
    /// Zstandard with a level from 1 to 19: faster and smaller, Docker reads it from version 23 on.
    Zstd(i32),
}

impl Default for Compression {
    fn default() -> Self {
        Self::GZIP
    }
}

impl Compression {
    /// Gzip as everybody uses it.
    pub const GZIP: Self = Self::Gzip(6);
    /// Zstandard as everybody uses it.
    pub const ZSTD: Self = Self::Zstd(3);

    fn media_type(self) -> &'static str {
        match self {
            Self::None => media_type::LAYER,
            Self::Gzip(_) => media_type::LAYER_GZIP,
            Self::Zstd(_) => media_type::LAYER_ZSTD,
        }
    }
}

/// A stored layer. As JSON it may be kept in a record of the store, which keeps the blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// The blob, compressed.
    pub descriptor: Descriptor,
    /// The digest of the tar.
    pub diff_id: Digest,
}

/// Takes a layer's tar, compresses it into a store. Dropped unfinished, it leaves nothing.
pub struct LayerWriter {
    inner: Hasher<Compressor>,
    compression: Compression,
}

/// The compressors want large pieces, the blob's file does too.
enum Compressor {
    None(BufWriter<BlobWriter>),
    Gzip(ParallelGzip<BlobWriter>),
    Zstd(BufWriter<zstd::Encoder<'static, BufWriter<BlobWriter>>>),
}

const PIECE: usize = 1 << 20;

impl LayerWriter {
    /// Begins a layer; `threads` help to compress it and do not change its bytes.
    pub fn new(store: &Store, compression: Compression, threads: NonZero<usize>) -> Result<Self, Error> {
        let blob = store.blobs().writer()?;
        let compressor = match compression {
            Compression::None => Compressor::None(BufWriter::with_capacity(PIECE, blob)),
            Compression::Gzip(level) => {
                Compressor::Gzip(ParallelGzip::new(blob, level, threads).map_err(Error::write)?)
            }
            Compression::Zstd(level) => {
                let encoder = zstd_encoder(BufWriter::with_capacity(PIECE, blob), level, threads);
                Compressor::Zstd(BufWriter::with_capacity(PIECE, encoder.map_err(Error::write)?))
            }
        };
        Ok(Self { inner: Hasher::new(compressor), compression })
    }

    /// Stores the blob.
    pub fn finish(self) -> Result<Layer, Error> {
        let (diff_id, _, compressor) = self.inner.finish();
        let blob = compressor.finish().map_err(Error::write)?.finish()?;
        Ok(Layer { descriptor: blob.descriptor(self.compression.media_type()), diff_id })
    }
}

impl Write for LayerWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Compressor {
    fn finish(self) -> io::Result<BlobWriter> {
        match self {
            Self::None(blob) => into_inner(blob),
            Self::Gzip(gzip) => gzip.finish(),
            Self::Zstd(encoder) => into_inner(into_inner(encoder)?.finish()?),
        }
    }
}

impl Write for Compressor {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::None(blob) => blob.write(bytes),
            Self::Gzip(gzip) => gzip.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// With workers the bytes do not depend on their number, but they differ from those without any: so there
/// is always at least one.
fn zstd_encoder<W: Write>(
    out: W,
    level: i32,
    threads: NonZero<usize>,
) -> io::Result<zstd::Encoder<'static, W>> {
    let mut encoder = zstd::Encoder::new(out, level)?;
    encoder.multithread(threads.get().try_into().unwrap_or(u32::MAX))?;
    Ok(encoder)
}

fn into_inner<W: Write>(buffered: BufWriter<W>) -> io::Result<W> {
    buffered.into_inner().map_err(io::IntoInnerError::into_error)
}
