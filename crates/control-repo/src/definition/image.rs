//! What an image is to be: settings at one level, and levels laid over each other.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{From, ImageName, Port};

/// The keys of an image as one level gives them: `defaults`, Hiera's `effigy::image`, or the image
/// itself. What is none or empty is left to the level below.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageSettings {
    /// What the image starts from.
    pub from: Option<From>,
    /// The node name the catalog is compiled for.
    pub certname: Option<String>,
    /// Facts beside those of the image itself.
    pub facts: Map<String, Value>,
    /// Ports that the image listens on.
    pub expose: Option<Vec<Port>>,
    /// Absolute paths that hold data of their own.
    pub volumes: Option<Vec<String>>,
    /// Arguments, or the command when there is no entry point. A plain string in the file means
    /// `["/bin/sh", "-c", string]`, as in a Dockerfile.
    pub cmd: Option<Vec<String>>,
    /// The program that is run. A plain string is the shell form, as with `cmd`.
    pub entrypoint: Option<Vec<String>>,
    /// Environment of the image's processes. Numbers and booleans keep the text they were written as.
    pub env: BTreeMap<String, String>,
    /// Name or number, with or without `:group`.
    pub user: Option<String>,
    /// Absolute path.
    pub workdir: Option<String>,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
    /// `SIGTERM`, `SIGRTMIN+3` or a number.
    pub stop_signal: Option<String>,
    /// Whether the build may reach the network.
    pub network: Option<bool>,
    /// How the layers are compressed.
    pub compression: Option<Compression>,
    /// Who applies the catalog.
    pub engine: Option<Engine>,
}

/// Who applies a catalog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// effigy where it knows every type of the catalog, else real Puppet.
    #[default]
    Auto,
    /// effigy alone.
    Native,
    /// Real Puppet alone.
    Puppet,
}

/// How layers are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Understood everywhere.
    #[default]
    Gzip,
    /// Smaller and faster; needs a recent registry and runtime.
    Zstd,
}

/// An image of `effigy.yaml` with the defaults applied. Lists and strings that nobody gave are empty or
/// none; then the base image's own hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The name, e.g. `dischord/webserver`.
    pub name: ImageName,
    /// What it starts from.
    pub from: From,
    /// The node name the catalog is compiled for: given, or [`ImageName::certname`].
    pub certname: String,
    /// Facts beside those of the image itself.
    pub facts: Map<String, Value>,
    /// Ports that the image listens on, without repetitions.
    pub expose: Vec<Port>,
    /// Absolute paths that hold data of their own.
    pub volumes: Vec<String>,
    /// Arguments, or the command when there is no entry point. None: unchanged; empty: taken away.
    pub cmd: Option<Vec<String>>,
    /// The program that is run. None: unchanged; empty: taken away.
    pub entrypoint: Option<Vec<String>>,
    /// Environment of the image's processes.
    pub env: BTreeMap<String, String>,
    /// Name or number, with or without `:group`.
    pub user: Option<String>,
    /// Absolute path.
    pub workdir: Option<String>,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
    /// `SIGTERM`, `SIGRTMIN+3` or a number.
    pub stop_signal: Option<String>,
    /// Whether the build may reach the network. By default it may.
    pub network: bool,
    /// How the layers are compressed.
    pub compression: Compression,
    /// Who applies the catalog.
    pub engine: Engine,
    /// What the image says itself, to lay over other levels.
    pub(super) own: ImageSettings,
}

impl ImageSettings {
    /// These settings, and `below` where they say nothing. Scalars and lists replace; `env` and `labels`
    /// merge by key, `facts` merge deeply.
    pub fn over(&self, below: &Self) -> Self {
        let mut facts = below.facts.clone();
        merge_deeply(&mut facts, &self.facts);
        Self {
            from: self.from.clone().or_else(|| below.from.clone()),
            certname: self.certname.clone().or_else(|| below.certname.clone()),
            facts,
            expose: self.expose.clone().or_else(|| below.expose.clone()),
            volumes: self.volumes.clone().or_else(|| below.volumes.clone()),
            cmd: self.cmd.clone().or_else(|| below.cmd.clone()),
            entrypoint: self.entrypoint.clone().or_else(|| below.entrypoint.clone()),
            env: merged(&below.env, &self.env),
            user: self.user.clone().or_else(|| below.user.clone()),
            workdir: self.workdir.clone().or_else(|| below.workdir.clone()),
            labels: merged(&below.labels, &self.labels),
            stop_signal: self.stop_signal.clone().or_else(|| below.stop_signal.clone()),
            network: self.network.or(below.network),
            compression: self.compression.or(below.compression),
            engine: self.engine.or(below.engine),
        }
    }
}

impl Image {
    /// `all` are the image's `own` settings with every level below applied.
    pub(super) fn new(name: ImageName, from: From, all: ImageSettings, own: ImageSettings) -> Self {
        let mut expose = all.expose.unwrap_or_default();
        expose.sort_unstable();
        expose.dedup();
        Self {
            certname: all.certname.unwrap_or_else(|| name.certname()),
            name,
            from,
            facts: all.facts,
            expose,
            volumes: all.volumes.unwrap_or_default(),
            cmd: all.cmd,
            entrypoint: all.entrypoint,
            env: all.env,
            user: all.user,
            workdir: all.workdir,
            labels: all.labels,
            stop_signal: all.stop_signal,
            network: all.network.unwrap_or(true),
            compression: all.compression.unwrap_or_default(),
            engine: all.engine.unwrap_or_default(),
            own,
        }
    }
}

fn merged(below: &BTreeMap<String, String>, above: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    below.iter().chain(above).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn merge_deeply(below: &mut Map<String, Value>, above: &Map<String, Value>) {
    for (key, value) in above {
        match (below.get_mut(key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => merge_deeply(below, above),
            _ => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}
