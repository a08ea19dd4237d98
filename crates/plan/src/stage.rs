//! What a resource is to the plan: which of the runs it belongs to.

use std::collections::BTreeSet;

use catalog::Value;
use serde::{Deserialize, Serialize};

use crate::arrange::prepares;
use crate::survey::Survey;

/// The runs that an order is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// What packages need: package sources, keys, answers, and whatever else packages wait for.
    Groundwork,
    /// Packages.
    Packages,
    /// Users, groups and directories.
    Accounts,
    /// Files and what is in them.
    Configuration,
    /// Commands, services, and types that only Ruby knows.
    Commands,
}

impl Stage {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Groundwork => "what packages need",
            Self::Packages => "packages",
            Self::Accounts => "accounts and directories",
            Self::Configuration => "configuration",
            Self::Commands => "commands and services",
        }
    }
}

/// The stage of everything in `order`.
pub(crate) fn stages(survey: &Survey<'_>, order: &[usize]) -> Vec<Stage> {
    let needed = needed_by_packages(survey, order);
    let own: Vec<Option<Stage>> = order
        .iter()
        .map(
            |position| {
                if needed.contains(position) { Some(Stage::Groundwork) } else { by_type(survey, *position) }
            },
        )
        .collect();
    let own = settle_services(&own);
    fill_groundwork(own)
}

/// What a package that comes later waits for, or relies on.
fn needed_by_packages(survey: &Survey<'_>, order: &[usize]) -> BTreeSet<usize> {
    let is_package = |position: &usize| survey.resource(*position).reference.type_name == "Package";
    let mut needed = survey.before(order.iter().copied().filter(is_package));
    let last = order.iter().rposition(is_package).unwrap_or(0);
    let preparing = order[..last].iter().filter(|position| prepares(survey.resource(**position)));
    needed.extend(preparing);
    needed.retain(|position| !is_package(position));
    needed
}

/// By the type alone; `None` for what fits in anywhere.
fn by_type(survey: &Survey<'_>, position: usize) -> Option<Stage> {
    let resource = survey.resource(position);
    let name = survey.type_name(position);
    Some(match name.as_str() {
        "package" => Stage::Packages,
        "user" | "group" => Stage::Accounts,
        "file" => {
            let ensure = resource.parameter("ensure").and_then(Value::as_text);
            let empty = resource.parameter("source").is_none();
            if ensure == Some("directory") && empty { Stage::Accounts } else { Stage::Configuration }
        }
        "service" | "notify" => return None,
        "exec" => Stage::Commands,
        other if resources::types::find(other).is_some() => Stage::Configuration,
        _ => Stage::Commands,
    })
}

/// A service between files stays with the files: cutting there would only make layers. At the end, and
/// before commands, it goes with the commands.
fn settle_services(own: &[Option<Stage>]) -> Vec<Stage> {
    let mut settled = Vec::with_capacity(own.len());
    for (place, stage) in own.iter().enumerate() {
        let next = own[place..].iter().flatten().next();
        let before = settled.last();
        settled.push(stage.unwrap_or(match (before, next) {
            (Some(Stage::Accounts | Stage::Configuration), Some(Stage::Accounts | Stage::Configuration)) => {
                Stage::Configuration
            }
            _ => Stage::Commands,
        }));
    }
    settled
}

/// Between two things that the next packages need, everything counts as needed: one layer instead of many
/// that stand and fall together.
fn fill_groundwork(mut stages: Vec<Stage>) -> Vec<Stage> {
    let mut first: Option<usize> = None;
    for place in 0..stages.len() {
        match stages[place] {
            Stage::Packages => first = None,
            Stage::Groundwork => {
                if let Some(first) = first {
                    stages[first..place].fill(Stage::Groundwork);
                }
                first = Some(place);
            }
            _ => {}
        }
    }
    stages
}
