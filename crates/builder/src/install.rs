//! Modules of the Puppetfile: what `modules` needs of this crate's neighbours, and its façade for the command line.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use control_repo::ControlRepo;
use debian::Archive;
use modules::{Network, Outdated, Report, Request};
use progress::Progress;
use store::{Bucket, Store};

use crate::archives::{Archives, TOOLS_RELEASE};
use crate::build::Context;
use crate::{Error, Settings};

/// Works on the modules of one control repository.
pub struct Modules<'a> {
    repo: &'a ControlRepo,
    store: &'a Store,
    settings: &'a Settings,
    progress: &'a dyn Progress,
}

impl<'a> Modules<'a> {
    /// Nothing is read or fetched yet.
    pub fn new(
        repo: &'a ControlRepo,
        store: &'a Store,
        settings: &'a Settings,
        progress: &'a dyn Progress,
    ) -> Self {
        Self { repo, store, settings, progress }
    }

    /// Brings the module folders to what `effigy.lock` says; `force` gives up changes by hand.
    pub fn install(&self, force: bool) -> Result<Report, Error> {
        // Most runs have nothing to do, and then not even a client for downloads has to be made.
        if !force && let Some(report) = Request::read(self.repo)?.fulfilled()? {
            return Ok(report);
        }
        self.with(|modules| modules.install(force))
    }

    /// Resolves these modules anew, or all, and installs them.
    pub fn update(&self, names: &[String], force: bool) -> Result<Report, Error> {
        self.with(|modules| modules.update(names, force))
    }

    /// What there is something newer of.
    pub fn outdated(&self) -> Result<Vec<Outdated>, Error> {
        self.with(|modules| modules.outdated())
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&modules::Modules<'_>) -> Result<T, modules::Error>,
    ) -> Result<T, Error> {
        let Self { repo, store, settings, progress } = *self;
        let request = Request::read(repo)?;
        let _hold = store.hold()?;
        let archives = Archives::new(store, settings, progress)?;
        with(&Context { repo, store, settings, progress, archives }, request, work)
    }
}

/// Brings the repository's modules to what its Puppetfile and lock say, as every build does first.
pub(crate) fn modules(context: &Context<'_>, force: bool) -> Result<Report, Error> {
    with(context, Request::read(context.repo)?, |modules| modules.install(force))
}

fn with<T>(
    context: &Context<'_>,
    request: Request<'_>,
    work: impl FnOnce(&modules::Modules<'_>) -> Result<T, modules::Error>,
) -> Result<T, Error> {
    let network = Network {
        client: &context.archives.client,
        cache: context.store.bucket(Bucket::Modules)?,
        offline: context.settings.offline,
        progress: context.progress,
    };
    let debs = Debs { context, failure: RefCell::default() };
    let modules = modules::Modules::new(request, network, &debs).with_forge(context.settings.forge.clone());
    let outcome = work(&modules);
    // Our own error, where the archive was the cause, tells more than its words in another's.
    match debs.failure.take() {
        Some(failure) => Err(failure),
        None => Ok(outcome?),
    }
}

/// The Debian archive that packaged modules come from; opened only if one of them is wanted and missing.
struct Debs<'a> {
    context: &'a Context<'a>,
    /// Why it could not be had.
    failure: RefCell<Option<Error>>,
}

impl Debs<'_> {
    fn or_failure<T>(&self, outcome: Result<T, Error>) -> Result<T, modules::Error> {
        outcome.map_err(|error| {
            let words = modules::Error::Archive(error.to_string());
            self.failure.replace(Some(error));
            words
        })
    }
}

impl modules::Debs for Debs<'_> {
    fn archive(&self) -> Result<Rc<Archive>, modules::Error> {
        let repo = self.context.repo;
        let release = repo.definition().deb_modules.as_deref().unwrap_or(TOOLS_RELEASE);
        self.or_failure(self.context.archives.of_release(repo, release))
    }

    fn pool(&self) -> Result<PathBuf, modules::Error> {
        self.or_failure(self.context.store.bucket(Bucket::Debs).map_err(Error::from))
    }
}
