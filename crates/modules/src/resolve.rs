//! From what a Puppetfile asks for to what exactly is installed.
//!
//! ```text
//! Puppetfile ─► elsewhere: git, archives, packages ─┐
//! effigy.lock ─► what may stay ─────────────────────┼─► solver ─► locked modules
//! the Forge's answers ──────────────────────────────┘
//! ```
//! Nothing is installed here; archives are fetched only where their checksum is not known otherwise.

pub(crate) mod current;
mod elsewhere;
mod explain;
pub(crate) mod solver;

use std::collections::{BTreeMap, BTreeSet};

use diagnostics::{Diagnostic, Diagnostics};
use progress::Unit;

use crate::debs::Debs;
use crate::forge::Forge;
use crate::lock::{Locked, LockedModule, Pin};
use crate::network::{Checksum, Network};
use crate::request::Request;
use crate::{Error, ModuleName, Requirement, Source, Version, parallel};

use solver::{Asker, Problem, Unsolved, choose};

/// What may change of what is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    /// Only what the Puppetfile no longer means.
    Needed,
    /// Everything.
    All,
    /// These, by short name, and of what they bring only what has to.
    Only(BTreeSet<String>),
}

impl Update {
    pub fn includes(&self, short: &str) -> bool {
        match self {
            Self::Needed => false,
            Self::All => true,
            Self::Only(names) => names.contains(short),
        }
    }
}

/// What resolving needs.
pub(crate) struct Resolver<'a> {
    pub request: &'a Request<'a>,
    pub network: &'a Network<'a>,
    pub forge: &'a Forge<'a>,
    /// The address of GitHub's API.
    pub github: &'a str,
    pub debs: &'a dyn Debs,
}

