//! From a layer's blob to its tar.

use std::io::{BufReader, Read};

use store::{Descriptor, Store};

use crate::Error;

/// The tar in a layer's blob, decompressed as its media type says: OCI's types and Docker's.
pub fn open_layer(store: &Store, layer: &Descriptor) -> Result<Box<dyn Read>, Error> {
    let blob = BufReader::with_capacity(256 * 1024, store.blobs().open(&layer.digest)?);
    Ok(if layer.media_type.ends_with("gzip") {
        Box::new(flate2::bufread::MultiGzDecoder::new(blob))
    } else if layer.media_type.ends_with("zstd") {
        let decoder = zstd::Decoder::with_buffer(blob);
        Box::new(decoder.map_err(Error::read(store.blobs().path(&layer.digest)))?)
    } else {
        Box::new(blob)
    })
}
