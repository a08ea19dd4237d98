//! The façade: a repository's request and the world outside, brought together by installing and updating.

use std::collections::BTreeSet;

use control_repo::LOCK_NAME;

use crate::debs::{self, Debs};
use crate::forge::Forge;
use crate::install::{Outside, Plan, Report};
use crate::lock::{self, Locked, Pin};
use crate::network::Network;
use crate::overview::{Outdated, can_age};
use crate::request::Request;
use crate::resolve::{Resolver, Update, current};
use crate::{Error, github, parallel};

/// A repository's modules, with all that it takes to change them.
pub struct Modules<'a> {
    request: Request<'a>,
    network: Network<'a>,
    /// Before what the files say.
    forge: Option<String>,
    github: String,
    debs: &'a dyn Debs,
}

impl<'a> Modules<'a> {
    /// Nothing is asked or changed yet.
    pub fn new(request: Request<'a>, network: Network<'a>, debs: &'a dyn Debs) -> Self {
        Self { request, network, forge: None, github: github::PUBLIC.to_owned(), debs }
    }

    /// Uses this Forge, whatever effigy.yaml and the Puppetfile say.
    pub fn with_forge(mut self, address: Option<String>) -> Self {
        self.forge = address;
        self
    }

    /// Uses this address in place of GitHub's API.
    pub fn with_github(mut self, address: String) -> Self {
        self.github = address;
        self
    }

    /// What the repository asks for.
    pub fn request(&self) -> &Request<'a> {
        &self.request
    }

    /// Installs what the lock file says. Where it does not answer the Puppetfile, as little as possible of it is
    /// resolved anew. `force`: modules are installed anew, and changes by hand given up.
    pub fn install(&self, force: bool) -> Result<Report, Error> {
        match current::answers(&self.request) {
            Some(locked) => self.bring_about(&locked, &self.forge(), force),
            None => self.change(&Update::Needed, force),
        }
    }

    /// Resolves these modules anew, or all, and installs what came of it.
    ///
    /// # Errors
    /// As for installing; [`Error::Unknown`] for a name that is no module.
    pub fn update(&self, names: &[String], force: bool) -> Result<Report, Error> {
        if names.is_empty() {
            return self.change(&Update::All, force);
        }
        let names = names.iter().map(|name| self.request.known(name)).collect::<Result<BTreeSet<_>, _>>()?;
        self.change(&Update::Only(names), force)
    }

    /// What there is something newer of. Nothing is changed.
    pub fn outdated(&self) -> Result<Vec<Outdated>, Error> {
        let forge = self.forge();
        let wanted = self.resolver(&forge).resolve(&Update::All)?;
        let locked: Vec<_> = self.request.locked().values().filter(|module| can_age(&module.pin)).collect();
        let (network, api) = (&self.network, self.github.as_str());
        let newest = parallel::map(&locked, |module| match &module.pin {
            Pin::Forge { .. } => {
                let listed = forge.listed(&module.name)?;
                Ok::<_, Error>(listed.newest().map(ToString::to_string))
            }
            Pin::Github { repository, .. } => github::tag(network, api, repository, None).map(Some),
            _ => Ok(None),
        })?;
        let mut outdated = Vec::new();
        for (module, newest) in locked.into_iter().zip(newest) {
            let shown = module.shown_version();
            let wanted =
                wanted.get(module.name.short()).map_or("-".to_owned(), |wanted| wanted.shown_version());
            let newest = match (&module.pin, newest) {
                (Pin::Github { .. }, Some(tag)) => {
                    github::version(&tag).map_or(tag, |version| version.to_string())
                }
                (Pin::Deb { package, .. }, _) => {
                    debs::candidate(self.debs, package)?.unwrap_or("-".to_owned())
                }
                (_, Some(newest)) => newest,
                (_, None) => wanted.clone(),
            };
            if wanted != shown || newest != shown {
                let (name, origin) = (module.name.to_string(), module.origin());
                outdated.push(Outdated { name, locked: shown, wanted, newest, origin });
            }
        }
        Ok(outdated)
    }

    fn change(&self, update: &Update, force: bool) -> Result<Report, Error> {
        let forge = self.forge();
        let locked = self.resolver(&forge).resolve(update)?;
        self.bring_about(&locked, &forge, force)
    }

    /// Installs, and only then writes the lock file.
    fn bring_about(&self, locked: &Locked, forge: &Forge<'_>, force: bool) -> Result<Report, Error> {
        let plan = Plan::of(&self.request, locked, force)?;
        let outside = Outside { network: &self.network, forge, github: &self.github, debs: self.debs };
        let report = plan.carry_out(&self.request, &outside)?;
        for (name, changes) in &report.changed {
            let line = format!("the module `{name}` was changed since it was installed: {changes}");
            self.network.progress.warn(&line);
        }
        if *locked != self.request.locked {
            let mut file = self.request.lock_file.clone();
            lock::write(&mut file, locked);
            file.save(&self.request.repo.root().join(LOCK_NAME))?;
        }
        Ok(report)
    }

    fn forge(&self) -> Forge<'_> {
        Forge::new(&self.network, self.forge.as_deref().or(self.request.forge()))
    }

    fn resolver<'s>(&'s self, forge: &'s Forge<'s>) -> Resolver<'s> {
        Resolver {
            request: &self.request,
            network: &self.network,
            forge,
            github: &self.github,
            debs: self.debs,
        }
    }
}
