//! The Ruby driver: its files, how they get into a sandbox, and listening to them.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use sandbox::{Exit, Mount, Output, Process, Sandbox};
use serde::Serialize;
use sha256::Digest;

use crate::Error;
use crate::events::Event;

const FILES: [(&str, &str); 6] = [
    ("common.rb", include_str!("../driver/common.rb")),
    ("facts.rb", include_str!("../driver/facts.rb")),
    ("facter_shim.rb", include_str!("../driver/facter_shim.rb")),
    ("compile.rb", include_str!("../driver/compile.rb")),
    ("apply.rb", include_str!("../driver/apply.rb")),
    ("service.rb", include_str!("../driver/service.rb")),
];

const DRIVER: &str = "/.effigy/driver";
const WORK: &str = "/.effigy/work";
/// The catalog's inside name, to the compiler and to the one who applies.
pub(crate) const CATALOG: &str = "/.effigy/work/catalog.json";

/// Identifies the driver's text, for cache keys: another driver may make another catalog or another root.
pub fn driver_digest() -> Digest {
    Digest::of(FILES.map(|(name, text)| format!("{name}\n{text}")).concat())
}

/// The driver laid out for one run, with a work folder for what goes in and out. The work folder may hold
/// secrets in the clear and is for the owner's eyes only.
pub(crate) struct Driver {
    folder: PathBuf,
}

impl Driver {
    pub(crate) fn lay_out(scratch: &Path) -> Result<Self, Error> {
        let folder = scratch.join("driver");
        let io = |source| Error::Scratch { folder: folder.clone(), source };
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(io)?;
        }
        fs::create_dir_all(folder.join("ruby")).map_err(io)?;
        fs::DirBuilder::new().mode(0o700).create(folder.join("work")).map_err(io)?;
        for (name, text) in FILES {
            fs::write(folder.join("ruby").join(name), text).map_err(io)?;
        }
        Ok(Self { folder })
    }

    /// A file of the work folder, as the host names it.
    pub(crate) fn work(&self, name: &str) -> PathBuf {
        self.folder.join("work").join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.work(name);
        fs::write(&path, bytes).map_err(|source| Error::Scratch { folder: path, source })
    }

    pub(crate) fn mounts(&self) -> [Mount; 2] {
        let bind = |name: &str, target: &str, writable| Mount::Bind {
            source: self.folder.join(name),
            target: target.into(),
            writable,
        };
        [bind("ruby", DRIVER, false), bind("work", WORK, true)]
    }

    /// Runs one script with a request and hands over each event. What else is written to standard error is
    /// collected, and told when the driver ends without the event that `expected` recognises.
    pub(crate) fn run(
        &self,
        sandbox: &Sandbox,
        script: &str,
        ruby: (Vec<String>, Vec<(String, String)>),
        request: &impl Serialize,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<(), Error> {
        let text = serde_json::to_vec(request).expect("a request is plain data");
        self.write("request.json", &text)?;
        let (mut arguments, environment) = ruby;
        arguments.push(format!("{DRIVER}/{script}"));
        arguments.push(format!("{WORK}/request.json"));
        let mut words = Vec::new();
        let process = Process { arguments, environment, directory: "/".into() };
        let exit = sandbox.run(&process, &mut |output| match output {
            Output::Stdout(line) => match serde_json::from_str(&line) {
                Ok(event) => on_event(event),
                Err(_) => words.push(line),
            },
            Output::Stderr(line) => words.push(line),
        })?;
        finished(script, &exit, words)
    }
}

/// The driver ends with 1 after an error event; anything else but 0 is a death nobody announced.
fn finished(script: &str, exit: &Exit, words: Vec<String>) -> Result<(), Error> {
    match exit.code {
        Some(0 | 1) if exit.killed.is_empty() => Ok(()),
        Some(0 | 1) => Err(Error::Unstoppable(exit.killed.clone())),
        _ => Err(Error::Died { script: script.to_owned(), exit: exit.to_string(), words: words.join("\n") }),
    }
}
