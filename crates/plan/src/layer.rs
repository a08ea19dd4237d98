//! A layer: its key, and beside it what is worth telling but changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Catalog;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha256::Digest;

use crate::cut::Run;
use crate::key::{Applier, EventIn, KEY_VERSION, KeyedResource, LayerKey};
use crate::outside::{self, Content};
use crate::peers::{Counts, peers};
use crate::record::LayerRecord;
use crate::secrets::Secrets;
use crate::survey::Survey;
use crate::{Error, Inputs, Stage, canonical};

/// The tag of resources that are in a layer's catalog and are not to be applied with it.
pub const ELSEWHERE: &str = "effigy_elsewhere";

/// Some resources, applied together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Its stage, with a number from the second of that stage on: `configuration`, `configuration 2`.
    pub name: String,
    /// What it is.
    pub stage: Stage,
    /// The digest of the key.
    pub digest: Digest,
    /// What it depends on.
    pub key: LayerKey,
    /// Resources that are not native, with the reason: why real Puppet applies it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<(String, String)>,
    /// Services of layers below that commands of this one wait for: to be running while it is applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Names from outside that nothing pins, so that the key does not cover them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpinned: Vec<String>,
    /// Where resources are declared.
    pub origins: BTreeMap<String, Origin>,
}

/// Where something stands that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// A manifest, or a data file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
}

impl Layer {
    /// Names of the resources, in the order of applying.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.key.resources.iter().map(|keyed| keyed.resource.as_str())
    }

    /// The catalog to apply as this layer: the whole one, in which what belongs to other layers is tagged
    /// [`ELSEWHERE`] and is to be skipped by that tag. So relationships hold, containers are whole, and what
    /// looks at other resources finds them.
    pub fn catalog(&self, whole: &Catalog) -> Catalog {
        let own: BTreeSet<&str> = self.resources().collect();
        let contains: BTreeSet<usize> = whole.edges.iter().map(|edge| edge.source).collect();
        let secrets = Secrets::of(whole);
        let mut catalog = whole.clone();
        for (position, resource) in catalog.resources.iter_mut().enumerate() {
            // A container that is skipped would pass no events on.
            let is_container = resource.defined
                || contains.contains(&position)
                || matches!(resource.reference.type_name.as_str(), "Class" | "Stage" | "Anchor");
            if !is_container && !own.contains(secrets.redact(&resource.reference.to_string()).as_str()) {
                resource.tags.push(ELSEWHERE.to_owned());
            }
        }
        catalog
    }

    /// The refreshes from below that are due: those whose resource has changed or was refreshed, as the
    /// records of the layers below tell.
    pub fn due<'a>(&'a self, below: &'a [LayerRecord]) -> Vec<&'a EventIn> {
        let told = |from: &String| below.iter().any(|record| record.events.contains_key(from));
        self.key.events_in.iter().filter(|event| told(&event.from)).collect()
    }
}

/// Gives runs their keys.
pub(crate) fn layers(inputs: &Inputs<'_>, survey: &Survey<'_>, runs: Vec<Run>) -> Result<Vec<Layer>, Error> {
    let secrets = Secrets::of(inputs.catalog);
    let mut layers: Vec<Layer> = Vec::with_capacity(runs.len());
    let mut below = BTreeSet::new();
    let mut parent = inputs.base;
    for run in runs {
        let namesakes = layers.iter().filter(|layer| layer.stage == run.stage).count();
        let name = run.stage.name().to_owned();
        let name = if namesakes == 0 { name } else { format!("{name} {}", namesakes + 1) };
        let maker = Maker { inputs, survey, secrets: &secrets, run: &run, below: &below };
        let layer = maker.layer(name, parent)?;
        parent = layer.digest;
        below.extend(run.members);
        layers.push(layer);
    }
    Ok(layers)
}

struct Maker<'a> {
    inputs: &'a Inputs<'a>,
    survey: &'a Survey<'a>,
    secrets: &'a Secrets,
    run: &'a Run,
    /// What the layers below hold.
    below: &'a BTreeSet<usize>,
}

