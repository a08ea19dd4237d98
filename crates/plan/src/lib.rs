//! The plan of an image: its catalog in the order in which it is applied, cut into layers, each with a key.
//!
//! ```text
//! catalog ─► survey ─► arrange ─► stage ─► cut ─► key ─► plan
//!             │ what waits    packages  what   runs   │ canonical, peers, outside
//!             │ for what      ahead     it is         └ compare: the first field that differs
//! ```
//! A pure function: the same catalog and the same digests give the same bytes. Reads no file, asks no network
//! and knows no store; what resources read from outside comes from the caller, by the trait [`Outside`]. Says
//! how a root is made, step by step; how an image is cut into tars is another matter, for which
//! [`LayerRecord`] notes the owner of every path.
//!
//! # Which boundaries are legal
//!
//! Layers are a sequence, and a resource is in one layer. A boundary may fall anywhere in an order that
//! respects every relationship (`require`, `before`, `notify`, `subscribe`, containment, what types require
//! by themselves), so that nothing is ever in a layer before what it waits for. Beyond that:
//! - No boundary falls between resources of different types of one module that Ruby alone knows: what these
//!   require by themselves is known to Ruby alone.
//! - A refresh may cross a boundary: the key of the later layer names it among `events_in`, and the record of
//!   the earlier layer tells whether it happened.
//! - A command may need a service that an earlier layer has started: [`Layer::services`] names them.
//! - What a resource reads of others without waiting for them (the pieces of a file, the names that are not
//!   to be purged) is its `peers` in the key, and there in [`Layer::catalog`], in whichever layer they are.

mod arrange;
mod canonical;
#[cfg(test)]
mod cases;
mod compare;
mod cut;
mod error;
mod key;
mod layer;
mod outside;
mod peers;
mod record;
mod secrets;
mod stage;
mod survey;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use catalog::Catalog;
use resources::Relationships;
use serde::{Deserialize, Serialize};
use sha256::Digest;

pub use compare::{Change, Difference, compare};
pub use error::Error;
pub use key::{Applier, EventIn, KeyedResource, LayerKey, PuppetIdentity};
pub use layer::{ELSEWHERE, Layer, Origin};
pub use outside::{Content, Outside, Unreadable};
pub use record::{Event, LayerRecord, RECORD_VERSION, Service};
pub use secrets::{mark_secrets, redact};
pub use stage::Stage;

/// Counts up when the JSON form of a plan changes.
pub const PLAN_VERSION: u32 = 1;

/// How freely resources are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freedom {
    /// A package goes ahead of every resource of another kind from which no path leads to it.
    #[default]
    PackagesAhead,
    /// Puppet's own order.
    Strict,
}

/// Everything that a plan is made from.
pub struct Inputs<'a> {
    /// What is wanted.
    pub catalog: &'a Catalog,
    /// What comes before what in it, and Puppet's order; by [`resources::relationships`].
    pub relationships: &'a Relationships,
    /// The key of the root that the first layer is applied to.
    pub base: Digest,
    /// All packages that could be chosen from.
    pub archive: Digest,
    /// The version of our own engine: counts up when it applies the same resources in another way.
    pub native: u32,
    /// Who applies what is not native.
    pub puppet: PuppetIdentity,
    /// Whether real Puppet applies everything, native or not.
    pub puppet_alone: bool,
    /// What else bears on the outcome of every layer, e.g. the time that files get, by name.
    pub settings: BTreeMap<String, String>,
    /// What resources read from outside the root.
    pub outside: &'a dyn Outside,
    /// How freely resources are ordered.
    pub freedom: Freedom,
}

/// A catalog, cut into layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`PLAN_VERSION`].
    pub version: u32,
    /// The key of the root below the first layer.
    pub base: Digest,
    /// In the order in which they are applied. A catalog in which nothing is to be done has none.
    pub layers: Vec<Layer>,
}

/// Makes the plan. Errors: a resource that its type refuses, and what [`Outside`] says.
pub fn plan(inputs: &Inputs<'_>) -> Result<Plan, Error> {
    let survey = survey::Survey::new(inputs.catalog, inputs.relationships);
    let order = arrange::arrange(&survey, inputs.freedom);
    let stages = stage::stages(&survey, &order);
    let runs = cut::cut(&survey, &order, &stages);
    let layers = layer::layers(inputs, &survey, runs)?;
    Ok(Plan { version: PLAN_VERSION, base: inputs.base, layers })
}

impl Plan {
    /// Reads what [`Plan::to_json`] wrote. Errors: another version, or another form.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        error::read("plan", PLAN_VERSION, bytes)
    }

    /// The plan as JSON; the same bytes for the same plan. Holds no secret in the clear.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a plan is plain data")
    }
}
