//! The lines that the driver writes, as types.

use serde::Deserialize;

/// One line of the channel. Which of them come, and when, each script of the driver says at its head.
#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(crate) enum Event {
    Log {
        level: String,
        message: String,
        #[serde(default)]
        source: String,
        file: Option<String>,
        line: Option<u32>,
    },
    Begin {
        resource: Option<String>,
        total: Option<u64>,
    },
    Error {
        message: String,
        file: Option<String>,
        line: Option<u32>,
        pos: Option<u32>,
    },
    Compiled {
        resources: usize,
    },
    Applied {
        failed: Vec<Failure>,
        skipped: Vec<String>,
        changed: Vec<String>,
        services: ServiceOutcome,
    },
}

/// A resource that could not be brought to its desired state.
#[derive(Debug, Deserialize)]
pub(crate) struct Failure {
    pub resource: String,
    pub file: Option<String>,
    pub line: Option<u32>,
    pub messages: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ServiceOutcome {
    pub wanted: Vec<String>,
    pub started: Vec<String>,
}
