//! Cache keys: for each step, one struct of all that its outcome depends on, hashed in its JSON form. The
//! struct is kept beside the outcome, so that it can be said which field differs.

use serde::Serialize;
use sha256::Digest;

/// Counts up when the code that takes a step changes what comes out of it.
const RECIPE: u32 = 2;

/// What a base root is made of.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BaseKey<'a> {
    pub recipe: u32,
    pub release: &'a str,
    pub architecture: &'a str,
    /// Name, version and digest of every package, in order.
    pub packages: Vec<(String, String, Digest)>,
    /// All that apt could choose from, where it also installs what packages recommend.
    pub recommended_from: Option<Digest>,
    pub source_date_epoch: u64,
}

/// What the root of a base that is an image is made of.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ImageRootKey {
    /// The layers' tars, the lowest first.
    pub layers: Vec<Digest>,
}

/// What a base layer is cut from, and how.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BaseLayerKey {
    pub recipe: u32,
    pub root: Digest,
    pub documentation: bool,
    pub compression: String,
}

/// What an applied layer depends on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AppliedKey {
    pub recipe: u32,
    pub base: Digest,
    /// The catalog in canonical form.
    pub catalog: Digest,
    /// All packages that apt could choose from.
    pub archive: Digest,
    pub applied_by: AppliedBy,
    pub recommends: bool,
    pub documentation: bool,
    pub network: bool,
    pub source_date_epoch: u64,
    pub compression: String,
}

/// Who applies a catalog, and what that depends on.
#[derive(Clone, Debug, Serialize)]
pub(crate) enum AppliedBy {
    /// Our own types.
    Native {
        /// Theirs.
        version: u32,
        /// Files that modules serve.
        files: Digest,
    },
    /// Real Puppet.
    Puppet {
        tools: Digest,
        driver: Digest,
        /// Files, types and providers that modules bring.
        modules: Digest,
        facts: Digest,
    },
}

/// What a catalog is compiled from. The catalog itself is not kept, since it may hold secrets; its digest is.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CatalogKey<'a> {
    pub recipe: u32,
    pub repository: Digest,
    pub facts: Digest,
    pub certname: &'a str,
    pub tools: Digest,
    pub driver: Digest,
    /// Of our own types, which decides what a catalog of theirs is.
    pub native: u32,
}

/// A struct as a key.
pub(crate) fn digest(key: &impl Serialize) -> Digest {
    Digest::of(serde_json::to_vec(key).expect("keys are plain data"))
}

pub(crate) const fn recipe() -> u32 {
    RECIPE
}
