//! Blobs: bytes under the name of their digest. What they mean is not known here.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;

use sha256::{Digest, Hasher};
use tempfile::NamedTempFile;

use crate::creation::BLOBS;
use crate::{Descriptor, Error, Store, files};

/// A stored blob: its name and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The digest of its bytes.
    pub digest: Digest,
    /// How many bytes.
    pub length: u64,
}

impl Blob {
    /// A descriptor of this blob.
    pub fn descriptor(&self, media_type: impl Into<String>) -> Descriptor {
        Descriptor::new(media_type, self.digest, self.length)
    }
}

/// The blobs of a store.
///
/// A blob that no image names yet is safe from [`Store::prune`] only while a [`crate::Hold`] is kept that
/// began before the blob was written or last asked for.
#[derive(Clone, Copy)]
pub struct Blobs<'a> {
    store: &'a Store,
}

impl<'a> Blobs<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        Self { store }
    }

    /// The file of a blob, whether it is there or not.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        self.store.path().join(BLOBS).join(digest.to_string())
    }

    /// Begins a blob whose bytes come piece by piece.
    pub fn writer(&self) -> Result<BlobWriter, Error> {
        let _shared = self.store.lock_shared()?;
        let file = files::incoming(&self.store.path().join(BLOBS))?;
        // Says to those who clean up that this writer lives; free again when the process ends.
        file.as_file().try_lock().map_err(|error| Error::io("lock", file.path())(error.into()))?;
        Ok(BlobWriter { store: self.store.clone(), hasher: Hasher::new(file) })
    }

    /// Stores all that a reader gives.
    pub fn put(&self, mut reader: impl Read) -> Result<Blob, Error> {
        let mut writer = self.writer()?;
        let mut buffer = vec![0; 256 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return writer.finish(),
                Ok(length) => writer
                    .write_all(&buffer[..length])
                    .map_err(Error::io("write", self.store.path().join(BLOBS)))?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Source(error)),
            }
        }
    }

    /// Opens a blob, and stamps it as used. Errors: [`Error::NoBlob`].
    pub fn open(&self, digest: &Digest) -> Result<File, Error> {
        let _shared = self.store.lock_shared()?;
        let path = self.path(digest);
        let file = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::NoBlob { digest: *digest },
            _ => Error::io("open", &path)(error),
        })?;
        files::touch(&path);
        Ok(file)
    }

    /// A whole blob in memory, checked against its digest: for manifests and configurations.
    pub fn read(&self, digest: &Digest) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.open(digest)?.read_to_end(&mut bytes).map_err(Error::io("read", self.path(digest)))?;
        match Digest::of(&bytes) {
            found if found == *digest => Ok(bytes),
            found => Err(Error::BlobContent { digest: *digest, found }),
        }
    }

    /// Whether a blob is there. Stamps it as used, so that who finds it may rely on it for as long as it
    /// holds the store.
    pub fn contains(&self, digest: &Digest) -> Result<bool, Error> {
        let _shared = self.store.lock_shared()?;
        let found = self.length(digest)?.is_some();
        if found {
            files::touch(&self.path(digest));
        }
        Ok(found)
    }

    /// The length of a blob in bytes, if it is there.
    pub fn length(&self, digest: &Digest) -> Result<Option<u64>, Error> {
        let path = self.path(digest);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => Ok(Some(metadata.len())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("look at", &path)(error)),
        }
    }

    /// Reads a blob to its end and compares it with its name. Errors: [`Error::BlobContent`].
    pub fn verify(&self, digest: &Digest) -> Result<(), Error> {
        let file = BufReader::with_capacity(256 * 1024, self.open(digest)?);
        let (found, _) = Digest::of_reader(file).map_err(Error::io("read", self.path(digest)))?;
        if found == *digest { Ok(()) } else { Err(Error::BlobContent { digest: *digest, found }) }
    }

    /// Errors unless a blob is there and as long as its descriptor says.
    pub(crate) fn check(&self, descriptor: &Descriptor) -> Result<(), Error> {
        let digest = descriptor.digest;
        match self.length(&digest)? {
            None => Err(Error::NoBlob { digest }),
            Some(found) if found != descriptor.size => {
                Err(Error::BlobLength { digest, found, expected: descriptor.size })
            }
            Some(_) => Ok(()),
        }
    }
}

/// A blob being written; it gets its name in [`BlobWriter::finish`]. Dropped before that, it leaves nothing.
///
/// Each write goes to the file at once: write large pieces. An error about a full disk carries
/// [`Error::NoSpace`].
pub struct BlobWriter {
    store: Store,
    hasher: Hasher<NamedTempFile>,
}

impl BlobWriter {
    /// Makes the blob last, and gives it its name.
    pub fn finish(self) -> Result<Blob, Error> {
        self.seal()?.publish()
    }

    /// Makes the blob last, without a name as yet: for who wants to know its digest first, or wants several
    /// blobs or none.
    pub fn seal(self) -> Result<SealedBlob, Error> {
        let (digest, length, file) = self.hasher.finish();
        // Before the lock, which is held for moments only.
        file.as_file().sync_all().map_err(Error::io("write", self.store.blobs().path(&digest)))?;
        Ok(SealedBlob { store: self.store, blob: Blob { digest, length }, file })
    }

    fn explain(&self, error: io::Error) -> io::Error {
        match Error::io("write", self.store.path().join(BLOBS))(error) {
            Error::Io { source, .. } => source,
            explained => io::Error::new(io::ErrorKind::StorageFull, explained),
        }
    }
}

/// A blob that is whole but has no name. Dropped, it leaves nothing.
pub struct SealedBlob {
    store: Store,
    blob: Blob,
    file: NamedTempFile,
}

impl SealedBlob {
    /// Its digest and length.
    pub fn blob(&self) -> Blob {
        self.blob
    }

    /// Its content, from the beginning.
    pub fn open(&self) -> Result<File, Error> {
        self.file.reopen().map_err(Error::io("open", self.file.path()))
    }

    /// Gives it its name.
    pub fn publish(self) -> Result<Blob, Error> {
        let (Blob { digest, length }, blobs) = (self.blob, self.store.blobs());
        let path = blobs.path(&digest);
        let _shared = self.store.lock_shared()?;
        if blobs.length(&digest)? == Some(length) {
            files::touch(&path);
        } else {
            files::persist(self.file, &path)?;
        }
        Ok(self.blob)
    }
}

impl Write for BlobWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.write(bytes).map_err(|error| self.explain(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