impl Resolver<'_> {
    /// Everything that is to be installed.
    pub fn resolve(&self, update: &Update) -> Result<Locked, Error> {
        let mut locked = self.with_forge_asked(|| elsewhere::pinned(self, update))?;
        let problem = self.problem(&locked, update);
        let mut asked = problem.askers.iter().flat_map(|(_, asked)| asked);
        if !asked.any(|asked| problem.is_open(&asked.name)) {
            self.tell_oddities(&problem, &locked);
            return Ok(locked);
        }
        let task = self.network.progress.begin("resolving modules", None, Unit::Items);
        self.prefetch(&problem)?;
        let chosen = match solver::solve(&problem, self.forge) {
            Ok(chosen) => chosen,
            Err(Unsolved::Error(error)) => return Err(error),
            Err(Unsolved::Conflict(clauses)) => return Err(self.conflict(&clauses)),
        };
        let chosen: Vec<(ModuleName, Version)> = chosen.into_iter().collect();
        self.refuse_namesakes(&chosen)?;
        let (forge, network, before) = (self.forge, self.network, &self.request.locked);
        let pinned = parallel::map(&chosen, |(name, version)| {
            let before = before.get(name.short()).filter(|_| !update.includes(name.short()));
            pin(forge, network, before, name, version)
        })?;
        for module in pinned {
            locked.insert(module.name.short().to_owned(), module);
        }
        task.done(&format!("{} from the Forge", chosen.len()));
        self.tell_oddities(&problem, &locked);
        Ok(locked)
    }

    /// Asks the Forge about the Puppetfile's own modules while `work` waits for other servers. What fails here will
    /// fail again where it is needed.
    fn with_forge_asked<T>(&self, work: impl FnOnce() -> T) -> T {
        let (forge, asked) = (self.forge, self.request.forge_requirements());
        let elsewhere = self.request.modules().len() > asked.len();
        if !elsewhere || self.network.offline {
            return work();
        }
        std::thread::scope(|scope| {
            scope.spawn(move || parallel::map(&asked, |asked| forge.listed(&asked.name).map(drop)));
            work()
        })
    }

    fn problem(&self, elsewhere: &Locked, update: &Update) -> Problem {
        let request = self.request;
        let follow = request.follows_dependencies();
        let mut problem = Problem { follow, ..Problem::default() };
        problem.askers.push((Asker::Puppetfile, request.forge_requirements()));
        problem.askers.push((Asker::Metadata, request.metadata.clone()));
        for module in request.modules() {
            let short = module.name.short().to_owned();
            if let Source::Forge { .. } = module.source {
                problem.taken.insert(short, Some(module.name.clone()));
                continue;
            }
            problem.taken.insert(short.clone(), None);
            if follow {
                let asked = match elsewhere.get(&short) {
                    Some(locked) => locked.dependencies.clone(),
                    None => request.own_module(module).dependencies,
                };
                problem.askers.push((Asker::Module(module.name.to_string()), asked));
            }
        }
        problem.taken.extend(
            request
                .own
                .iter()
                .filter(|short| request.module(short).is_none())
                .map(|short| (short.clone(), None)),
        );
        problem.exclusions =
            request.puppetfile.iter().flat_map(|puppetfile| puppetfile.exclusions.clone()).collect();
        for (_, locked) in request.locked.iter().filter(|(short, _)| !update.includes(short)) {
            if let (Pin::Forge { .. }, Some(version)) = (&locked.pin, locked.semantic_version()) {
                problem.preferred.insert(locked.name.clone(), version);
            }
        }
        problem
    }

    /// Asks the Forge about all modules that are likely to matter, many at once; the solver itself would ask one
    /// after the other.
    fn prefetch(&self, problem: &Problem) -> Result<(), Error> {
        let mut seen: BTreeSet<ModuleName> = BTreeSet::new();
        let mut wave: Vec<Requirement> =
            problem.askers.iter().flat_map(|(_, asked)| asked.iter().cloned()).collect();
        loop {
            wave.retain(|asked| problem.is_open(&asked.name) && seen.insert(asked.name.clone()));
            if wave.is_empty() {
                return Ok(());
            }
            let next = parallel::map(&wave, |asked| {
                let listed = self.forge.listed(&asked.name)?;
                let preferred = problem.preferred.get(&asked.name);
                let version = choose(&listed.versions, preferred, |version| asked.range.contains(version));
                match version {
                    Some(version) if problem.follow => {
                        Ok::<_, Error>(self.forge.release(&asked.name, version)?.dependencies.clone())
                    }
                    _ => Ok(Vec::new()),
                }
            })?;
            wave = next.into_iter().flatten().collect();
        }
    }

    /// Two owners' modules of one name would be the same folder.
    fn refuse_namesakes(&self, chosen: &[(ModuleName, Version)]) -> Result<(), Error> {
        let mut names: BTreeMap<&str, &ModuleName> = BTreeMap::new();
        for (name, _) in chosen {
            if let Some(other) = names.insert(name.short(), name) {
                let clause = format!(
                    "`{other}` and `{name}` are both wanted, and both are the folder `{}`",
                    name.short()
                );
                return Err(self.conflict(&[clause]));
            }
        }
        Ok(())
    }

    /// The clauses as one diagnostic, placed at the modules of the Puppetfile that they name.
    fn conflict(&self, clauses: &[String]) -> Error {
        let message = format!("no releases suit everyone: {}", clauses.join("; "));
        let mut diagnostic = Diagnostic::error(message).code("modules-conflict");
        if let Some(puppetfile) = &self.request.puppetfile {
            let named =
                |name: &ModuleName| clauses.iter().any(|clause| clause.contains(&format!("`{name}`")));
            let mut places = puppetfile.modules.iter().filter(|module| named(&module.name));
            if let Some(first) = places.next() {
                diagnostic = diagnostic.at(&puppetfile.text, first.span);
            }
            for module in places {
                diagnostic = diagnostic.label(&puppetfile.text, module.span, "and here");
            }
        }
        let diagnostic = diagnostic
            .hint("change one of the ranges, or leave a dependency out with `exclusion 'owner/name'`")
            .hint("`modules: {dependencies: ignore}` in effigy.yaml installs only what the Puppetfile names");
        Error::Invalid(Diagnostics::from(diagnostic))
    }

    /// What works, but should be looked at.
    fn tell_oddities(&self, problem: &Problem, locked: &Locked) {
        let progress = self.network.progress;
        for (name, locked) in locked {
            if let Pin::Forge { .. } = locked.pin
                && let Ok(listed) = self.forge.listed(&locked.name)
                && let Some(why) = &listed.deprecated
                && self.request.module(name).is_some()
            {
                progress.warn(&format!("{} is deprecated: {why}", locked.name));
            }
        }
        for asking in locked.values() {
            for Requirement { name, range } in &asking.dependencies {
                if self.request.is_excluded(name) {
                    continue;
                }
                let (who, asked) = (&asking.name, format!("{name} {range}"));
                match locked.get(name.short()) {
                    None if !problem.follow && self.request.module(name.short()).is_none() => {
                        progress
                            .warn(&format!("{who} depends on {asked}, which the Puppetfile does not name"));
                    }
                    Some(found) => {
                        let version = found.semantic_version();
                        if version.as_ref().is_some_and(|version| !range.contains(version)) {
                            progress.warn(&format!(
                                "{who} depends on {asked}, and gets {}",
                                found.shown_version()
                            ));
                        }
                    }
                    None => {}
                }
            }
        }
    }
}

/// A release with what the lock file keeps of it. `before`: the module as it was locked, if that should not change;
/// the same version with another content is then an error.
fn pin(
    forge: &Forge<'_>,
    network: &Network<'_>,
    before: Option<&LockedModule>,
    name: &ModuleName,
    version: &Version,
) -> Result<LockedModule, Error> {
    let release = forge.release(name, version)?;
    let before = before.and_then(|before| match &before.pin {
        Pin::Forge { checksum, .. } if before.semantic_version().as_ref() == Some(version) => Some(*checksum),
        _ => None,
    });
    let checksum = match (&release.checksum, before) {
        (Checksum::Sha256(digest), Some(before)) if *digest != before => {
            let (expected, found) = (before.to_string(), digest.to_string());
            return Err(Error::Checksum { url: forge.url(&release.file), kind: "SHA-256", expected, found });
        }
        (Checksum::Sha256(digest), _) => *digest,
        // A Forge that knows no better checksum is not asked twice.
        (_, Some(digest)) => digest,
        (weaker, None) => network.fetch_archive(&forge.url(&release.file), weaker)?,
    };
    Ok(LockedModule {
        name: name.clone(),
        version: Some(version.to_string()),
        pin: Pin::Forge { file: release.file.clone(), checksum },
        dependencies: release.dependencies.clone(),
    })
}
