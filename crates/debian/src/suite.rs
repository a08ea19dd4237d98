//! One suite of an archive: its signed release, and its indexes in the cache.
//!
//! ```text
//! cache/releases/SUITE-KEY.InRelease     the document as it was fetched and verified last; KEY is of its URL
//! cache/releases/SUITE-KEY.validators    its digest, then what the server named its version
//! cache/indexes/DIGEST                   a Packages file, unpacked, under its SHA-256
//! ```

use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fetch::{Client, Document, Download, Validators};
use progress::Progress;
use sha256::{Digest, Hasher};

use crate::release::Entry;
use crate::{ArchiveOptions, Error, Keyring, Release, date};

/// The most that an InRelease may have, in bytes; Debian's have a tenth of a megabyte.
const RELEASE_LIMIT: u64 = 16 << 20;

/// A suite whose release was verified.
pub(crate) struct Suite {
    /// As it was asked for.
    pub name: String,
    /// The mirror's URL, without a slash at its end.
    pub mirror: String,
    /// The InRelease document, byte by byte.
    pub signed: Vec<u8>,
    pub release: Release,
}

/// What opening suites needs, beside their names.
pub(crate) struct Opening<'a> {
    pub client: &'a Client,
    pub cache: &'a Path,
    pub options: &'a ArchiveOptions,
    pub keyring: &'a Keyring,
    /// Seconds since 1970.
    pub now: u64,
    pub progress: &'a dyn Progress,
}

impl Suite {
    /// Fetches and verifies the release of a suite.
    pub fn open(opening: &Opening<'_>, name: &str, mirror: &str) -> Result<Self, Error> {
        let url = format!("{mirror}/dists/{name}/InRelease");
        let key = Digest::of(&url).short();
        let path = opening.cache.join("releases").join(format!("{}-{key}.InRelease", name.replace('/', "_")));
        let document = match opening.options.offline {
            true => cached_document(&path).ok_or_else(|| Error::NotCached { url: url.clone() })?,
            false => fetch_document(opening, name, mirror, &url, &path)?,
        };
        let signed = &document.bytes;
        let text = opening
            .keyring
            .verify(signed, opening.now)
            .map_err(|error| Error::Signature { url: url.clone(), reason: error.to_string() })?;
        let release = Release::parse(&text, &url)?;
        release.check_suite(name, &url)?;
        match release.check_valid(opening.now, &url) {
            Err(error) if opening.options.allow_expired => opening.progress.warn(&error.to_string()),
            checked => checked?,
        }
        if opening.options.offline {
            let (date, age) = (date::show(release.date), opening.now.saturating_sub(release.date));
            let age = date::show_duration(age);
            opening.progress.warn(&format!("offline: using suite `{name}` as of {date}, {age} old"));
        } else if cached_document(&path).as_ref() != Some(&document) {
            // Only what was verified gets into the cache.
            cache_document(&path, &document)?;
        }
        Ok(Self { name: name.to_owned(), mirror: mirror.to_owned(), signed: document.bytes, release })
    }

    /// The unpacked Packages file of a component, and the path under which the release lists it.
    ///
    /// # Errors
    /// [`Error::NoComponent`] if the release does not list it.
    pub fn packages(&self, component: &str, architecture: &str) -> Result<(String, Entry), Error> {
        let path = format!("{component}/binary-{architecture}/Packages");
        match self.release.files.get(&path) {
            Some(entry) => Ok((path, *entry)),
            None => Err(Error::NoComponent {
                suite: self.name.clone(),
                component: component.to_owned(),
                architecture: architecture.to_owned(),
            }),
        }
    }

    /// The URL of a file in the suite's folder.
    pub fn url(&self, path: &str) -> String {
        format!("{}/dists/{}/{path}", self.mirror, self.name)
    }

