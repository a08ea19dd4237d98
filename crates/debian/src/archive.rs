//! An archive: the suites of a Debian release from their mirrors, verified, with one index over all.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use fetch::{Client, Download};
use progress::Progress;
use sha256::Digest;

use crate::release::Entry;
use crate::suite::{Opening, Suite, cached_index};
use crate::{Error, Index, Keyring, Package, lists};

/// Which archive, and how far it is trusted.
#[derive(Clone, Debug, Default)]
pub struct ArchiveOptions {
    /// The release's own suite, by code name or suite name, e.g. `trixie`. It must be there.
    pub release: String,
    /// All suites in the order of preference among equal versions, e.g. `trixie`, `trixie-updates`,
    /// `trixie-security`. Empty: the release's own only.
    pub suites: Vec<String>,
    /// The URL of the mirror, `http:`, `https:` or `file:`; what `dists` and `pool` are in.
    pub mirror: String,
    /// The same for the suites that end in `-security`.
    pub security_mirror: Option<String>,
    /// E.g. `main`.
    pub components: Vec<String>,
    /// Debian's name of it, e.g. `amd64`.
    pub architecture: String,
    /// Files of certificates; see [`crate::keyring::installed`].
    pub keyrings: Vec<PathBuf>,
    /// Whether a release may be used after its `Valid-Until`, with a warning.
    pub allow_expired: bool,
    /// Whether to use what is in the cache, with a warning, and fetch nothing.
    pub offline: bool,
}

/// An archive that was opened: everything it says is vouched for by a signature.
pub struct Archive {
    options: ArchiveOptions,
    suites: Vec<Suite>,
    packages: Vec<PackagesFile>,
    index: Index,
}

/// A Packages file in the cache; the number of the [`Index`]'s text is its place in the list.
pub(crate) struct PackagesFile {
    /// Which of the suites it is of.
    pub suite: usize,
    pub component: String,
    /// Its path below the suite's folder.
    pub path: String,
    pub entry: Entry,
    /// Where it is.
    pub cached: PathBuf,
}

impl Archive {
    /// Fetches and verifies the releases of all suites, brings their indexes into `cache` and reads them.
    /// The releases are asked for every time; an index only when its digest is new.
    ///
    /// Suites whose name ends in `-security` are left out with a warning when there is no mirror for them,
    /// and those in `-updates` when the mirror does not have them.
    ///
    /// # Errors
    /// Every [`Error`] but [`Error::Unsatisfiable`].
    pub fn open(
        client: &Client,
        cache: &Path,
        options: &ArchiveOptions,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let keyring = Keyring::load(&options.keyrings)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let opening = Opening { client, cache, options, keyring: &keyring, now, progress };
        let suites = open_suites(&opening)?;
        let packages = find_packages(&opening, &suites)?;
        in_parallel(&packages, |file| suites[file.suite].cache_index(&opening, &file.path, &file.entry))?;
        let texts = packages.iter().map(|file| {
            let text = fs::read_to_string(&file.cached).map_err(Error::reading(&file.cached))?;
            Ok((suites[file.suite].url(&file.path), text))
        });
        let index = Index::new(texts.collect::<Result<_, Error>>()?, &options.architecture)?;
        Ok(Self { options: options.clone(), suites, packages, index })
    }

    /// The newest `Date` of the releases, in seconds since 1970.
    pub fn date(&self) -> u64 {
        self.suites.iter().map(|suite| suite.release.date).max().unwrap_or(0)
    }

    /// The packages of all suites.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What the archive has to offer, as a digest: over the indexes' digests as the releases list them. The
    /// mirrors, the time, and what else is in the releases do not count.
    pub fn digest(&self) -> Digest {
        let line = |file: &PackagesFile| {
            let (codename, entry) = (&self.suites[file.suite].release.codename, &file.entry);
            format!("{codename} {} {} {}\n", file.path, entry.digest, entry.size)
        };
        Digest::of(self.packages.iter().map(line).collect::<String>())
    }

    /// The URL of a package's `.deb`.
    pub fn url(&self, package: &Package<'_>) -> String {
        // Encoded as apt does: some servers take a plus sign for a space.
        let path = package.filename.replace('+', "%2b").replace('~', "%7e");
        format!("{}/{path}", self.suite_of(package).mirror)
    }

