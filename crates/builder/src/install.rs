//! Modules of the Puppetfile, installed where they are missing.

use crate::Error;
use crate::archives::TOOLS_RELEASE;
use crate::build::Context;

/// Brings the repository's modules to what its Puppetfile says; opens the archive only if one of them is
/// packaged there and missing.
pub(crate) fn modules(context: &Context<'_>, again: bool) -> Result<modules::Report, Error> {
    let repo = context.repo;
    let release = repo.definition().deb_modules.as_deref().unwrap_or(TOOLS_RELEASE);
    let plan = modules::Plan::of(repo, again)?;
    let packages = plan.packages();
    if packages.is_empty() {
        return Ok(plan.carry_out(&Default::default(), context.progress)?);
    }
    let archive = context.archives.of_release(repo, release)?;
    let pool = context.store.bucket(store::Bucket::Debs)?;
    let fetched =
        modules::fetch_packages(&packages, &archive, &context.archives.client, &pool, context.progress)?;
    Ok(plan.carry_out(&fetched, context.progress)?)
}
