//! From a catalog to a changed image root, by real Puppet mounted from the tools root.

use std::path::Path;

use progress::{Progress, Task, Unit};
use sandbox::{Mount, Sandbox};
use serde_json::{Value, json};

use crate::driver::{CATALOG, Driver};
use crate::events::{Event, Failure};
use crate::tools::TOOLS;
use crate::{Catalog, Environment, Error, FailedResource, Tools};

/// What to apply, and to what.
pub struct ApplyRequest<'a> {
    /// The desired state.
    pub catalog: &'a Catalog,
    /// Whose modules serve files, types and providers.
    pub environment: &'a Environment,
    /// The node's name.
    pub certname: &'a str,
    /// The facts that providers may ask for.
    pub facts: &'a Value,
    /// Environment variables for every command that a resource runs.
    pub variables: &'a [(String, String)],
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Resources that were changed, as Puppet writes them.
    pub changed: Vec<String>,
    /// What became of services.
    pub services: Services,
}

/// Services of a catalog in a build, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Services {
    /// Those that the catalog wants running.
    pub wanted: Vec<String>,
    /// Those that were started for later resources and stopped again.
    pub started: Vec<String>,
}

/// Applies a catalog in `sandbox`, whose root is the image's. `scratch` is a folder of the caller's. Change
/// lines go to `progress` as notes. Any resource that fails is an error.
pub fn apply(
    tools: &Tools,
    sandbox: Sandbox,
    request: &ApplyRequest<'_>,
    scratch: &Path,
    progress: &dyn Progress,
) -> Result<Applied, Error> {
    let environment = request.environment;
    let driver = Driver::lay_out(scratch)?;
    driver.write(
        "catalog.json",
        &serde_json::to_vec(&request.catalog.0).expect("JSON values can be written"),
    )?;
    let tools_mount = Mount::Bind { source: tools.root().to_owned(), target: TOOLS.into(), writable: false };
    let mounts = environment.module_mounts().into_iter().chain(driver.mounts()).chain([tools_mount]);
    let sandbox = mounts.fold(sandbox, Sandbox::mount);
    let words = json!({
        "tools": TOOLS,
        "directory": environment.inside_directory(),
        "modulepath": environment.inside_modulepath(),
        "certname": request.certname,
        "facts": request.facts,
        "log_level": "notice",
        "catalog": CATALOG,
    });
    let variables =
        tools.environment_elsewhere().into_iter().chain(request.variables.iter().cloned()).collect();
    let mut listener = Listener::new(environment, progress);
    driver.run(&sandbox, "apply.rb", (tools.ruby_elsewhere(), variables), &words, &mut |event| {
        listener.take(event)
    })?;
    let died = |words: &str| Error::Died {
        script: "apply.rb".into(),
        exit: "no answer".into(),
        words: words.to_owned(),
    };
    listener.finish().unwrap_or_else(|words| Err(died(&words)))
}

/// Puppet's own words for each resource that it does not try.
const SKIPPING: &str = "Skipping because of failed dependencies";

/// How much of a failed command's output is told.
const LAST_LINES: usize = 30;

/// Puppet logs for itself or for a resource; only the latter is worth naming.
fn with_source(source: &str, text: &str) -> String {
    if source == "Puppet" { text.to_owned() } else { format!("{source}: {text}") }
}

/// Hears the events of whoever applies a catalog, real Puppet's driver or another that speaks as it does, and
/// gathers what came of it. Change lines become notes.
pub struct Listener<'a> {
    environment: &'a Environment,
    progress: &'a dyn Progress,
    task: Option<Box<dyn Task>>,
    /// Error lines with the place of the resource they are about.
    complaints: Vec<(Option<(String, u32)>, String)>,
    /// Lines that commands wrote, behind the path of the resource that ran them.
    output: Vec<(String, String)>,
    end: Option<Result<Applied, Error>>,
}

