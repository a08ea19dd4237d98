//! The set of packages that a list of names needs, closed over `Depends` and `Pre-Depends`.
//!
//! What debootstrap does rather than what apt's solver does. First comes all that leaves no choice. Of
//! alternatives then the one that is chosen already, else the first that can be had and that nothing chosen
//! excludes; a package before those that provide its name; among providers the most important, then the
//! first by name. Recommendations play no part, and only candidates are considered.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use diagnostics::Hint;

use crate::relation::{self, Alternatives, Relation};
use crate::{Index, Package};

/// The package that every base has beside the essential ones, so that more can be installed in it.
const INSTALLER: &str = "apt";

/// No set fulfils what was asked for. Shows the chain from a wanted package to what it fails on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsatisfiable {
    /// Names and relations from the one asked for to the one that fails, e.g. `a`, `b (>= 2)`.
    pub chain: Vec<String>,
    /// What is wrong with the last of the chain.
    pub reason: String,
    /// Whether packages exclude each other, so that without one of them it might work.
    pub is_conflict: bool,
}

/// The packages of a base: what is essential or required, apt, the named extras, and all that these need.
/// In the order of names.
///
/// # Errors
/// [`Unsatisfiable`] for the first name or relation that cannot be fulfilled, or for two packages of the
/// set that exclude each other.
pub fn base<'a>(
    index: &'a Index,
    architecture: &str,
    extras: &[&str],
) -> Result<Vec<Package<'a>>, Unsatisfiable> {
    let names: Vec<&str> = index.base().map(|package| package.name).collect();
    of(index, architecture, names.into_iter().chain([INSTALLER]).chain(extras.iter().copied()))
}

/// The named packages and all that they need. In the order of names.
///
/// # Errors
/// As for [`base`].
pub fn of<'a, 'n>(
    index: &'a Index,
    architecture: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Result<Vec<Package<'a>>, Unsatisfiable> {
    let mut closure = Closure {
        index,
        architecture,
        chosen: BTreeMap::new(),
        order: Vec::new(),
        providers: BTreeMap::new(),
        impossible: BTreeMap::new(),
    };
    // All that is named is chosen before any alternative is decided.
    for name in names {
        let Some(package) = index.get(name).or_else(|| Some(index.providers(name).first()?.0)) else {
            return Err(Unsatisfiable::new(vec![name.to_owned()], closure.why_not(&Relation::named(name))));
        };
        closure.choose(package);
    }
    let named = closure.chosen.values().map(|package| (*package, vec![package.name.to_owned()]));
    closure.settle(named.collect())?;
    Ok(closure.chosen.into_values().collect())
}

struct Closure<'a, 'c> {
    index: &'a Index,
    architecture: &'c str,
    chosen: BTreeMap<&'a str, Package<'a>>,
    /// The names in the order they were chosen: what a failed alternative takes back.
    order: Vec<&'a str>,
    /// Which chosen packages provide a name.
    providers: BTreeMap<&'a str, Vec<&'a str>>,
    /// Candidates that were tried and failed; they fail whatever else is chosen.
    impossible: BTreeMap<&'a str, Unsatisfiable>,
}

