//! Why no choice of releases suits everyone: PubGrub's proof, told as who asks for what.
//!
//! The proof is a tree of deductions; its leaves are plain facts about requests and releases, and these are what
//! somebody has to change. So the leaves are told, in the words of those who wrote them, and the deductions are not.

use pubgrub::{DerivationTree, External, Ranges};

use super::solver::{Package, Solver};
use crate::Version;

type Tree = DerivationTree<Package, Ranges<Version>, String>;
type Leaf = External<Package, Ranges<Version>, String>;

/// More would not be read.
const MOST_CLAUSES: usize = 12;

/// The facts that exclude each other, each once, those about the Puppetfile first.
pub(super) fn clauses(tree: &Tree, solver: &Solver<'_>) -> Vec<String> {
    let mut facts: Vec<(bool, String)> = Vec::new();
    leaves(tree, &mut |leaf| {
        for (is_root, clause) in clauses_of(leaf, solver) {
            if !facts.iter().any(|(_, known)| *known == clause) {
                facts.push((is_root, clause));
            }
        }
    });
    facts.sort_by_key(|(is_root, _)| !is_root);
    let more = facts.len().saturating_sub(MOST_CLAUSES);
    let mut clauses: Vec<String> = facts.into_iter().map(|(_, clause)| clause).take(MOST_CLAUSES).collect();
    if more > 0 {
        clauses.push(format!("and {more} more"));
    }
    clauses
}

fn leaves(tree: &Tree, visit: &mut dyn FnMut(&Leaf)) {
    match tree {
        DerivationTree::External(leaf) => visit(leaf),
        DerivationTree::Derived(derived) => {
            leaves(&derived.cause1, visit);
            leaves(&derived.cause2, visit);
        }
    }
}

/// A leaf in words, and whether the Puppetfile is the one who asks.
fn clauses_of(leaf: &External<Package, Ranges<Version>, String>, solver: &Solver<'_>) -> Vec<(bool, String)> {
    match leaf {
        External::FromDependencyOf(asker, versions, Package::Module(name), _) => {
            let is_root = !matches!(asker, Package::Module(_));
            let versions = versions_in(asker, versions, solver);
            let mut texts: Vec<String> = Vec::new();
            for version in &versions {
                let asked = solver.requirements(asker, version).unwrap_or_default();
                for one in asked.into_iter().filter(|one| one.name == *name) {
                    let text = one.range.to_string();
                    if !texts.contains(&text) {
                        texts.push(text);
                    }
                }
            }
            let who = described(asker, &versions, solver);
            let asked = match texts.as_slice() {
                [any] if *any == crate::Range::any().to_string() => String::new(),
                _ => format!(" `{}`", texts.join("` or `")),
            };
            let mut clauses = vec![(is_root, format!("{who} asks for `{name}`{asked}"))];
            let known = solver.forge.listed(name).map(|listed| listed.newest().cloned());
            match known {
                Ok(None) => clauses
                    .push((false, format!("there is no module `{name}` on {}", solver.forge.address()))),
                Ok(Some(newest)) if none_suits(solver, name, &texts) => {
                    clauses.push((
                        false,
                        format!("no release of `{name}` is in that range, the newest is {newest}"),
                    ));
                }
                _ => {}
            }
            clauses
        }
        // That a set of versions is empty follows from the requests that cut it.
        _ => Vec::new(),
    }
}

fn none_suits(solver: &Solver<'_>, name: &crate::ModuleName, texts: &[String]) -> bool {
    let ranges: Vec<crate::Range> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    solver.forge.listed(name).is_ok_and(|listed| {
        !listed.versions.iter().any(|version| ranges.iter().any(|range| range.contains(version)))
    })
}

/// The known versions of an asker in a set.
fn versions_in(asker: &Package, set: &Ranges<Version>, solver: &Solver<'_>) -> Vec<Version> {
    match asker {
        Package::Module(name) => solver.forge.listed(name).map_or_else(
            |_| Vec::new(),
            |listed| listed.versions.iter().filter(|version| set.contains(*version)).cloned().collect(),
        ),
        _ => vec![Version::new(0, 0, 0)],
    }
}

fn described(asker: &Package, versions: &[Version], solver: &Solver<'_>) -> String {
    let Package::Module(name) = asker else { return asker.to_string() };
    let all = solver.forge.listed(name).map_or(0, |listed| listed.versions.len());
    match versions {
        [] => format!("`{name}`"),
        [only] => format!("`{name}` {only}"),
        many if many.len() == all => format!("every release of `{name}`"),
        [first, .., last] => format!("`{name}` {first} to {last}"),
    }
}