impl Maker<'_> {
    fn layer(&self, name: String, parent: Digest) -> Result<Layer, Error> {
        let foreign = self.foreign();
        let resources = self.run.members.iter().map(|at| self.keyed(*at)).collect::<Result<Vec<_>, _>>()?;
        let applier = if foreign.is_empty() && !self.inputs.puppet_alone {
            Applier::native(self.inputs.native, self.run.members.iter().map(|at| self.survey.type_name(*at)))
        } else {
            Applier::Puppet(self.inputs.puppet.clone())
        };
        let unpinned = resources.iter().flat_map(|keyed| &keyed.outside);
        let unpinned = unpinned.filter(|(_, content)| **content == Content::Unpinned);
        let unpinned = unpinned.map(|(name, _)| name.clone()).collect();
        let archive = self.may_ask_for_packages(&foreign).then_some(self.inputs.archive);
        let settings = self.inputs.settings.clone();
        let events_in = self.events_in();
        let key = LayerKey { version: KEY_VERSION, parent, applier, settings, archive, resources, events_in };
        let (services, origins) = (self.services(), self.origins());
        let (stage, digest) = (self.run.stage, key.digest());
        Ok(Layer { name, stage, digest, key, foreign, services, unpinned, origins })
    }

    fn name(&self, position: usize) -> String {
        self.secrets.redact(&self.survey.resource(position).reference.to_string())
    }

    fn foreign(&self) -> Vec<(String, String)> {
        let reason = |position: &usize| {
            let reason = resources::is_native(self.survey.resource(*position)).err()?;
            Some((self.name(*position), self.secrets.redact(&reason)))
        };
        self.run.members.iter().filter_map(reason).collect()
    }

    fn may_ask_for_packages(&self, foreign: &[(String, String)]) -> bool {
        let asks = |position: &usize| matches!(self.survey.type_name(*position).as_str(), "package" | "exec");
        !foreign.is_empty() || self.run.members.iter().any(asks)
    }

    fn keyed(&self, position: usize) -> Result<KeyedResource, Error> {
        let resource = self.survey.resource(position);
        let mut names = outside::names(resource)?;
        let mut seen = BTreeMap::new();
        for (peer, counts) in peers(self.survey, resource) {
            let other = self.survey.resource(peer);
            let form = match counts {
                Counts::Name => Json::Null,
                Counts::Parameters => {
                    names.extend(outside::names(other)?);
                    json!(canonical::parameters(other, self.secrets))
                }
            };
            seen.insert(self.name(peer), form);
        }
        let refreshers = self.survey.refreshers(position);
        let mine = refreshers.iter().filter(|at| self.run.members.contains(at));
        Ok(KeyedResource {
            resource: self.name(position),
            parameters: canonical::parameters(resource, self.secrets),
            outside: names.into_iter().map(|name| self.content(name)).collect::<Result<_, _>>()?,
            peers: seen,
            waits_for: self.waits_for(position),
            refreshed_by: sorted(mine.map(|at| self.name(*at))),
        })
    }

    fn waits_for(&self, position: usize) -> Vec<String> {
        let is_package = |at: &usize| self.survey.resource(*at).reference.type_name == "Package";
        if !is_package(&position) || self.run.members.iter().all(is_package) {
            return Vec::new();
        }
        let before = self.survey.before([position]);
        let others = before.into_iter().filter(|at| !is_package(at) && self.run.members.contains(at));
        sorted(others.map(|at| self.name(at)))
    }

    fn content(&self, name: String) -> Result<(String, Content), Error> {
        match self.inputs.outside.content(&name) {
            Ok(content) => Ok((self.secrets.redact(&name), content)),
            Err(source) => Err(Error::Outside { name: self.secrets.redact(&name), source }),
        }
    }

    fn events_in(&self) -> Vec<EventIn> {
        let mut events = Vec::new();
        for position in &self.run.members {
            let refreshers = self.survey.refreshers(*position);
            let from = sorted(refreshers.intersection(self.below).map(|at| self.name(*at)));
            let to = self.name(*position);
            events.extend(from.into_iter().map(|from| EventIn { from, to: to.clone() }));
        }
        events
    }

    /// Services below that commands here wait for.
    fn services(&self) -> Vec<String> {
        let speaks = |position: &usize| {
            let name = self.survey.type_name(*position);
            name == "exec" || resources::types::find(&name).is_none()
        };
        let before = self.survey.before(self.run.members.iter().copied().filter(speaks));
        let runs = |position: &usize| {
            let resource = self.survey.resource(*position);
            let ensure = resource.parameter("ensure").map(catalog::Value::ruby_text).unwrap_or_default();
            resource.reference.type_name == "Service" && matches!(ensure.as_str(), "running" | "true")
        };
        sorted(before.intersection(self.below).copied().filter(runs).map(|at| self.name(at)))
    }

    fn origins(&self) -> BTreeMap<String, Origin> {
        let origin = |position: &usize| {
            let resource = self.survey.resource(*position);
            Some((self.name(*position), Origin { file: resource.file.clone()?, line: resource.line }))
        };
        self.run.members.iter().filter_map(origin).collect()
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
