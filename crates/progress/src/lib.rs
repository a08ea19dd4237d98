//! How libraries tell what they are doing. They never print; they are handed a [`Progress`], and the
//! command line crate decides whether that is a bar, a plain line or nothing.
//!
//! Deliberately unaware of terminals, time and formats.

/// What a task counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of a download or an archive.
    Bytes,
    /// Things: packages, files, resources.
    Items,
}

/// Receives what happens. Shared between threads.
pub trait Progress: Sync {
    /// A piece of work begins, e.g. `fetching 84 packages`. `total` is in `unit`s, where it is known.
    fn begin(&self, what: &str, total: Option<u64>, unit: Unit) -> Box<dyn Task>;

    /// One line worth keeping, e.g. a resource's change. Never needed to understand the result.
    fn note(&self, line: &str);

    /// Something the user should look at although the work goes on.
    fn warn(&self, line: &str);
}

/// One piece of work under way. Dropping it without [`Task::done`] means that it was given up.
pub trait Task: Send + Sync {
    /// This many more units are through.
    fn advance(&self, units: u64);

    /// What the task is busy with at this moment, e.g. a package's name.
    fn busy_with(&self, what: &str);

    /// Finished; `summary` stays visible, e.g. `84 packages, 61 MB`. Empty: the task's own name will do.
    fn done(self: Box<Self>, summary: &str);
}

/// Swallows everything: for tests and for callers who do not care.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>, _: Unit) -> Box<dyn Task> {
        Box::new(Silent)
    }
    fn note(&self, _: &str) {}
    fn warn(&self, _: &str) {}
}

impl Task for Silent {
    fn advance(&self, _: u64) {}
    fn busy_with(&self, _: &str) {}
    fn done(self: Box<Self>, _: &str) {}
}
