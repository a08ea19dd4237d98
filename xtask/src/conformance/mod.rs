//! `cargo xtask conformance`: our answers beside those of real Puppet.
//!
//! Real Puppet is the *oracle*: a folder with a program `run` that takes the name of a script and cases as
//! JSON lines, as the crate `conformance` does. The variable `PUPPET_ORACLE` says where it is; without it
//! there is nobody to ask, and what needs it is left out. Modules for it to read lie in `modules` of the root
//! that `ORACLE_ROOT` names.

mod cases;
mod compare;
mod mutate;
mod oracle;

use anyhow::{Context, Result, bail};

use crate::shell::{say, section};
use cases::Case;
use compare::Tally;
use oracle::Oracle;

/// How many mutations are kept as cases.
const KEPT: usize = 2000;

/// Runs a command, which is what follows `conformance`.
pub fn run(arguments: &[&str]) -> Result<()> {
    let Some(oracle) = Oracle::from_environment()? else {
        say("PUPPET_ORACLE is not set: NOTHING IS COMPARED with real Puppet");
        return Ok(());
    };
    match arguments {
        ["parse"] => parse(&oracle),
        ["mutate", rest @ ..] => mutated(&oracle, rest),
        ["record"] => record(&oracle),
        _ => bail!("expected `parse`, `mutate [COUNT [SEED]]` or `record`"),
    }
}

/// All manifests and templates of the oracle's modules, and all cases of the crate `syntax`.
fn parse(oracle: &Oracle) -> Result<()> {
    section("syntax: the oracle's modules");
    let modules = compared(oracle, &cases::of_modules(&oracle.root())?)?;
    section("syntax: our cases");
    let own = compared(oracle, &cases::of_syntax()?)?;
    modules.require()?;
    own.require()
}

/// Mutations of what Puppet accepts: as many as are asked for, of those that a number stands for.
fn mutated(oracle: &Oracle, arguments: &[&str]) -> Result<()> {
    let number = |place: usize, default: u64| match arguments.get(place) {
        Some(text) => text.parse().with_context(|| format!("expected a number, found `{text}`")),
        None => Ok(default),
    };
    let (count, seed) = (number(0, 5000)?, number(1, 1)?);
    section(&format!("syntax: {count} mutations, seed {seed}"));
    let count = usize::try_from(count).context("a count")?;
    compared(oracle, &mutate::mutations(&accepted()?, count, seed))?.require()
}

/// Asks the oracle about all cases of `syntax` anew, and about the mutations that are kept beside them.
fn record(oracle: &Oracle) -> Result<()> {
    section("recording the oracle's answers");
    let mut cases = Vec::new();
    let files: Vec<_> =
        cases::files()?.into_iter().filter(|file| !file.ends_with(cases::MUTATIONS)).collect();
    for file in &files {
        cases.push(cases::read(file)?);
    }
    // All at once: the oracle takes longer to start than to answer.
    let mut answered = oracle.answered(cases.concat())?.into_iter();
    for (file, cases) in files.iter().zip(&cases) {
        cases::write(file, answered.by_ref().take(cases.len()).collect())?;
    }
    let kept = mutate::mutations(&accepted()?, KEPT, 0);
    cases::write(&cases::folder().join(cases::MUTATIONS), oracle.answered(kept)?)
}

/// The cases that Puppet accepts, of those that were thought of.
fn accepted() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for file in cases::files()?.iter().filter(|file| !file.ends_with(cases::MUTATIONS)) {
        cases.extend(cases::read(file)?.into_iter().filter(|case| case["expected"].get("pn").is_some()));
    }
    Ok(cases)
}

fn compared(oracle: &Oracle, cases: &[Case]) -> Result<Tally> {
    let (expected, actual) = (oracle.ask("parse.rb", cases)?, oracle::ours("parse", &oracle.root(), cases)?);
    let tally = Tally::of(cases, &expected, &actual)?;
    say(&tally.to_string());
    Ok(tally)
}
