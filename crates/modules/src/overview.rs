//! What is locked and installed, what is newer, and why a module is there: answers for people and programs, which
//! change nothing.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::install::{identity, installed};
use crate::lock::Pin;
use crate::marker::{self, Found};
use crate::request::Request;
use crate::{Error, Requirement, Source};

/// A module of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedModule {
    /// Its full name.
    pub name: String,
    /// Its version or commit, as far as it is locked.
    pub version: Option<String>,
    /// Where it comes from, for people.
    pub origin: String,
    /// How it is there.
    pub state: State,
    /// Which files were changed by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<String>,
}

/// How a module is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Installed,
    /// As it should be, but for changes by hand.
    Changed,
    /// In another version than the locked one.
    Outdated,
    /// Not there.
    Missing,
    /// The repository's own, used where it lies.
    Own,
    /// A folder that effigy did not make stands in its place.
    Blocked,
    /// Named by the Puppetfile but not locked yet.
    Unlocked,
    /// Installed, and nobody asks for it any more.
    Unwanted,
}

impl State {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Changed => "changed",
            Self::Outdated => "outdated",
            Self::Missing => "missing",
            Self::Own => "own",
            Self::Blocked => "blocked",
            Self::Unlocked => "unlocked",
            Self::Unwanted => "unwanted",
        }
    }
}

/// A module that something newer is to be had of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outdated {
    /// Its full name.
    pub name: String,
    /// What is locked.
    pub locked: String,
    /// What `update` would take.
    pub wanted: String,
    /// The newest there is.
    pub newest: String,
    /// Where it comes from, for people.
    pub origin: String,
}

/// One way from the Puppetfile to a module, each step asking for the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// The steps; the last is the module.
    pub steps: Vec<Step>,
}

/// A step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The module.
    pub name: String,
    /// Its version or commit.
    pub version: Option<String>,
    /// What the step before asks for.
    pub asked: String,
}

