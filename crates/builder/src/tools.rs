//! The tools root of this store: made once, of packages, and never part of an image.

use puppet::{PACKAGES, Tools};
use sha256::Digest;
use store::Directory;

use crate::Error;
use crate::archives::TOOLS_RELEASE;
use crate::build::Context;
use crate::packages::{self, Recipe};
use crate::settings::host_architecture;

/// A tools root in use.
pub(crate) struct ReadyTools {
    pub tools: Tools,
    pub key: Digest,
    _directory: Directory,
}

/// Takes the tools root from the store, or makes it.
pub(crate) fn ready(context: &Context<'_>) -> Result<ReadyTools, Error> {
    let archive = context.archives.of_release(context.repo, TOOLS_RELEASE)?;
    let recipe = Recipe {
        what: "the tools root".to_owned(),
        archive: &archive,
        release: TOOLS_RELEASE,
        architecture: host_architecture(),
        packages: PACKAGES.to_vec(),
        recommends: false,
        // Nothing of it is in an image; a constant keeps it when only the archive's date has changed.
        source_date_epoch: 0,
    };
    let root = packages::root(context, &recipe)?;
    Ok(ReadyTools {
        tools: Tools::discover(root.directory.path())?,
        key: root.key,
        _directory: root.directory,
    })
}