    /// Brings packages of this archive's index into the folder `pool`, each under the name apt gives it in
    /// its cache ([`Package::archive_name`]), and returns their paths in the same order. Those already there
    /// are only hashed.
    ///
    /// # Errors
    /// [`Error::Fetch`]; [`Error::NotCached`] for what is not in the pool when offline.
    pub fn download(
        &self,
        client: &Client,
        packages: &[Package<'_>],
        pool: &Path,
        progress: &dyn Progress,
    ) -> Result<Vec<PathBuf>, Error> {
        let downloads: Vec<_> = packages
            .iter()
            .map(|package| Download {
                url: self.url(package),
                digest: package.sha256,
                length: Some(package.size),
                path: pool.join(package.archive_name()),
            })
            .collect();
        let absent = downloads.iter().find(|download| !download.path.exists());
        if let (true, Some(absent)) = (self.options.offline, absent) {
            return Err(Error::NotCached { url: absent.url.clone() });
        }
        client.fetch_all(&downloads, progress).map_err(|source| {
            let mirror = packages.first().map(|package| self.suite_of(package).mirror.clone());
            Error::Fetch { mirror: mirror.unwrap_or_default(), source }
        })?;
        Ok(downloads.into_iter().map(|download| download.path).collect())
    }

    /// Writes the releases and the unpacked indexes into `folder` (`/var/lib/apt/lists` of a root) under the
    /// names apt gives them, so that with [`Archive::sources_list`] apt works as after an `apt-get update`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_apt_lists(&self, folder: &Path) -> Result<(), Error> {
        lists::write(&self.suites, &self.packages, folder)
    }

    /// The text of a deb822 `.sources` file for these suites at these mirrors. `signed_by` is the keyring's
    /// path as apt will see it.
    pub fn sources_list(&self, signed_by: &Path) -> String {
        lists::sources(&self.suites, &self.packages, &self.options.architecture, signed_by)
    }

    fn suite_of(&self, package: &Package<'_>) -> &Suite {
        &self.suites[self.packages[package.text].suite]
    }
}

/// The suites there are, in the order asked for.
fn open_suites(opening: &Opening<'_>) -> Result<Vec<Suite>, Error> {
    let options = opening.options;
    let mut names = options.suites.clone();
    if !names.contains(&options.release) {
        names.insert(0, options.release.clone());
    }
    let mut wanted = Vec::new();
    for name in &names {
        let mirror = match name.ends_with("-security") {
            true => options.security_mirror.as_ref(),
            false => Some(&options.mirror),
        };
        match mirror {
            Some(mirror) => wanted.push((name, mirror.trim_end_matches('/'))),
            None => {
                opening.progress.warn(&format!("no security mirror is known: suite `{name}` is left out"))
            }
        }
    }
    let opened = in_parallel(&wanted, |(name, mirror)| match Suite::open(opening, name, mirror) {
        Err(error @ Error::NoSuite { .. }) if name.ends_with("-updates") => {
            opening.progress.warn(&format!("{error}: it is left out"));
            Ok(None)
        }
        suite => suite.map(Some),
    })?;
    Ok(opened.into_iter().flatten().collect())
}

/// The indexes of all suites and components. A component may be missing from all suites but the release's.
fn find_packages(opening: &Opening<'_>, suites: &[Suite]) -> Result<Vec<PackagesFile>, Error> {
    let options = opening.options;
    let mut files = Vec::new();
    for (number, suite) in suites.iter().enumerate() {
        for component in &options.components {
            let (path, entry) = match suite.packages(component, &options.architecture) {
                Err(error) if suite.name != options.release => {
                    opening.progress.warn(&format!("{error}: it is left out"));
                    continue;
                }
                found => found?,
            };
            let cached = cached_index(opening.cache, &entry.digest);
            files.push(PackagesFile { suite: number, component: component.clone(), path, entry, cached });
        }
    }
    Ok(files)
}

/// Does the work for all items at once; they are few, and mostly wait. The error is that of the first item
/// that fails.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = items.iter().map(|item| scope.spawn(move || work(item))).collect();
        let results = threads.into_iter().map(|thread| thread.join().expect("the work does not panic"));
        results.collect()
    })
}

#[cfg(test)]
mod tests;