impl<'a> Listener<'a> {
    /// Has heard nothing yet.
    pub fn new(environment: &'a Environment, progress: &'a dyn Progress) -> Self {
        Self { environment, progress, task: None, complaints: Vec::new(), output: Vec::new(), end: None }
    }

    /// Takes an event as a line of JSON; false if it is none.
    pub fn hear(&mut self, line: &str) -> bool {
        serde_json::from_str(line).map(|event| self.take(event)).is_ok()
    }

    /// What came of it; if nobody has said, what was complained of.
    pub fn finish(self) -> Result<Result<Applied, Error>, String> {
        let Some(end) = self.end else {
            let words: Vec<&str> = self.complaints.iter().map(|(_, text)| text.as_str()).collect();
            return Err(words.join("\n"));
        };
        if let (Some(task), Ok(applied)) = (self.task, &end) {
            task.done(&format!("{} resources changed", applied.changed.len()));
        }
        Ok(end)
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Begin { total: Some(total), .. } => {
                self.task = Some(self.progress.begin("applying", Some(total), Unit::Items));
            }
            Event::Begin { resource, .. } => {
                if let Some(task) = &self.task {
                    task.advance(1);
                    task.busy_with(&resource.unwrap_or_default());
                }
            }
            Event::Log { level, message, source, file, line } => {
                self.log(&level, &message, &source, file.zip(line))
            }
            Event::Error { message, file, line, .. } => {
                let declared =
                    file.zip(line).map(|(file, line)| (self.environment.for_people(&file).into(), line));
                let message = self.environment.for_people(&message);
                let failed =
                    FailedResource { resource: "the catalog".into(), declared, messages: vec![message] };
                self.end = Some(Err(Error::Apply { failed: vec![failed], skipped: Vec::new() }));
            }
            Event::Applied { failed, skipped, changed, services }
                if failed.is_empty() && skipped.is_empty() =>
            {
                let services = Services { wanted: services.wanted, started: services.started };
                self.end = Some(Ok(Applied { changed, services }));
            }
            Event::Applied { failed, skipped, .. } => {
                let failed = failed.into_iter().map(|failure| self.failed_resource(failure)).collect();
                let container = |name: &String| name.starts_with("Class[") || name.starts_with("Stage[");
                let skipped = skipped.into_iter().filter(|name| !container(name)).collect();
                self.end = Some(Err(Error::Apply { failed, skipped }));
            }
            Event::Compiled { .. } => {}
        }
    }

    fn log(&mut self, level: &str, message: &str, source: &str, place: Option<(String, u32)>) {
        let text = self.environment.for_people(message);
        match level {
            "debug" | "info" | "notice" => {
                self.progress.note(&with_source(source, &text));
                if let Some(resource) = source.strip_suffix("/returns") {
                    self.output.push((resource.to_owned(), text));
                }
            }
            // Told at the end, with the failure that caused it.
            "warning" if message == SKIPPING => {}
            "warning" => self.progress.warn(&with_source(source, &text)),
            _ => self.complaints.push((place, text)),
        }
    }

    /// Puppet tells some failures in events and others only in its log; the user gets both, once.
    fn failed_resource(&self, failure: Failure) -> FailedResource {
        let place = failure.file.zip(failure.line);
        let logged =
            self.complaints.iter().filter(|(of, _)| of.is_some() && *of == place).map(|(_, text)| text);
        let mut messages: Vec<String> = Vec::new();
        for message in
            failure.messages.iter().map(|text| self.environment.for_people(text)).chain(logged.cloned())
        {
            if !messages.iter().any(|known| known.contains(&message) || message.contains(known.as_str())) {
                messages.push(message);
            }
        }
        let lines = self.output.iter().filter(|(of, _)| of.ends_with(&format!("/{}", failure.resource)));
        let lines: Vec<_> = lines.map(|(_, text)| text.clone()).collect();
        messages.extend_from_slice(&lines[lines.len().saturating_sub(LAST_LINES)..]);
        let declared = place.map(|(file, line)| (self.environment.for_people(&file).into(), line));
        FailedResource { resource: failure.resource, declared, messages }
    }
}