    /// Brings an unpacked index into the cache, if it is not there yet.
    pub fn cache_index(&self, opening: &Opening<'_>, path: &str, entry: &Entry) -> Result<(), Error> {
        let cached = cached_index(opening.cache, &entry.digest);
        if fs::metadata(&cached).is_ok_and(|metadata| metadata.len() == entry.size) {
            return Ok(());
        }
        if opening.options.offline {
            return Err(Error::NotCached { url: self.url(path) });
        }
        let folder = opening.cache.join("indexes");
        let create = |source| Error::Io { action: "create", path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(create)?;
        let temporary = tempfile::Builder::new().prefix(".fetch-").tempdir_in(&folder).map_err(create)?;
        let packed = self.fetch_packed(opening, path, temporary.path())?;
        let (digest, _) = unpack(&packed, entry.size, &cached)?;
        if digest != entry.digest {
            fs::remove_file(&cached).ok();
            return Err(Error::WrongIndex { origin: self.url(path), expected: entry.digest, found: digest });
        }
        Ok(())
    }

    /// Fetches an index in the best form that both the release lists and the mirror has.
    fn fetch_packed(&self, opening: &Opening<'_>, path: &str, folder: &Path) -> Result<PathBuf, Error> {
        let failed = |source| Error::Fetch { mirror: self.mirror.clone(), source };
        let mut missing = None;
        for extension in [".xz", ".gz", ""] {
            let path = format!("{path}{extension}");
            let Some(entry) = self.release.files.get(&path) else { continue };
            let by_hash = path.rsplit_once('/').filter(|_| self.release.acquire_by_hash);
            let by_hash = by_hash.map(|(folder, _)| format!("{folder}/by-hash/SHA256/{}", entry.digest));
            for url in by_hash.into_iter().chain([path.clone()]).map(|path| self.url(&path)) {
                let target = folder.join(format!("{}_{}", self.name, path).replace('/', "_"));
                let length = Some(entry.size);
                let download = Download { url, digest: entry.digest, length, path: target.clone() };
                match opening.client.fetch_all(&[download], opening.progress) {
                    Ok(()) => return Ok(target),
                    Err(error) if error.is_missing() => missing = Some(error),
                    Err(error) => return Err(failed(error)),
                }
            }
        }
        Err(failed(missing.unwrap_or(fetch::Error::Missing { url: self.url(path) })))
    }
}

/// Where the unpacked index of this digest is kept.
pub(crate) fn cached_index(cache: &Path, digest: &Digest) -> PathBuf {
    cache.join("indexes").join(digest.to_string())
}

/// The current release document; the cached one if the server says that it is still current.
fn fetch_document(
    opening: &Opening<'_>,
    name: &str,
    mirror: &str,
    url: &str,
    path: &Path,
) -> Result<Document, Error> {
    let cached = cached_document(path);
    let known = cached.as_ref().map(|document| document.validators.clone()).unwrap_or_default();
    let document = opening.client.get_changed(url, RELEASE_LIMIT, &known).map_err(|source| {
        let (mirror, suite) = (mirror.to_owned(), name.to_owned());
        match source.is_missing() {
            true => Error::NoSuite { mirror, suite },
            false => Error::Fetch { mirror, source },
        }
    })?;
    document.or(cached).ok_or_else(|| Error::Malformed {
        origin: url.to_owned(),
        reason: "the server says that it has not changed, but it was never fetched".to_owned(),
    })
}

/// The document in the cache, with its validators if those there are about it.
fn cached_document(path: &Path) -> Option<Document> {
    let bytes = fs::read(path).ok()?;
    let notes = fs::read_to_string(path.with_extension("validators")).unwrap_or_default();
    let mut lines = notes.split('\n');
    let digest = lines.next().unwrap_or_default().parse::<Digest>();
    let mut validators = Validators::default();
    if digest.is_ok_and(|digest| digest == Digest::of(&bytes)) {
        let mut next = || lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
        validators = Validators { etag: next(), last_modified: next() };
    }
    Some(Document { bytes, validators })
}

fn cache_document(path: &Path, document: &Document) -> Result<(), Error> {
    let Validators { etag, last_modified } = document.validators.clone();
    let digest = Digest::of(&document.bytes).to_string();
    let notes = [digest, etag.unwrap_or_default(), last_modified.unwrap_or_default()].join("\n");
    write_whole(path, &mut &document.bytes[..])?;
    write_whole(&path.with_extension("validators"), &mut notes.as_bytes())?;
    Ok(())
}

/// Unpacks a file by its extension to `target`, at most `limit` bytes.
fn unpack(packed: &Path, limit: u64, target: &Path) -> Result<(Digest, u64), Error> {
    let file = BufReader::new(File::open(packed).map_err(Error::reading(packed))?);
    let reader: Box<dyn Read> = match packed.extension().and_then(|extension| extension.to_str()) {
        Some("xz") => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(file)),
        Some("gz") => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        _ => Box::new(file),
    };
    write_whole(target, &mut reader.take(limit + 1))
}

/// Writes a file in one go: under another name first, synced, then renamed.
pub(crate) fn write_whole(path: &Path, content: &mut dyn Read) -> Result<(Digest, u64), Error> {
    let folder = path.parent().unwrap_or(path);
    let create = |source| Error::Io { action: "create", path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(create)?;
    let temporary = tempfile::Builder::new()
        .prefix(".new-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(create)?;
    let mut hasher = Hasher::new(temporary);
    io::copy(content, &mut hasher).map_err(Error::writing(path))?;
    hasher.flush().map_err(Error::writing(path))?;
    let (digest, length, temporary) = hasher.finish();
    temporary.as_file().sync_all().map_err(Error::writing(path))?;
    temporary.persist(path).map_err(|error| Error::writing(path)(error.error))?;
    Ok((digest, length))
}
