//! What has been found about an image before it is written down.

use std::collections::BTreeMap;

use super::Note;
use crate::invalid::Invalid;

/// An image to propose. Every value has been checked as `effigy.yaml` would.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    /// The name it should have; made valid and unique when written.
    pub name: String,
    /// Where it comes from, for the comment above it.
    pub source: String,
    pub from: Option<String>,
    pub certname: Option<String>,
    pub facts: BTreeMap<String, String>,
    pub expose: Vec<String>,
    pub volumes: Vec<String>,
    pub cmd: Option<Command>,
    pub entrypoint: Option<Command>,
    pub env: BTreeMap<String, String>,
    pub user: Option<String>,
    pub workdir: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub stop_signal: Option<String>,
}

/// The two forms of a command.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// Run as it is.
    Arguments(Vec<String>),
    /// Handed to a shell.
    Line(String),
}

/// All that was found in a repository.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub drafts: Vec<Draft>,
    pub notes: Vec<Note>,
    /// What the drafts were made from, for the comment at the top.
    pub origin: &'static str,
    /// Top-level keys, e.g. `hiera_config`.
    pub settings: Vec<(&'static str, String)>,
}

impl Findings {
    /// `line` is 0 when the file as a whole is meant.
    pub fn note(&mut self, file: &str, line: usize, message: impl Into<String>) {
        let line = u32::try_from(line).ok().filter(|&line| line > 0);
        self.notes.push(Note { file: file.to_owned(), line, message: message.into() });
    }

    /// A checked value, or a note that says why it is left out.
    pub fn accept<T>(&mut self, file: &str, line: usize, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|invalid| self.note(file, line, format!("left out: {invalid}"))).ok()
    }
}

/// Whether a variable or fact is the address of a proxy, which belongs to the host that builds.
pub(super) fn is_proxy_address(name: &str, value: &str) -> bool {
    let is_address = value.contains("://")
        || value.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())
        || value.parse::<std::net::IpAddr>().is_ok();
    name.to_lowercase().contains("proxy") && is_address
}
