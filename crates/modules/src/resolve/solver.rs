//! The choice of Forge releases that suit everyone who asks, by the PubGrub algorithm.
//!
//! Of the versions that may be chosen, the one that is installed already is preferred, then the highest that is
//! no pre-release. Modules from elsewhere (git, packages, folders) are what they are: they answer any request
//! for their name, and what they ask for counts.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

use pubgrub::{Dependencies, DependencyConstraints, DependencyProvider, PackageResolutionStatistics, Ranges};

use super::explain;
use crate::forge::Forge;
use crate::{Error, ModuleName, Range, Requirement, Version};

/// What is to be solved.
#[derive(Debug, Default)]
pub(crate) struct Problem {
    /// Who asks, apart from Forge modules, and for what: the Puppetfile first.
    pub askers: Vec<(Asker, Vec<Requirement>)>,
    /// Short names that the Puppetfile gives away: to a Forge module, or (none) to one from elsewhere.
    pub taken: BTreeMap<String, Option<ModuleName>>,
    /// Modules that are not wanted although others depend on them; a name without an owner means all of that name.
    pub exclusions: Vec<ModuleName>,
    /// Versions that should stay if they can.
    pub preferred: BTreeMap<ModuleName, Version>,
    /// Whether what Forge modules ask for counts.
    pub follow: bool,
}

/// Somebody who asks for modules and is no Forge module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asker {
    /// The Puppetfile itself.
    Puppetfile,
    /// The control repository's `metadata.json`.
    Metadata,
    /// A module from elsewhere, by its name.
    Module(String),
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Puppetfile => f.write_str("the Puppetfile"),
            Self::Metadata => f.write_str("metadata.json"),
            Self::Module(name) => write!(f, "`{name}`"),
        }
    }
}

/// What PubGrub calls a package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Package {
    /// Depends on all askers.
    Root,
    Asker(Asker),
    Module(ModuleName),
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("everything"),
            Self::Asker(asker) => asker.fmt(f),
            Self::Module(name) => write!(f, "`{name}`"),
        }
    }
}

/// The version of what has none.
const ONLY: Version = Version::new(0, 0, 0);

/// Why there is no solution.
pub(crate) enum Unsolved {
    /// Asking the Forge failed.
    Error(Error),
    /// In words, each a clause that names who asks for what.
    Conflict(Vec<String>),
}

/// Chooses releases, by name.
pub(crate) fn solve(problem: &Problem, forge: &Forge<'_>) -> Result<BTreeMap<ModuleName, Version>, Unsolved> {
    let solver = Solver { problem, forge };
    match pubgrub::resolve(&solver, Package::Root, ONLY) {
        Ok(chosen) => Ok(chosen
            .into_iter()
            .filter_map(|(package, version)| match package {
                Package::Module(name) => Some((name, version)),
                Package::Root | Package::Asker(_) => None,
            })
            .collect()),
        Err(pubgrub::PubGrubError::NoSolution(tree)) => {
            Err(Unsolved::Conflict(explain::clauses(&tree, &solver)))
        }
        Err(
            pubgrub::PubGrubError::ErrorRetrievingDependencies { source, .. }
            | pubgrub::PubGrubError::ErrorChoosingVersion { source, .. }
            | pubgrub::PubGrubError::ErrorInShouldCancel(source),
        ) => Err(Unsolved::Error(source)),
    }
}

/// Which of a module's versions one should take: the preferred one if it is in `contains`, else the highest that
/// is no pre-release, else the highest.
pub(crate) fn choose<'v>(
    versions: &'v [Version],
    preferred: Option<&Version>,
    contains: impl Fn(&Version) -> bool,
) -> Option<&'v Version> {
    let suiting = || versions.iter().rev().filter(|version| contains(version));
    suiting()
        .find(|version| Some(*version) == preferred)
        .or_else(|| suiting().find(|version| version.is_stable()))
        .or_else(|| suiting().next())
}

