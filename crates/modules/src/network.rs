//! What resolving and installing have in common: the downloader and the cache.
//!
//! ```text
//! CACHE/<sha256>.tar.gz           archives of releases, each checked before it got its name
//! CACHE/git-<digest of URL>/      bare repositories, see `git`
//! CACHE/git-<digest of URL>.lock  held while one is in use
//! ```

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fetch::Download;
use md5::Digest as _;
use progress::Progress;
use sha256::Digest;

use crate::Error;

/// No module's archive is longer. The largest on the Forge has some megabytes.
const LONGEST_ARCHIVE: u64 = 256 << 20;

/// What is needed to get at things outside. Shared by threads.
pub struct Network<'a> {
    /// Makes the downloads.
    pub client: &'a fetch::Client,
    /// A folder that effigy keeps for modules.
    pub cache: PathBuf,
    /// Nothing is asked of anyone.
    pub offline: bool,
    /// Told what is done.
    pub progress: &'a dyn Progress,
}

/// What an archive must hash to, as far as anybody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Checksum {
    Sha256(Digest),
    /// 32 hex digits.
    Md5(String),
    Unknown,
}

impl Network<'_> {
    /// The small document at `url`, of at most `limit` bytes.
    pub(crate) fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, Error> {
        self.online(|| format!("the answer of `{url}`"))?;
        Ok(self.client.get(url, limit)?)
    }

    /// Refuses to go on when offline.
    pub(crate) fn online(&self, what: impl FnOnce() -> String) -> Result<(), Error> {
        if self.offline { Err(Error::Offline { what: what() }) } else { Ok(()) }
    }

    /// Where the archive of this digest is, or will be.
    pub(crate) fn archive(&self, digest: &Digest) -> PathBuf {
        self.cache.join(format!("{digest}.tar.gz"))
    }

    /// Brings all of these archives into the cache, in parallel.
    pub(crate) fn fetch_archives(&self, wanted: &[(String, Digest)]) -> Result<(), Error> {
        let missing = |(_, digest): &&(String, Digest)| !self.archive(digest).exists();
        let mut downloads: Vec<Download> = wanted
            .iter()
            .filter(missing)
            .map(|(url, digest)| Download {
                url: url.clone(),
                digest: *digest,
                length: None,
                path: self.archive(digest),
            })
            .collect();
        // Two modules may be the same archive.
        downloads.sort_by(|a, b| a.path.cmp(&b.path));
        downloads.dedup_by(|a, b| a.path == b.path);
        if let Some(first) = downloads.first() {
            self.online(|| format!("`{}`", first.url))?;
            self.client.fetch_all(&downloads, self.progress)?;
        }
        for (_, digest) in wanted {
            touch(&self.archive(digest));
        }
        Ok(())
    }

    /// Brings an archive into the cache whose digest nobody has told, and gives it.
    pub(crate) fn fetch_archive(&self, url: &str, checksum: &Checksum) -> Result<Digest, Error> {
        if let Checksum::Sha256(digest) = checksum {
            self.fetch_archives(&[(url.to_owned(), *digest)])?;
            return Ok(*digest);
        }
        let bytes = self.get(url, LONGEST_ARCHIVE)?;
        if let Checksum::Md5(expected) = checksum {
            let found: String = md5::Md5::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            if !expected.eq_ignore_ascii_case(&found) {
                let (url, expected) = (url.to_owned(), expected.clone());
                return Err(Error::Checksum { url, kind: "MD5", expected, found });
            }
        }
        let digest = Digest::of(&bytes);
        let path = self.archive(&digest);
        write_whole(&path, &bytes).map_err(Error::io("write", &path))?;
        Ok(digest)
    }
}

/// Stamps a cached thing as used, so that pruning takes others first. A disk that refuses is not pruned either.
pub(crate) fn touch(path: &Path) {
    let _refused = fs::File::open(path).and_then(|file| file.set_modified(std::time::SystemTime::now()));
}

/// Gives `path` this content: a reader sees all of it or nothing.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".incoming-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(path.parent().unwrap_or(Path::new("/")))?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}
