//! One image: its catalog, its layers, its configuration.

use std::collections::BTreeMap;

use control_repo::{Compression, Image};
use oci::{Configuration, Execution, History, Layer};
use puppet::Catalog;
use serde_json::Value;
use sha256::Digest;
use store::{Bucket, Descriptor};

use crate::apply::{Application, AppliedLayer};
use crate::base::{self, ReadyBase};
use crate::build::{Context, Ready};
use crate::{Error, facts};

/// Where programs are looked for in a container whose definition does not say.
const SEARCH_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// An image made or found.
pub(crate) struct Made {
    pub manifest: Descriptor,
    pub applied: AppliedLayer,
    /// Whether the applied layer came from the store.
    pub cached: bool,
}

/// Makes the image and stores it, without a name.
pub(crate) fn make(context: &Context<'_>, ready: &Ready, image: &Image) -> Result<Made, Error> {
    let base = ready.base(&image.from);
    let root = dpkg::root::Root::open(base.directory.path())?;
    let facts = facts::gather(&root, base.architecture, &image.certname, &image.facts)?;
    let (applied, cached) = applied_layer(context, ready, image, base, &facts)?;
    let layers = base::layers(context, base, compression(image))?;
    let manifest = assemble(context, image, base, layers, &applied)?;
    Ok(Made { manifest, applied, cached })
}

/// The applied layer from the store, by what the catalog was compiled from or else by the catalog; or made.
fn applied_layer(
    context: &Context<'_>,
    ready: &Ready,
    image: &Image,
    base: &ReadyBase,
    facts: &Value,
) -> Result<(AppliedLayer, bool), Error> {
    let application = Application {
        base,
        tools: &ready.tools,
        sources: &ready.sources,
        certname: &image.certname,
        facts,
        network: image.network && !context.settings.no_network,
        compression: compression(image),
    };
    let catalog_key = ready.sources.catalog_key(&ready.tools, &image.certname, facts);
    if !context.settings.rebuild
        && let Some(catalog) = context.store.get_record::<Digest>(Bucket::Catalogs, &catalog_key)?
        && let Some(applied) = known(context, &application.key(&catalog)?)?
    {
        return Ok((applied, true));
    }
    let scratch = context.store.scratch()?;
    let catalog = ready.sources.compile(context, &ready.tools, &image.certname, facts, scratch.path())?;
    let (digest, key) = digest_and_key(&application, &catalog)?;
    if let Some(applied) = known(context, &key)? {
        context.store.put_record(Bucket::Catalogs, &catalog_key, &digest)?;
        return Ok((applied, true));
    }
    let applied = application.run(context, &catalog, key, scratch.path())?;
    context.store.put_record(Bucket::Catalogs, &catalog_key, &digest)?;
    Ok((applied, false))
}

fn digest_and_key(application: &Application<'_>, catalog: &Catalog) -> Result<(Digest, Digest), Error> {
    let digest = Digest::of(catalog.canonical());
    Ok((digest, application.key(&digest)?))
}

fn known(context: &Context<'_>, key: &Digest) -> Result<Option<AppliedLayer>, Error> {
    if context.settings.rebuild {
        return Ok(None);
    }
    let Some(applied) = context.store.get_record::<AppliedLayer>(Bucket::Layers, key)? else {
        return Ok(None);
    };
    let descriptor = &applied.layer.descriptor;
    let whole = context.store.blobs().length(&descriptor.digest)? == Some(descriptor.size);
    Ok(whole.then_some(applied))
}

fn assemble(
    context: &Context<'_>,
    image: &Image,
    base: &ReadyBase,
    mut layers: Vec<Layer>,
    applied: &AppliedLayer,
) -> Result<Descriptor, Error> {
    let epoch = base.source_date_epoch;
    let made_by =
        format!("effigy: catalog of {}, {} resources changed", image.certname, applied.changed.len());
    let mut history = match &base.image {
        Some(below) => below.history(epoch, &base.history),
        None => vec![History::new(epoch, base.history.clone(), None)],
    };
    history.push(History::new(epoch, made_by, None));
    let own = execution(image);
    let configuration = Configuration {
        architecture: base.architecture.to_owned(),
        os: "linux".to_owned(),
        created: Some(oci::rfc3339(epoch)),
        config: match &base.image {
            Some(below) => below.inherit(image, own),
            None => own,
        },
        history,
        ..Configuration::default()
    };
    let created = ("org.opencontainers.image.created".to_owned(), oci::rfc3339(epoch));
    layers.push(applied.layer.clone());
    Ok(oci::assemble(context.store, &layers, &configuration, &BTreeMap::from([created]))?)
}

/// What a container of the image runs, and how.
pub(crate) fn execution(image: &Image) -> Execution {
    let mut env: Vec<String> = image.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if !image.env.contains_key("PATH") {
        env.insert(0, SEARCH_PATH.to_owned());
    }
    Execution {
        user: image.user.clone().unwrap_or_default(),
        exposed_ports: image.expose.iter().map(ToString::to_string).collect(),
        env,
        entrypoint: image.entrypoint.clone().unwrap_or_default(),
        cmd: image.cmd.clone().unwrap_or_default(),
        volumes: image.volumes.iter().cloned().collect(),
        working_dir: image.workdir.clone().unwrap_or_default(),
        labels: image.labels.clone(),
        stop_signal: image.stop_signal.clone().unwrap_or_default(),
        ..Execution::default()
    }
}

fn compression(image: &Image) -> oci::Compression {
    match image.compression {
        Compression::Gzip => oci::Compression::GZIP,
        Compression::Zstd => oci::Compression::ZSTD,
    }
}