/// Answers PubGrub's questions.
pub(super) struct Solver<'a> {
    problem: &'a Problem,
    pub forge: &'a Forge<'a>,
}

impl Solver<'_> {
    /// What a package asks for, without what nobody can choose. The texts are those of whoever wrote them.
    pub fn requirements(&self, package: &Package, version: &Version) -> Result<Vec<Requirement>, Error> {
        let wanted = match package {
            Package::Root => Vec::new(),
            Package::Asker(asker) => {
                let found = self.problem.askers.iter().find(|(other, _)| other == asker);
                found.map(|(_, requirements)| requirements.clone()).unwrap_or_default()
            }
            Package::Module(_) if !self.problem.follow => Vec::new(),
            Package::Module(name) => self.forge.release(name, version)?.dependencies.clone(),
        };
        Ok(wanted.into_iter().filter(|requirement| self.problem.is_open(&requirement.name)).collect())
    }

    /// The versions that a range leaves, as PubGrub wants them: every version outside of the Forge's list may
    /// count as in or out.
    fn set(&self, name: &ModuleName, range: &Range) -> Result<Ranges<Version>, Error> {
        let listed = self.forge.listed(name)?;
        let runs = listed.versions.chunk_by(|a, b| range.contains(a) == range.contains(b));
        let suiting = runs.filter(|run| range.contains(&run[0]));
        let bounds = suiting.filter_map(|run| {
            Some((Bound::Included(run.first()?.clone()), Bound::Included(run.last()?.clone())))
        });
        Ok(bounds.collect())
    }
}

impl Problem {
    /// Whether a name is ours to choose a release of.
    pub fn is_open(&self, name: &ModuleName) -> bool {
        let holder = self.taken.get(name.short());
        match holder {
            Some(holder) => holder.as_ref() == Some(name),
            None => !self.exclusions.iter().any(|excluded| {
                excluded.short() == name.short()
                    && excluded.owner().is_none_or(|owner| Some(owner) == name.owner())
            }),
        }
    }
}

impl DependencyProvider for Solver<'_> {
    type P = Package;
    type V = Version;
    type VS = Ranges<Version>;
    type Priority = (bool, u32, Reverse<usize>);
    type M = String;
    type Err = Error;

    /// First what has been in the way most often, then what leaves the least choice.
    fn prioritize(
        &self,
        package: &Package,
        range: &Ranges<Version>,
        statistics: &PackageResolutionStatistics,
    ) -> Self::Priority {
        let Package::Module(name) = package else { return (true, 0, Reverse(0)) };
        let choice = self
            .forge
            .listed(name)
            .map_or(0, |listed| listed.versions.iter().filter(|version| range.contains(*version)).count());
        (false, statistics.conflict_count(), Reverse(choice))
    }

    fn choose_version(&self, package: &Package, range: &Ranges<Version>) -> Result<Option<Version>, Error> {
        let Package::Module(name) = package else { return Ok(Some(ONLY)) };
        let listed = self.forge.listed(name)?;
        let preferred = self.problem.preferred.get(name);
        Ok(choose(&listed.versions, preferred, |version| range.contains(version)).cloned())
    }

    fn get_dependencies(
        &self,
        package: &Package,
        version: &Version,
    ) -> Result<Dependencies<Package, Ranges<Version>, String>, Error> {
        let mut constraints: DependencyConstraints<Package, Ranges<Version>> =
            DependencyConstraints::default();
        if *package == Package::Root {
            let askers = self.problem.askers.iter().map(|(asker, _)| Package::Asker(asker.clone()));
            constraints.extend(askers.map(|asker| (asker, Ranges::singleton(ONLY))));
        }
        for Requirement { name, range } in self.requirements(package, version)? {
            let set = self.set(&name, &range)?;
            let both = match constraints.get(&Package::Module(name.clone())) {
                Some(other) => other.intersection(&set),
                None => set,
            };
            constraints.insert(Package::Module(name), both);
        }
        Ok(Dependencies::Available(constraints))
    }
}
