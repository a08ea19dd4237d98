//! The half that runs in the sandbox, as root of the image's root: a request comes in, the root is changed, and
//! events go out, in the words that real Puppet's driver uses too.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use catalog::Catalog;
use resources::{Level, Log, ModulePath, Observer, Report, Status, Surroundings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::commands::Commands;
use super::services::InBuild;

/// What is to be applied, in the paths of the sandbox.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// The catalog in Puppet's JSON.
    pub catalog: Value,
    pub modulepath: Vec<PathBuf>,
    /// The environment of every command.
    pub variables: Vec<(String, String)>,
    /// What counts as now, in seconds since 1970.
    pub now: i64,
}

/// Applies. Everything that can go wrong is an event; the exit code only says whether there was an answer.
pub(super) fn apply(request: &str) -> u8 {
    let outcome = serde_json::from_str(request).map_err(|error| error.to_string()).and_then(apply_request);
    if let Err(message) = outcome {
        tell(&json!({"event": "error", "message": message}));
    }
    0
}

fn apply_request(request: Request) -> Result<(), String> {
    let catalog = Catalog::from_json(&request.catalog).map_err(|error| error.to_string())?;
    drop(request.catalog);
    let commands = Commands { environment: request.variables };
    let runner = commands.clone();
    let mut system =
        system::Root::open(Path::new("/"), Box::new(move |command| runner.run(command))).map_err(told)?;
    let mut services = InBuild { commands, started: Vec::new() };
    let mut teller = Teller::new(&catalog);
    let surroundings = Surroundings {
        system: &mut system,
        sources: &ModulePath(request.modulepath),
        services: &mut services,
        observer: &mut teller,
    };
    let settings =
        resources::Settings { batch_packages: true, now: request.now, ..resources::Settings::default() };
    match resources::apply(&catalog, surroundings, &settings) {
        Ok(report) => tell(&end(&report, &services.started)),
        Err(resources::Error::Cycle { paths }) => {
            return Err(format!("resources wait for each other:\n{}", paths.join("\n")));
        }
        Err(error) => return Err(error.to_string()),
    }
    Ok(())
}

fn told(error: io::Error) -> String {
    format!("opening the root: {error}")
}

/// One line of JSON. If nobody listens any more, there is nobody to tell that either.
fn tell(event: &Value) {
    let _ = writeln!(io::stdout(), "{event}");
}

fn end(report: &Report, started: &[String]) -> Value {
    let failed = report.statuses.iter().filter(|status| status.failed || status.failed_to_restart);
    let skipped = report.statuses.iter().filter(|status| !status.failed_dependencies.is_empty());
    let wanted = report.services.iter().filter(|service| service.running == Some(true));
    json!({
        "event": "applied",
        "failed": failed.map(failure).collect::<Vec<_>>(),
        "skipped": skipped.map(|status| &status.resource).collect::<Vec<_>>(),
        "changed": report.changed(),
        "services": {"wanted": wanted.map(|service| &service.name).collect::<Vec<_>>(), "started": started},
    })
}

fn failure(status: &Status) -> Value {
    let failures = status.events.iter().filter(|event| event.outcome == resources::Outcome::Failure);
    let (file, line) = status.place.as_ref().map(|(file, line)| (file, line)).unzip();
    let messages: Vec<&str> = failures.map(|event| event.message.as_str()).collect();
    json!({"resource": status.resource, "file": file, "line": line, "messages": messages})
}

/// Turns what the engine says into events.
struct Teller {
    /// Manifest and line by resource.
    places: HashMap<String, (String, u32)>,
    at_work: String,
}

impl Teller {
    fn new(catalog: &Catalog) -> Self {
        let place = |resource: &catalog::Resource| {
            Some((resource.reference.to_string(), (resource.file.clone()?, resource.line?)))
        };
        Self { places: catalog.resources.iter().filter_map(place).collect(), at_work: String::new() }
    }
}

impl Observer for Teller {
    fn log(&mut self, log: &Log) {
        if log.level < Level::Notice {
            return;
        }
        let (file, line) = self.places.get(&self.at_work).map(|(file, line)| (file, line)).unzip();
        tell(&json!({
            "event": "log",
            "level": log.level.to_string(),
            "message": log.message,
            "source": log.source,
            "file": file,
            "line": line,
        }));
    }

    fn begin(&mut self, resource: &str, place: usize, total: usize) {
        if place == 1 {
            tell(&json!({"event": "begin", "total": total}));
        }
        resource.clone_into(&mut self.at_work);
        tell(&json!({"event": "begin", "resource": resource}));
    }
}
