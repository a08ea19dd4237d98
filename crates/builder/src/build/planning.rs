//! Planning images: the catalog as a build would compile it, and what its resources read from outside.
//! Nothing is applied.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use control_repo::{Engine, Image, Layers};
use plan::{Content, Freedom, Inputs, Outside, Plan, PuppetIdentity, Unreadable, mark_secrets};
use puppet::driver_digest;
use resources::{ModulePath, Sources as _};
use serde_json::Value;
use sha256::Digest;

use super::{Builder, Context, Ready};
use crate::base::ReadyBase;
use crate::{Error, facts, install, key, native, tree};

/// An image's plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The image's name.
    pub name: String,
    /// The layers that its catalog would be applied in.
    pub plan: Plan,
}

impl Builder<'_> {
    /// Plans images, in their order: makes bases and tools ready and compiles as [`Builder::build`] does, and
    /// applies nothing. Errors: those of a build up to its catalog, and what is wrong with the catalog's
    /// relationships.
    pub fn plan(&self, images: &[&Image]) -> Result<Vec<Planned>, Error> {
        let context = &self.context;
        let _hold = context.store.hold()?;
        context.store.clean_scratch()?;
        install::modules(context, false)?;
        let ready = self.ready(images)?;
        let planned = |image: &&Image| {
            let failed = |source| Error::Image { image: image.name.to_string(), source: Box::new(source) };
            let plan = plan_of(context, &ready, image).map_err(failed)?;
            Ok(Planned { name: image.name.to_string(), plan })
        };
        images.iter().map(planned).collect()
    }
}

fn plan_of(context: &Context<'_>, ready: &Ready, image: &Image) -> Result<Plan, Error> {
    let base = ready.base(&image.from);
    let root = dpkg::root::Root::open(base.directory.path())?;
    let facts = facts::gather(&root, base.architecture, &image.certname, &image.facts)?;
    let catalog = compile(context, ready, image, &facts)?;
    let relationships = resources::relationships(&catalog).map_err(plan::Error::from)?;
    let engine = context.settings.engine.unwrap_or(image.engine);
    let inputs = Inputs {
        catalog: &catalog,
        relationships: &relationships,
        base: base.key,
        archive: base.archive.digest(),
        native: native::VERSION,
        puppet: PuppetIdentity {
            tools: ready.tools.key,
            driver: driver_digest(),
            modules: ready.sources.modules()?,
            facts: key::digest(&facts),
        },
        puppet_alone: engine == Engine::Puppet,
        settings: settings(context, base, image),
        outside: &Files(ModulePath(ready.sources.environment.modulepath.clone())),
        freedom: match context.repo.definition().layers {
            Layers::Auto => Freedom::PackagesAhead,
            Layers::Strict => Freedom::Strict,
        },
    };
    Ok(plan::plan(&inputs)?)
}

/// The catalog, with its secrets marked and its manifests named as the user names them.
fn compile(
    context: &Context<'_>,
    ready: &Ready,
    image: &Image,
    facts: &Value,
) -> Result<catalog::Catalog, Error> {
    let scratch = context.store.scratch()?;
    let sources = &ready.sources;
    let compiled = sources.compile(context, &ready.tools, &image.certname, facts, scratch.path())?;
    let mut catalog = catalog::Catalog::from_json(compiled.json()).map_err(plan::Error::from)?;
    mark_secrets(&mut catalog, compiled.json());
    let own = format!("{}/", context.repo.root().display());
    for file in catalog.resources.iter_mut().filter_map(|resource| resource.file.as_mut()) {
        let name = sources.environment.for_people(file);
        *file = name.strip_prefix(&own).unwrap_or(&name).to_owned();
    }
    Ok(catalog)
}

/// What bears on every layer beside its resources.
fn settings(context: &Context<'_>, base: &ReadyBase, image: &Image) -> BTreeMap<String, String> {
    let network = image.network && !context.settings.no_network;
    [
        ("recipe", key::recipe().to_string()),
        ("recommends", base.recommends.to_string()),
        ("documentation", base.residue.documentation.to_string()),
        ("network", network.to_string()),
        ("source_date_epoch", base.source_date_epoch.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// What modules serve, by content.
struct Files(ModulePath);

impl Outside for Files {
    fn content(&self, name: &str) -> Result<Content, Unreadable> {
        if name.starts_with('/') || name.starts_with("file:") {
            return Ok(Content::InRoot);
        }
        let Some(below) = name.strip_prefix("puppet:///modules/") else {
            return Ok(if name.starts_with("puppet:") { Content::Missing } else { Content::Unpinned });
        };
        let (module, path) = below.split_once('/').unwrap_or((below, ""));
        match self.0.module_file(module, path) {
            Some(path) => digest(path),
            None => Ok(Content::Missing),
        }
    }
}

fn digest(path: PathBuf) -> Result<Content, Unreadable> {
    let Ok(metadata) = fs::metadata(&path) else { return Ok(Content::Missing) };
    if metadata.is_dir() {
        return Ok(Content::Digest(tree::digest(&path, &|_| false)?));
    }
    let (content, _) = Digest::of_reader(File::open(&path)?)?;
    let executable = metadata.permissions().mode() & 0o111;
    Ok(Content::Digest(Digest::of(format!("{executable:o} {content}"))))
}
