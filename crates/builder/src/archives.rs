//! Debian archives for a run: which mirror a base's packages come from, and each archive opened once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use control_repo::{Base, ControlRepo};
use debian::{Archive, ArchiveOptions};
use fetch::Client;
use progress::Progress;
use store::{Bucket, Store};

use crate::settings::host_architecture;
use crate::{Error, Settings};

/// The release that the tools root and packaged modules are taken from, whatever images are made of.
pub(crate) const TOOLS_RELEASE: &str = "trixie";

/// Opens archives.
pub(crate) struct Archives<'a> {
    pub client: Client,
    store: &'a Store,
    settings: &'a Settings,
    progress: &'a dyn Progress,
    /// What the host's own apt uses; read when it is first needed.
    host: RefCell<Option<debian::sources::Mirrors>>,
    opened: RefCell<HashMap<String, Rc<Archive>>>,
}

impl<'a> Archives<'a> {
    pub(crate) fn new(
        store: &'a Store,
        settings: &'a Settings,
        progress: &'a dyn Progress,
    ) -> Result<Self, Error> {
        let options = fetch::Options { proxy: settings.proxy.clone(), ..fetch::Options::default() };
        let client = Client::new(options)?;
        let (host, opened) = (RefCell::default(), RefCell::default());
        Ok(Self { client, store, settings, progress, host, opened })
    }

    /// The archive that a base is made from.
    pub(crate) fn of_base(&self, repo: &ControlRepo, base: &Base) -> Result<Rc<Archive>, Error> {
        let host_architecture = host_architecture();
        let architecture = base.architecture.as_deref().unwrap_or(host_architecture);
        if architecture != host_architecture {
            return Err(Error::NotYet {
                what: format!("a base for {architecture} on a machine that is {host_architecture}"),
                instead: "leave `architecture` out, and build on a machine of that architecture",
            });
        }
        let keyring = base.keyring.as_deref().map(|path| repo.resolve(path));
        self.open(base, base.mirror.as_deref(), base.security_mirror.as_deref(), keyring, architecture)
    }

    /// The archive of a release that no base is named for: the one of tools and packaged modules. Mirrors are
    /// those of the first base that names any.
    pub(crate) fn of_release(&self, repo: &ControlRepo, release: &str) -> Result<Rc<Archive>, Error> {
        let bases = &repo.definition().bases;
        let named = bases.iter().find(|base| base.mirror.is_some());
        let same = bases.iter().find(|base| base.release == release);
        let base = same.cloned().unwrap_or_else(|| plain_base(release));
        let mirror = same
            .and_then(|base| base.mirror.as_deref())
            .or_else(|| named.and_then(|base| base.mirror.as_deref()));
        let security = named.and_then(|base| base.security_mirror.as_deref());
        let keyring = base.keyring.as_deref().map(|path| repo.resolve(path));
        self.open(&base, mirror, base.security_mirror.as_deref().or(security), keyring, host_architecture())
    }

    fn open(
        &self,
        base: &Base,
        mirror: Option<&str>,
        security: Option<&str>,
        keyring: Option<PathBuf>,
        architecture: &str,
    ) -> Result<Rc<Archive>, Error> {
        let (mirror, security_mirror) = self.mirrors(&base.name, mirror, security)?;
        let options = ArchiveOptions {
            release: base.release.clone(),
            suites: base.suites.clone(),
            mirror,
            security_mirror,
            components: base.components.clone(),
            architecture: architecture.to_owned(),
            keyrings: keyring.map_or_else(|| debian::keyring::installed(Path::new("/")), |path| vec![path]),
            allow_expired: base.allow_expired,
            offline: self.settings.offline,
        };
        let name = format!("{options:?}");
        if let Some(archive) = self.opened.borrow().get(&name) {
            return Ok(Rc::clone(archive));
        }
        let cache = self.store.bucket(Bucket::Lists)?;
        let archive = Rc::new(Archive::open(&self.client, &cache, &options, self.progress)?);
        self.opened.borrow_mut().insert(name, Rc::clone(&archive));
        Ok(archive)
    }

    /// The base's own mirror, else the one of the settings, else the host's; the security mirror alike. A
    /// mirror that was chosen is not mixed with the host's security mirror, which may be elsewhere.
    fn mirrors(
        &self,
        base: &str,
        mirror: Option<&str>,
        security: Option<&str>,
    ) -> Result<(String, Option<String>), Error> {
        let security = security.map(str::to_owned).or_else(|| self.settings.security_mirror.clone());
        if let Some(mirror) = mirror.map(str::to_owned).or_else(|| self.settings.mirror.clone()) {
            return Ok((mirror, security));
        }
        if self.host.borrow().is_none() {
            *self.host.borrow_mut() = Some(debian::sources::mirrors_of_system(Path::new("/"))?);
        }
        let host = self.host.borrow().clone().unwrap_or_default();
        let mirror = host.main.ok_or_else(|| Error::NoMirror(base.to_owned()))?;
        Ok((mirror, security.or(host.security)))
    }
}

/// What a base is when only its release is known.
pub(crate) fn plain_base(release: &str) -> Base {
    Base {
        name: release.to_owned(),
        release: release.to_owned(),
        mirror: None,
        security_mirror: None,
        suites: ["", "-updates", "-security"].map(|suffix| format!("{release}{suffix}")).to_vec(),
        components: vec!["main".to_owned()],
        packages: Vec::new(),
        recommends: false,
        documentation: false,
        keyring: None,
        architecture: None,
        allow_expired: false,
    }
}
