//! What can go wrong in compiling and applying, in the user's own paths.

use std::io;
use std::path::PathBuf;

use diagnostics::{Diagnostics, Hint};

/// A resource that Puppet could not bring to its desired state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedResource {
    /// As Puppet writes it, e.g. `Package[nginx]`.
    pub resource: String,
    /// The manifest that declares it and the line.
    pub declared: Option<(PathBuf, u32)>,
    /// Puppet's own messages.
    pub messages: Vec<String>,
}

/// Why there is no catalog or no applied root.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Puppet refused the code.
    #[error("{0}")]
    Compile(Diagnostics),
    /// Resources failed.
    #[error("{}", failures(.failed, .skipped))]
    Apply {
        /// Those that failed.
        failed: Vec<FailedResource>,
        /// Those that were not tried because what they depend on failed.
        skipped: Vec<String>,
    },
    /// A folder that was to hold the tools does not.
    #[error("{} is not a usable tools root: it has no {missing}", .root.display())]
    NotATools {
        /// The folder.
        root: PathBuf,
        /// What it lacks.
        missing: String,
    },
    /// A file that Puppet needs lies where the sandbox cannot see it.
    #[error("{} lies outside of the control repository", .0.display())]
    OutsideRepository(PathBuf),
    /// Processes that a service left behind could not be stopped in time.
    #[error("these processes did not stop on SIGTERM and were killed, so their files may be torn: {}", .0.join(", "))]
    Unstoppable(Vec<String>),
    /// Ruby itself died.
    #[error("Puppet's driver {script} ended with {exit}:\n{words}")]
    Died {
        /// The driver's script.
        script: String,
        /// Exit code or signal.
        exit: String,
        /// What it wrote.
        words: String,
    },
    /// A working folder could not be written.
    #[error("{}: {source}", .folder.display())]
    Scratch {
        /// The folder or file.
        folder: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The sandbox could not be made.
    #[error(transparent)]
    Sandbox(#[from] sandbox::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Compile(diagnostics) => diagnostics.hint(),
            Self::Sandbox(error) => error.hint(),
            Self::NotATools { .. } => {
                Some("remove it with `effigy prune --all`; the next build makes it anew".into())
            }
            Self::OutsideRepository(_) => Some("move it into the repository".into()),
            Self::Apply { .. } | Self::Unstoppable(_) | Self::Died { .. } | Self::Scratch { .. } => None,
        }
    }
}

fn failures(failed: &[FailedResource], skipped: &[String]) -> String {
    let mut text = match failed.len() {
        1 => "a resource failed".to_owned(),
        count => format!("{count} resources failed"),
    };
    for failure in failed {
        text.push_str(&format!("\n  {}", failure.resource));
        if let Some((file, line)) = &failure.declared {
            text.push_str(&format!(" ({}:{line})", file.display()));
        }
        for message in &failure.messages {
            text.push_str(&format!("\n    {}", message.replace('\n', "\n    ")));
        }
    }
    if !skipped.is_empty() {
        text.push_str(&format!("\n{} not tried because of that: {}", skipped.len(), skipped.join(", ")));
    }
    text
}