impl<'a> Closure<'a, '_> {
    /// Fulfils all that chosen packages depend on; with each goes the chain that led to it. On failure, what
    /// was chosen on the way stays: the caller takes it back.
    fn settle(&mut self, packages: VecDeque<(Package<'a>, Vec<String>)>) -> Result<(), Unsatisfiable> {
        let (mut queue, mut undecided) = (packages, Vec::new());
        while let Some((package, chain)) = queue.pop_front() {
            let needs = self.needs(package).map_err(|error| error.below(chain.clone()))?;
            for group in needs {
                if self.is_any_fulfilled(&group) {
                    continue;
                }
                let mut choices = group.iter().flat_map(|relation| {
                    self.choices(relation).into_iter().map(move |package| (relation.to_string(), package))
                });
                match (choices.next(), choices.next()) {
                    (Some((relation, only)), None) => {
                        self.choose(only);
                        queue.push_back((only, [&chain[..], &[relation]].concat()));
                    }
                    _ => undecided.push((group, chain.clone())),
                }
            }
        }
        self.check_conflicts()?;
        for (group, chain) in undecided.into_iter() {
            self.decide(&group).map_err(|error| error.below(chain))?;
        }
        Ok(())
    }

    /// What a package depends on here; of each alternatives only those that hold.
    fn needs(&self, package: Package<'a>) -> Result<Vec<Alternatives<'a>>, Unsatisfiable> {
        let mut needs = Vec::new();
        for field in [package.pre_depends, package.depends] {
            let groups =
                relation::parse(field).map_err(|error| Unsatisfiable::new(Vec::new(), error.to_string()))?;
            needs.extend(groups);
        }
        for group in &mut needs {
            group.retain(|relation| relation.holds_on(self.architecture));
        }
        needs.retain(|group| !group.is_empty());
        Ok(needs)
    }

    /// Fulfils one of the alternatives. The error is that of the first.
    fn decide(&mut self, group: &[Relation<'a>]) -> Result<(), Unsatisfiable> {
        if self.is_any_fulfilled(group) {
            return Ok(());
        }
        let mut failure: Option<Unsatisfiable> = None;
        for relation in group {
            let choices = self.choices(relation);
            let missing = choices.is_empty().then(|| Unsatisfiable::new(Vec::new(), self.why_not(relation)));
            let mut errors = Vec::from_iter(missing);
            for package in choices {
                match self.try_choice(package) {
                    Ok(()) => return Ok(()),
                    Err(error) => errors.push(error),
                }
            }
            for error in errors {
                let is_conflict = error.is_conflict;
                failure.get_or_insert_with(|| error.below(vec![relation.to_string()])).is_conflict |=
                    is_conflict;
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Chooses a package and all it needs, or nothing.
    fn try_choice(&mut self, package: Package<'a>) -> Result<(), Unsatisfiable> {
        if let Some(error) = self.impossible.get(package.name) {
            return Err(error.clone());
        }
        let mark = self.order.len();
        self.choose(package);
        self.settle(VecDeque::from([(package, Vec::new())])).inspect_err(|error| {
            self.take_back(mark);
            if !error.is_conflict {
                self.impossible.insert(package.name, error.clone());
            }
        })
    }

    /// The candidates that fulfil a relation, the preferred one first.
    fn choices(&self, relation: &Relation<'a>) -> Vec<Package<'a>> {
        if !self.is_native(relation) {
            return Vec::new();
        }
        let real = self.index.get(relation.name).filter(|package| relation.accepts(package.version));
        let providers = self.index.providers(relation.name).into_iter();
        let providers = providers.filter(|(_, version)| provides_enough(relation, *version));
        real.into_iter().chain(providers.map(|(package, _)| package)).collect()
    }

    fn is_any_fulfilled(&self, group: &[Relation<'_>]) -> bool {
        group.iter().any(|relation| self.is_fulfilled(relation))
    }

    fn is_fulfilled(&self, relation: &Relation<'_>) -> bool {
        self.is_native(relation)
            && (self.chosen.get(relation.name).is_some_and(|package| relation.accepts(package.version))
                || self.chosen_providers(relation).next().is_some())
    }

    /// The chosen packages that provide what the relation is about.
    fn chosen_providers(&self, relation: &Relation<'_>) -> impl Iterator<Item = Package<'a>> {
        let names = self.providers.get(relation.name).into_iter().flatten();
        names.filter_map(|name| self.chosen.get(name).copied()).filter(|package| {
            let provided = relation::parse(package.provides).unwrap_or_default();
            provided.iter().flatten().any(|provided| {
                provided.name == relation.name
                    && provides_enough(relation, provided.version.map(|(_, version)| version))
            })
        })
    }

    /// Whether a package of our architecture can fulfil the relation at all.
    fn is_native(&self, relation: &Relation<'_>) -> bool {
        relation.qualifier.is_none_or(|name| matches!(name, "any" | "native") || name == self.architecture)
    }

    fn choose(&mut self, package: Package<'a>) {
        if self.chosen.insert(package.name, package).is_none() {
            self.order.push(package.name);
            for provided in relation::parse(package.provides).unwrap_or_default().iter().flatten() {
                self.providers.entry(provided.name).or_default().push(package.name);
            }
        }
    }

    fn take_back(&mut self, mark: usize) {
        for name in self.order.drain(mark..) {
            self.chosen.remove(name);
            for providers in self.providers.values_mut() {
                providers.retain(|provider| *provider != name);
            }
        }
    }

    /// Whether any two of the set exclude each other.
    fn check_conflicts(&self) -> Result<(), Unsatisfiable> {
        for package in self.chosen.values() {
            for (verb, field) in [("conflicts with", package.conflicts), ("breaks", package.breaks)] {
                for relation in relation::parse(field).unwrap_or_default().iter().flatten() {
                    let real = self.chosen.get(relation.name).copied();
                    let real = real.filter(|other| relation.accepts(other.version));
                    // A package may exclude all others that provide a name that it provides itself.
                    let mut others = real.into_iter().chain(self.chosen_providers(relation));
                    let Some(other) = others.find(|other| other.name != package.name) else { continue };
                    if relation.holds_on(self.architecture) && self.is_native(relation) {
                        let (name, other) = (package.name, other.name);
                        let reason = format!("`{name}` {verb} `{relation}`, and `{other}` is needed too");
                        return Err(Unsatisfiable {
                            is_conflict: true,
                            ..Unsatisfiable::new(Vec::new(), reason)
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn why_not(&self, relation: &Relation<'_>) -> String {
        if !self.is_native(relation) {
            return format!("only packages for `{}` can be had", self.architecture);
        }
        match self.index.get(relation.name) {
            Some(package) => format!("the archive has version {}", package.version),
            None => "the archive has no such package".to_owned(),
        }
    }
}

/// Whether a name provided in this version fulfils a relation to it.
fn provides_enough(relation: &Relation<'_>, version: Option<crate::Version<'_>>) -> bool {
    relation.version.is_none() || version.is_some_and(|version| relation.accepts(version))
}

impl Unsatisfiable {
    fn new(chain: Vec<String>, reason: String) -> Self {
        Self { chain, reason, is_conflict: false }
    }

    fn below(mut self, chain: Vec<String>) -> Self {
        self.chain.splice(..0, chain);
        self
    }
}

impl fmt::Display for Unsatisfiable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, link) in self.chain.iter().enumerate() {
            match depth {
                0 => write!(f, "`{link}`")?,
                1 => write!(f, " depends on `{link}`")?,
                _ => write!(f, ", which depends on `{link}`")?,
            }
        }
        let separator = if self.chain.is_empty() { "" } else { ": " };
        write!(f, "{separator}{}", self.reason)
    }
}

impl std::error::Error for Unsatisfiable {}

impl Hint for Unsatisfiable {
    fn hint(&self) -> Option<String> {
        let hint = match self.chain.len() {
            _ if self.is_conflict => "leave out one of the packages that exclude each other",
            0 | 1 => "check the package's name, and whether its component is among those of the base",
            _ => "the suites of the archive may not fit together; check which of them the base uses",
        };
        Some(hint.to_owned())
    }
}

#[cfg(test)]
mod tests;
