//! What came of a run: log lines while it goes on, and a status of every resource at its end.

use std::collections::BTreeSet;
use std::fmt;

/// How much a line matters. In Puppet's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "Puppet's own words, which say it all")]
pub enum Level {
    Debug,
    Info,
    Notice,
    Warning,
    Err,
    Alert,
    Emerg,
    Crit,
}

impl Level {
    /// The level of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "debug" => Self::Debug,
            "info" | "verbose" => Self::Info,
            "notice" => Self::Notice,
            "warning" => Self::Warning,
            "err" => Self::Err,
            "alert" => Self::Alert,
            "emerg" => Self::Emerg,
            "crit" => Self::Crit,
            _ => return None,
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", format!("{self:?}").to_lowercase())
    }
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How much it matters.
    pub level: Level,
    /// The resource's path, with the property's name if it is about one; `Puppet` for the engine itself.
    pub source: String,
    /// The text.
    pub message: String,
}

/// How a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was made.
    Success,
    /// It could not be made.
    Failure,
    /// It would have been made.
    Noop,
}

/// A change, or an attempt at one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The property, if it is about one.
    pub property: Option<&'static str>,
    /// Puppet's name for it.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What it says.
    pub message: String,
    /// Whether a waiting refresh has become needless.
    pub(crate) invalidates_refreshes: bool,
}

/// What became of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// `Type[title]`.
    pub resource: String,
    /// Manifest and line.
    pub place: Option<(String, u32)>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Whether anything was changed.
    pub changed: bool,
    /// Whether it could not be brought to its state.
    pub failed: bool,
    /// Whether it was refreshed.
    pub restarted: bool,
    /// Whether a refresh failed.
    pub failed_to_restart: bool,
    /// Whether it was left alone: by tags, a schedule, or for what failed before it.
    pub skipped: bool,
    /// What failed before it.
    pub failed_dependencies: Vec<String>,
}

impl Status {
    pub(crate) fn add(&mut self, event: Event) {
        match event.outcome {
            Outcome::Success => self.changed = true,
            Outcome::Failure => self.failed = true,
            Outcome::Noop => {}
        }
        self.events.push(event);
    }
}

/// A service that the catalog wants in some state: what the image should run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// The service's name.
    pub name: String,
    /// Whether it should run; `None` if the catalog does not say.
    pub running: Option<bool>,
    /// Whether it should be started at boot.
    pub enable: Option<String>,
    /// How it is started, if the catalog says.
    pub start: Option<String>,
    /// How it is stopped, if the catalog says.
    pub stop: Option<String>,
    /// How one learns whether it runs, if the catalog says.
    pub status: Option<String>,
    /// Types of the resources that come after it, which may want to speak to it.
    pub later: BTreeSet<&'static str>,
}

/// The end of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every resource in the order of the catalog, generated ones included.
    pub statuses: Vec<Status>,
    /// Services, in the order in which they were met.
    pub services: Vec<Intent>,
}

impl Report {
    /// Whether nothing failed.
    pub fn success(&self) -> bool {
        self.statuses.iter().all(|status| !status.failed && !status.failed_to_restart)
    }

    /// Names of the resources that were changed.
    pub fn changed(&self) -> Vec<&str> {
        let changed = self.statuses.iter().filter(|status| status.changed);
        changed.map(|status| status.resource.as_str()).collect()
    }
}