impl Request<'_> {
    /// Every module: the Puppetfile's, what these bring, and what is left over.
    pub fn list(&self) -> Result<Vec<ListedModule>, Error> {
        let mut listed = Vec::new();
        for module in self.modules() {
            if !self.locked.contains_key(module.name.short()) {
                let is_own = matches!(module.source, Source::Path(_) | Source::Local);
                let own = self.own_module(module).version;
                listed.push(ListedModule {
                    name: module.name.to_string(),
                    version: own.filter(|_| is_own).map(|version| version.to_string()),
                    origin: match &module.source {
                        Source::Path(path) => path.display().to_string(),
                        source => source.describe().to_owned(),
                    },
                    state: if is_own { State::Own } else { State::Unlocked },
                    changes: None,
                });
            }
        }
        for (short, module) in &self.locked {
            let folder = self.folder_of(short);
            let (state, changes) = match marker::look(&folder) {
                Found::Nothing => (State::Missing, None),
                Found::Foreign => (State::Blocked, None),
                Found::Earlier => (State::Outdated, None),
                Found::Ours(marker) => {
                    match (marker.changes(&folder)?, marker.identity == identity(self, module)) {
                        (Some(changes), _) => (State::Changed, Some(changes)),
                        (None, true) => (State::Installed, None),
                        (None, false) => (State::Outdated, None),
                    }
                }
            };
            let version = Some(module.shown_version());
            let name = module.name.to_string();
            listed.push(ListedModule { name, version, origin: module.origin(), state, changes });
        }
        let wanted: Vec<_> = self.locked.keys().map(|short| self.folder_of(short)).collect();
        let own: Vec<_> = self.modules().iter().map(|module| self.folder_of(module.name.short())).collect();
        for folder in
            installed(self).into_iter().filter(|folder| !wanted.contains(folder) && !own.contains(folder))
        {
            if let Found::Ours(marker) = marker::look(&folder) {
                let (name, origin) = (marker.name.clone(), folder.display().to_string());
                let changes = marker.changes(&folder)?;
                listed.push(ListedModule { name, version: None, origin, state: State::Unwanted, changes });
            }
        }
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listed)
    }

    /// Every shortest way by which a module is asked for. Its name may lack the owner.
    ///
    /// # Errors
    /// [`Error::Unknown`] for what is neither in the Puppetfile nor locked.
    pub fn why(&self, name: &str) -> Result<Vec<Path>, Error> {
        let short = self.known(name)?;
        let mut found = Vec::new();
        for (asker, asked) in self.askers() {
            let mut trail = vec![asker];
            self.ways(&asked, &short, &mut trail, &mut found);
        }
        found.sort_by_key(|path: &Path| path.steps.len());
        // A longer way with the same last step says nothing more.
        let mut last_steps: BTreeSet<Vec<String>> = BTreeSet::new();
        found.retain(|path| {
            let short = |step: &Step| step.name.rsplit('/').next().unwrap_or_default().to_owned();
            last_steps.insert(path.steps.iter().rev().take(2).map(short).collect())
        });
        Ok(found)
    }

    /// The short name of a module that is named in any way, or an error that suggests the nearest.
    pub(crate) fn known(&self, name: &str) -> Result<String, Error> {
        let short = name.rsplit_once(['/', '-']).map_or(name, |(_, short)| short);
        let full = || {
            let named = self.modules().iter().map(|module| module.name.to_string());
            named.chain(self.locked.values().map(|module| module.name.to_string()))
        };
        let same = |known: &String| {
            known.replace('/', "-") == name.replace('/', "-")
                || (short == name && known.rsplit('/').next() == Some(short))
        };
        if full().any(|known| same(&known)) {
            return Ok(short.to_owned());
        }
        let all: Vec<String> = full().collect();
        let shorts = all.iter().filter_map(|known| known.rsplit('/').next());
        let near = diagnostics::nearest(name, all.iter().map(String::as_str));
        let nearest = near.or_else(|| diagnostics::nearest(short, shorts)).map(str::to_owned);
        Err(Error::Unknown { name: name.to_owned(), nearest })
    }

    /// Who asks first: the first step of a way, and what it asks for. The Puppetfile asks for each of its modules.
    fn askers(&self) -> Vec<(Step, Vec<Requirement>)> {
        let start = |name: &str| Step { name: name.to_owned(), version: None, asked: String::new() };
        let mut askers = vec![(start("metadata.json"), self.metadata.clone())];
        for module in self.modules() {
            let range = crate::Range::any();
            let asked = self.forge_requirements().into_iter().find(|asked| asked.name == module.name);
            let asked = asked.unwrap_or(Requirement { name: module.name.clone(), range });
            askers.push((start("Puppetfile"), vec![asked]));
        }
        askers
    }

    fn ways(&self, asked: &[Requirement], target: &str, trail: &mut Vec<Step>, found: &mut Vec<Path>) {
        for Requirement { name, range } in asked {
            let short = name.short();
            if self.is_excluded(name) || trail.iter().any(|step| step.name.rsplit('/').next() == Some(short))
            {
                continue;
            }
            let locked = self.locked.get(short);
            let written = self.module(short).filter(|_| trail.len() == 1);
            let asked = match written.map(|module| &module.source) {
                Some(Source::Forge { .. }) | None => range.to_string(),
                Some(source) => source.describe().to_owned(),
            };
            let version = locked.map(crate::LockedModule::shown_version);
            let name = locked.map_or_else(|| name.to_string(), |module| module.name.to_string());
            trail.push(Step { name, version, asked });
            if short == target {
                found.push(Path { steps: trail.clone() });
            } else {
                let own = || self.module(short).map(|module| self.own_module(module).dependencies);
                let next = locked.map(|module| module.dependencies.clone()).or_else(own).unwrap_or_default();
                self.ways(&next, target, trail, found);
            }
            trail.pop();
        }
    }
}

/// Whether a locked module can be older than what there is.
pub(crate) fn can_age(pin: &Pin) -> bool {
    !matches!(pin, Pin::Tarball { .. })
}
