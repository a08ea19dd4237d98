//! The door: a catalog goes in, a machine is changed, a report comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use catalog::Catalog;
use system::System;

use crate::error::Error;
use crate::report::{Intent, Level, Log, Report};
use crate::resource::Resource;
use crate::transaction::Transaction;

/// How a catalog is applied.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Changes are only told, unless a resource says otherwise.
    pub noop: bool,
    /// Only resources with one of these tags; all if there are none.
    pub tags: Vec<String>,
    /// No resources with one of these tags.
    pub skip_tags: Vec<String>,
    /// Packages that wait for nothing but each other are installed by one run of the package manager.
    pub batch_packages: bool,
    /// The time that counts as now, in seconds since 1970; for `tidy`.
    pub now: i64,
}

/// What is served from outside the root.
pub trait Sources {
    /// The host's path of `puppet:///modules/MODULE/PATH`.
    fn module_file(&self, module: &str, path: &str) -> Option<PathBuf>;
}

/// Modules on a path of the host's, the first with the name wins.
pub struct ModulePath(pub Vec<PathBuf>);

impl Sources for ModulePath {
    fn module_file(&self, module: &str, path: &str) -> Option<PathBuf> {
        let found = self.0.iter().map(|folder| folder.join(module)).find(|folder| folder.is_dir())?;
        // What a module serves lies in it; `..` is no part of a path in it.
        let inside = !path.split('/').any(|part| part == "..");
        inside.then(|| found.join("files").join(path))
    }
}

/// Services in a build: there is no init system, so that starting one is the caller's matter.
pub trait Services {
    /// Whether a service runs; `None` if that is as the catalog wants it, which is what a build takes it to
    /// be.
    fn is_running(&mut self, _intent: &Intent) -> Option<bool> {
        None
    }

    /// Starts one. The error is told as the resource's.
    fn start(&mut self, _intent: &Intent) -> Result<(), String> {
        Ok(())
    }

    /// Stops one.
    fn stop(&mut self, _intent: &Intent) -> Result<(), String> {
        Ok(())
    }

    /// Restarts one, because of what it subscribes to.
    fn restart(&mut self, _intent: &Intent) -> Result<(), String> {
        Ok(())
    }
}

/// No service is ever started; each is only recorded.
pub struct Recorded;

impl Services for Recorded {}

/// Hears what happens while it does.
pub trait Observer {
    /// A log line.
    fn log(&mut self, log: &Log);

    /// A resource's turn comes; `place` counts from 1 among `total`.
    fn begin(&mut self, _resource: &str, _place: usize, _total: usize) {}
}

/// Keeps the lines.
impl Observer for Vec<Log> {
    fn log(&mut self, log: &Log) {
        self.push(log.clone());
    }
}

/// Everything that applying touches.
pub struct Surroundings<'a> {
    /// The machine.
    pub system: &'a mut dyn System,
    /// Files of modules.
    pub sources: &'a dyn Sources,
    /// Starting and stopping.
    pub services: &'a mut dyn Services,
    /// Who hears of it.
    pub observer: &'a mut dyn Observer,
}

/// What a provider works with.
pub struct Context<'a> {
    /// The machine.
    pub system: &'a mut dyn System,
    /// Files of modules.
    pub sources: &'a dyn Sources,
    /// Starting and stopping.
    pub services: &'a mut dyn Services,
    /// Who hears of it.
    pub observer: &'a mut dyn Observer,
    /// How the catalog is applied.
    pub settings: &'a Settings,
    /// The catalog's resources; the one at work is missing from among them.
    pub peers: &'a [Resource],
    /// What resources of a run share.
    pub shared: &'a mut Shared,
}

/// What resources of a run share.
#[derive(Default)]
pub struct Shared {
    /// Services that were met.
    pub services: Vec<Intent>,
    /// Types of the resources that come after the service at work.
    pub later: BTreeSet<&'static str>,
    /// Packages that may be installed together with the one at work.
    pub batch: Vec<String>,
    /// Packages that were installed before it was their turn.
    pub installed_early: BTreeSet<String>,
    /// Values that one resource leaves for another: attributes by reference.
    pub handed_on: BTreeMap<(String, &'static str), catalog::Value>,
    /// Texts that are told once.
    pub told_once: BTreeSet<String>,
}

impl Context<'_> {
    /// Tells a line about a resource.
    pub fn tell(&mut self, level: Level, resource: &Resource, message: impl Into<String>) {
        self.observer.log(&Log { level, source: resource.path.clone(), message: message.into() });
    }

    /// Tells a line about a resource's property.
    pub fn tell_of(&mut self, level: Level, resource: &Resource, property: &str, message: impl Into<String>) {
        let source = format!("{}/{property}", resource.path);
        self.observer.log(&Log { level, source, message: message.into() });
    }

    /// Tells a line of the engine's own.
    pub fn tell_all(&mut self, level: Level, message: impl Into<String>) {
        self.observer.log(&Log { level, source: "Puppet".into(), message: message.into() });
    }

    /// Whether a resource's changes are only told.
    pub fn is_noop(&self, resource: &Resource) -> bool {
        resource.noop.unwrap_or(self.settings.noop)
    }
}

/// Applies a catalog. An error means that nothing was changed; resources that fail are in the report.
pub fn apply<'a>(
    catalog: &Catalog,
    surroundings: Surroundings<'a>,
    settings: &'a Settings,
) -> Result<Report, Error> {
    if let Some((reference, reason)) = crate::native::first_foreign(catalog) {
        return Err(Error::NotNative { reference, reason });
    }
    Transaction::new(catalog, surroundings, settings)?.run()
}
