//! Applying a catalog with our own resource types: this half asks, the other half ([`inside`]) works in the
//! sandbox, where paths are the image's and ids are mapped.
//!
//! Nothing of real Puppet is needed or mounted. The catalog goes from memory to memory.

mod commands;
mod inside;
mod services;
mod unit;

use catalog::Catalog;
use progress::Progress;
use puppet::{Applied, Environment, Listener};
use sandbox::{Output, Sandbox, Work};

use self::inside::Request;
use crate::Error;
use crate::error::Foreign;

/// Counts up when what a native type does to a root changes: layers made before are then made again.
pub(crate) const VERSION: u32 = 1;

/// What this program can be asked to do in a sandbox; see [`sandbox::entry`].
pub const APPLY: Work = Work { name: "apply a catalog", run: inside::apply };

/// What a catalog is applied with.
pub(crate) struct Task<'a> {
    pub catalog: &'a puppet::Catalog,
    /// Whose modules serve files.
    pub environment: &'a Environment,
    /// The environment of every command that a resource runs.
    pub variables: Vec<(String, String)>,
    /// What counts as now, in seconds since 1970.
    pub now: u64,
}

/// The resources of a catalog that only real Puppet can apply. A catalog that cannot be read is foreign as a
/// whole.
pub(crate) fn foreign(catalog: &puppet::Catalog, environment: &Environment) -> Vec<Foreign> {
    let whole = |reason| vec![Foreign { resource: "the catalog".into(), reason, declared: None }];
    let catalog = match Catalog::from_json(catalog.json()) {
        Ok(catalog) => catalog,
        Err(error) => return whole(error.to_string()),
    };
    let place = |reference: &str| {
        let found = catalog.resources.iter().find(|one| one.reference.to_string() == reference)?;
        Some((environment.for_people(found.file.as_deref()?).into(), found.line?))
    };
    let found = resources::foreign(&catalog).into_iter();
    found.map(|(resource, reason)| Foreign { declared: place(&resource), resource, reason }).collect()
}

/// Applies a catalog in `sandbox`, whose root is the image's. Change lines go to `progress` as notes. Any resource
/// that fails is an error.
pub(crate) fn apply(sandbox: Sandbox, task: Task<'_>, progress: &dyn Progress) -> Result<Applied, Error> {
    let environment = task.environment;
    let request = Request {
        catalog: task.catalog.json().clone(),
        modulepath: environment.inside_modulepath().into_iter().map(Into::into).collect(),
        variables: task.variables,
        now: task.now.cast_signed(),
    };
    let request = serde_json::to_string(&request).expect("a request is plain data");
    let sandbox = environment.module_mounts().into_iter().fold(sandbox, Sandbox::mount);
    let mut listener = Listener::new(environment, progress);
    let mut words = Vec::new();
    let exit = sandbox.work(APPLY.name, request, &mut |output| match output {
        Output::Stdout(line) if listener.hear(&line) => {}
        Output::Stdout(line) | Output::Stderr(line) => words.push(line),
    })?;
    let outcome = listener.finish();
    match outcome {
        Ok(_) if !exit.killed.is_empty() => Err(puppet::Error::Unstoppable(exit.killed).into()),
        Ok(outcome) => Ok(outcome?),
        Err(complaints) => {
            words.push(complaints);
            Err(Error::Applying { exit: exit.to_string(), words: words.join("\n") })
        }
    }
}
