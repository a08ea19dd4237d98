//! SHA-256 digests as a type: parsed once, compared as bytes, printed as hex.
//!
//! Knows nothing of where bytes come from or what they mean. Every identity in effigy (blobs, packages,
//! layers, cache keys) is one of these; no bare string of hex crosses a crate's edge.

use std::fmt;
use std::io::{self, Read, Write};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;

/// A SHA-256 digest. Displays as 64 lower-case hex digits; [`Digest::oci`] gives the `sha256:` form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that is not `sha256:` (optional) and 64 hex digits.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a SHA-256 digest (64 hexadecimal digits)")]
pub struct InvalidDigest(String);

impl Digest {
    /// The digest of bytes in memory.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(sha2::Sha256::digest(bytes.as_ref()).into())
    }

    /// The digest of a stream, read to its end, and the number of bytes read.
    pub fn of_reader(mut reader: impl Read) -> io::Result<(Self, u64)> {
        let mut hasher = Hasher::new(io::sink());
        io::copy(&mut reader, &mut hasher)?;
        let (digest, length, _) = hasher.finish();
        Ok((digest, length))
    }

    /// The form OCI uses: `sha256:` and the hex digits.
    pub fn oci(&self) -> String {
        format!("sha256:{self}")
    }

    /// The first twelve hex digits, for people.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest(text.to_owned());
        let hex = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        if hex.len() != 64 {
            return Err(invalid());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            let digit = |c: u8| (c as char).to_digit(16).ok_or_else(invalid);
            *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.oci())
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Hashes and counts what is written through it to an inner writer.
pub struct Hasher<W> {
    inner: W,
    state: sha2::Sha256,
    length: u64,
}

impl<W: Write> Hasher<W> {
    /// Starts with nothing written.
    pub fn new(inner: W) -> Self {
        Self { inner, state: sha2::Sha256::new(), length: 0 }
    }

    /// The digest and the number of bytes written so far, and the inner writer back (not flushed).
    pub fn finish(self) -> (Digest, u64, W) {
        (Digest(self.state.finalize().into()), self.length, self.inner)
    }
}

impl<W: Write> Write for Hasher<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.state.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn parses_and_prints_both_forms() {
        assert_eq!(Digest::of("").to_string(), EMPTY);
        assert_eq!(EMPTY.parse::<Digest>().unwrap(), Digest::of(""));
        assert_eq!(Digest::of("").oci().parse::<Digest>().unwrap(), Digest::of(""));
        for wrong in ["", "sha256:", "e3b0", &EMPTY.replace('e', "g"), &format!("{EMPTY}0"), "é"] {
            assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_stream_is_hashed_as_its_bytes() {
        let (digest, length) = Digest::of_reader(&b"abc"[..]).unwrap();
        assert_eq!((digest, length), (Digest::of("abc"), 3));
    }
}
