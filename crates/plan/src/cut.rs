//! Cutting an order into runs. Which boundaries are legal stands at the head of the crate.

use std::collections::{BTreeMap, BTreeSet};

use crate::stage::Stage;
use crate::survey::Survey;

/// An image may have 127 layers, most of which should be the base's and the reader's own; and each costs a
/// mount.
const MOST: usize = 16;

/// Behind the first commands, what is smaller is not cut by kind any more.
const WORTH_CUTTING: usize = 16;

/// A layer to be: what it is, and positions in the catalog in the order of applying.
pub(crate) struct Run {
    pub stage: Stage,
    pub members: Vec<usize>,
    /// Whether it is a stretch within which no boundary is legal, and for real Puppet.
    is_block: bool,
}

/// Cuts. No run is empty.
pub(crate) fn cut(survey: &Survey<'_>, order: &[usize], stages: &[Stage]) -> Vec<Run> {
    let blocks = blocks(survey, order);
    let mut runs: Vec<Run> = Vec::new();
    let mut open = None;
    for (place, (position, stage)) in order.iter().zip(stages).enumerate() {
        let block = blocks.iter().position(|(first, last)| (*first..=*last).contains(&place));
        let stage = if block.is_some() { Stage::Commands } else { *stage };
        match runs.last_mut() {
            Some(run) if open == block && (block.is_some() || stays(run.stage, stage)) => {
                run.members.push(*position);
            }
            _ => runs.push(Run { stage, members: vec![*position], is_block: block.is_some() }),
        }
        open = block;
    }
    fuse(gather_small_rounds(runs))
}

/// The first accounts, configuration and commands are layers of their own. What comes behind commands goes
/// back to accounts and configuration, and so on, in rounds, many of them of one file and one command. A
/// layer begins with every round, so that commands are not repeated for what comes after them; but a small
/// round is one layer.
fn gather_small_rounds(runs: Vec<Run>) -> Vec<Run> {
    let is_plain = |run: &Run| !run.is_block && run.stage >= Stage::Accounts;
    let first =
        runs.iter().position(|run| run.stage == Stage::Commands).map_or(runs.len(), |place| place + 1);
    let mut gathered: Vec<Run> = Vec::new();
    let mut rest = runs.into_iter().enumerate().peekable();
    while let Some((place, run)) = rest.next() {
        if place < first || !is_plain(&run) {
            gathered.push(run);
            continue;
        }
        let mut round = vec![run];
        while let Some((_, next)) = rest
            .next_if(|(_, next)| is_plain(next) && round.last().is_some_and(|last| last.stage < next.stage))
        {
            round.push(next);
        }
        let size: usize = round.iter().map(|run| run.members.len()).sum();
        for run in round {
            match gathered.last_mut() {
                Some(open) if open.goes_on(&run, size) => open.take(run),
                _ => gathered.push(run),
            }
        }
    }
    gathered
}

impl Run {
    /// Whether the next run of a round of this `size` belongs to the same layer.
    fn goes_on(&self, next: &Self, size: usize) -> bool {
        let rises = self.stage < next.stage && self.stage >= Stage::Accounts && !self.is_block;
        rises && (size < WORTH_CUTTING || next.stage == Stage::Configuration)
    }

    fn take(&mut self, next: Self) {
        self.stage = next.stage;
        self.members.extend(next.members);
    }
}

/// Whether what is of one stage goes on in a run of another.
fn stays(open: Stage, next: Stage) -> bool {
    open == next || (open, next) == (Stage::Configuration, Stage::Accounts)
}

/// Stretches of the order, as first and last place, within which no boundary is legal: from the first to the
/// last resource of a module that brings several types which only Ruby knows. Those that meet are one.
/// Services that stand right before them go along, since it is these that they speak to.
fn blocks(survey: &Survey<'_>, order: &[usize]) -> Vec<(usize, usize)> {
    let mut families: BTreeMap<String, (BTreeSet<String>, usize, usize)> = BTreeMap::new();
    for (place, position) in order.iter().enumerate() {
        let name = survey.type_name(*position);
        if resources::types::find(&name).is_none() {
            let family = name.split('_').next().unwrap_or_default().to_owned();
            let (types, _, last) = families.entry(family).or_insert_with(|| (BTreeSet::new(), place, place));
            types.insert(name);
            *last = place;
        }
    }
    let mut stretches: Vec<(usize, usize)> = families
        .into_values()
        .filter(|(types, ..)| types.len() > 1)
        .map(|(_, first, last)| (after_other_than_services(survey, &order[..first]), last))
        .collect();
    stretches.sort_unstable();
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    for (first, last) in stretches {
        match blocks.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => blocks.push((first, last)),
        }
    }
    blocks
}

/// The place behind the last resource that is no service.
fn after_other_than_services(survey: &Survey<'_>, order: &[usize]) -> usize {
    let is_other = |position: &usize| survey.resource(*position).reference.type_name != "Service";
    order.iter().rposition(is_other).map_or(0, |place| place + 1)
}

/// What is beyond the limit goes into the last run, so that the first ones stay as they are whatever comes
/// later.
fn fuse(mut runs: Vec<Run>) -> Vec<Run> {
    if runs.len() > MOST {
        let members = runs.drain(MOST - 1..).flat_map(|run| run.members).collect();
        runs.push(Run { stage: Stage::Commands, members, is_block: true });
    }
    runs
}
