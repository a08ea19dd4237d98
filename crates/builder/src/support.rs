//! The lowest layer of a root while something runs in it: package sources, apt's and dpkg's settings for a
//! build, the word that package scripts start no service, and a clock that stands still for database servers. Seen
//! where the image has no file of the same name, and never part of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use debian::Archive;
use sandbox::{Mount, Sandbox};
use store::{Bucket, Directory, Store};

use crate::Error;

/// Where the keys of the Debian archive lie in an image that can check what it installs.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Only root's own tools can be asked for a service while an image is built.
const NO_SERVICES: &str = "#!/bin/sh\n# Services are not started while an image is built.\nexit 101\n";

/// Nobody needs a half-built root after a crash, so nothing is synced, and a build keeps no logs.
const DPKG: &str = "force-unsafe-io\nlog /dev/null\n";

/// How packages get into a root.
pub(crate) struct Support<'a> {
    /// The archive, which the lists that apt sees are of.
    pub archive: &'a Archive,
    /// Whether recommended packages come too.
    pub recommends: bool,
    /// A proxy for apt.
    pub proxy: Option<&'a str>,
    /// The time that servers see whose files tell of it.
    pub source_date_epoch: u64,
}

/// The support layer on disk, and the archives that a run has fetched.
pub(crate) struct Prepared {
    layer: PathBuf,
    lists: Directory,
    lists_upper: PathBuf,
    pool: PathBuf,
    archives_upper: PathBuf,
}

impl Support<'_> {
    /// Writes the layer below `scratch` and the package lists into the store.
    pub(crate) fn prepare(&self, store: &Store, scratch: &Path) -> Result<Prepared, Error> {
        let layer = scratch.join("support");
        let write = |path: &str, text: &str, mode: u32| write_file(&layer.join(path), text, mode);
        let sources = self.archive.sources_list(Path::new(KEYRING));
        write("etc/apt/sources.list.d/effigy.sources", &sources, 0o644)?;
        write("etc/apt/apt.conf.d/00effigy", &self.apt_settings(), 0o644)?;
        write("etc/dpkg/dpkg.cfg.d/effigy", DPKG, 0o644)?;
        write("usr/sbin/policy-rc.d", NO_SERVICES, 0o755)?;
        for file in still_clock::files(self.source_date_epoch) {
            write_file(&layer.join(file.path), &file.content, 0o644)?;
        }
        // apt wants to write beside what it reads.
        let uppers = ["lists-upper", "archives-upper"].map(|name| scratch.join(name));
        for upper in &uppers {
            fs::create_dir_all(upper.join("partial")).map_err(Error::io("make", upper))?;
        }
        let [lists_upper, archives_upper] = uppers;
        let lists = self.lists(store, scratch, &sources)?;
        Ok(Prepared { layer, lists, lists_upper, pool: store.bucket(Bucket::Debs)?, archives_upper })
    }

    /// The package lists under the names that apt gives them, once for all builds from the same archive.
    fn lists(&self, store: &Store, scratch: &Path, sources: &str) -> Result<Directory, Error> {
        let key = crate::key::digest(&(self.archive.digest(), self.archive.date(), sources));
        if let Some(lists) = store.directory(Bucket::Lists, &key)? {
            return Ok(lists);
        }
        let folder = scratch.join("lists");
        fs::create_dir_all(&folder).map_err(Error::io("make", &folder))?;
        self.archive.write_apt_lists(&folder)?;
        Ok(store.publish_directory(Bucket::Lists, &key, &folder)?)
    }

    fn apt_settings(&self) -> String {
        let mut settings = format!("APT::Install-Recommends \"{}\";\n", self.recommends);
        // The build is apt's sandbox, and in it the mounted caches belong to root.
        settings.push_str("APT::Sandbox::User \"root\";\nAcquire::Languages \"none\";\n");
        settings.push_str("Dir::Log::Terminal \"\";\nDir::Log::History \"\";\nDir::Log::Planner \"\";\n");
        if let Some(proxy) = self.proxy {
            settings.push_str(&format!(
                "Acquire::http::Proxy \"{proxy}\";\nAcquire::https::Proxy \"{proxy}\";\n"
            ));
        }
        settings
    }
}

impl Prepared {
    /// The folder to put below every other layer of a root.
    pub(crate) fn layer(&self) -> PathBuf {
        self.layer.clone()
    }

    /// Shows apt its lists and what was downloaded before; new downloads land beside.
    pub(crate) fn mount(&self, sandbox: Sandbox) -> Sandbox {
        sandbox
            .mount(Mount::Overlay {
                lower: self.lists.path().to_owned(),
                upper: self.lists_upper.clone(),
                target: "/var/lib/apt/lists".into(),
            })
            .mount(Mount::Overlay {
                lower: self.pool.clone(),
                upper: self.archives_upper.clone(),
                target: "/var/cache/apt/archives".into(),
            })
    }

    /// Keeps the packages that a run has fetched for the next one, if the archive vouches for them: what runs
    /// in a build must not be able to hand anything to another.
    pub(crate) fn harvest(&self, archive: &Archive) -> Result<(), Error> {
        let folder = &self.archives_upper;
        for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
            let path = entry.map_err(Error::io("read", folder))?.path();
            let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
            let Some(name) =
                path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".deb"))
            else {
                continue;
            };
            if !is_file {
                continue;
            }
            let file = fs::File::open(&path).map_err(Error::io("read", &path))?;
            let (digest, _) = sha256::Digest::of_reader(file).map_err(Error::io("read", &path))?;
            if archive.index().find_archive(name, &digest).is_some() {
                let kept = self.pool.join(name);
                fs::rename(&path, &kept).map_err(Error::io("keep", &kept))?;
            }
        }
        Ok(())
    }
}

fn write_file(path: &Path, content: impl AsRef<[u8]>, mode: u32) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
    }
    fs::write(path, content).map_err(Error::io("write", path))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(Error::io("write", path))
}
