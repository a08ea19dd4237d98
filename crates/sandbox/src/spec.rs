//! What a sandbox is asked to be, as data that crosses from effigy to the stages as JSON.
//!
//! Says what, never how: no system call here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The root file system that the command sees.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Root {
    /// Folders seen through one another, the topmost first. Never written.
    pub lowers: Vec<PathBuf>,
    /// Where changes go; `None` makes the root read-only.
    pub upper: Option<PathBuf>,
}

/// Something from outside that the command sees beside its root, for the time of the run alone. Mount
/// points need not exist in the root and leave nothing behind in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Mount {
    /// A folder of the host.
    Bind {
        /// The folder outside.
        source: PathBuf,
        /// The absolute path inside.
        target: PathBuf,
        /// Whether the command may change it.
        writable: bool,
    },
    /// A folder of the host seen as it is, but changes land elsewhere.
    Overlay {
        /// The folder outside that is shown and never written.
        lower: PathBuf,
        /// The folder outside that receives changes.
        upper: PathBuf,
        /// The absolute path inside.
        target: PathBuf,
    },
}

impl Mount {
    pub(crate) fn target(&self) -> &std::path::Path {
        match self {
            Self::Bind { target, .. } | Self::Overlay { target, .. } => target,
        }
    }
}

/// A command to run, with nothing inherited from the host.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Process {
    /// Program (absolute, or looked up in the environment's `PATH`) and arguments.
    pub arguments: Vec<String>,
    /// The whole environment.
    pub environment: Vec<(String, String)>,
    /// The working directory inside.
    pub directory: PathBuf,
}

/// Work of this program itself, done inside by a process of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Inside {
    /// The name it was given to [`crate::entry`] under.
    pub name: String,
    /// What it is handed. Never written to a disk.
    pub input: String,
}

/// What is done in the root.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Task {
    Run(Process),
    Work(Inside),
}

/// Everything the stages need to know.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Spec {
    pub root: Root,
    /// Scratch folders of this run: the mount point of the new root, and overlay work folders.
    pub mount_point: PathBuf,
    pub work: PathBuf,
    pub mounts: Vec<Mount>,
    pub network: bool,
    /// How long left-over processes get between SIGTERM and SIGKILL, in milliseconds.
    pub grace: u64,
    pub task: Task,
    /// Where the answer goes.
    pub answer: PathBuf,
    /// The process that asks; without it there is nobody to run for.
    pub parent: u32,
}

/// How a run ended, written by the stages.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    Exited {
        code: Option<i32>,
        signal: Option<i32>,
        /// Names of left-over processes that SIGTERM did not end in time.
        killed: Vec<String>,
    },
    NotStarted {
        program: String,
        errno: i32,
    },
    Setup {
        step: String,
        errno: i32,
    },
    Namespace {
        errno: i32,
    },
}
