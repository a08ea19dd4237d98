//! One image: its catalog, its layers, its configuration.

use std::collections::BTreeMap;

use control_repo::{Compression, Engine, Image};
use oci::{Configuration, Execution, History, Layer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha256::Digest;
use store::{Bucket, Descriptor};

use crate::apply::{Application, AppliedLayer, Hand};
use crate::base::{self, ReadyBase};
use crate::build::{Context, Ready};
use crate::{Error, facts, native};

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
    let engine = context.settings.engine.unwrap_or(image.engine);
    let catalog_key = ready.sources.catalog_key(&ready.tools, &image.certname, facts);
    if !context.settings.rebuild
        && let Some(catalog) = context.store.get_record::<Compiled>(Bucket::Catalogs, &catalog_key)?
        && let Some(hand) = choose(engine, catalog.native)
        && let Some(applied) = known(context, &application.key(&catalog.digest, hand)?)?
    {
        return Ok((applied, true));
    }
    let scratch = context.store.scratch()?;
    let catalog = ready.sources.compile(context, &ready.tools, &image.certname, facts, scratch.path())?;
    let foreign = native::foreign(&catalog, &ready.sources.environment);
    let compiled = Compiled { digest: Digest::of(catalog.canonical()), native: foreign.is_empty() };
    let hand = choose(engine, compiled.native).ok_or(Error::Foreign(foreign))?;
    let key = application.key(&compiled.digest, hand)?;
    let found = known(context, &key)?;
    let cached = found.is_some();
    let applied = match found {
        Some(applied) => applied,
        None => application.run(context, &catalog, (hand, key), scratch.path())?,
    };
    context.store.put_record(Bucket::Catalogs, &catalog_key, &compiled)?;
    Ok((applied, cached))
}

/// What is remembered of a catalog.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Compiled {
    /// Of its canonical form.
    digest: Digest,
    /// Whether our own types can apply all of it.
    native: bool,
}

/// Who applies a catalog; none if nobody may.
fn choose(engine: Engine, native: bool) -> Option<Hand> {
    match (engine, native) {
        (Engine::Auto | Engine::Native, true) => Some(Hand::Native),
        (Engine::Native, false) => None,
        (Engine::Auto, false) | (Engine::Puppet, _) => Some(Hand::Puppet),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_chosen_by_what_is_asked_for_and_what_can_be_done() {
        for (engine, native, expected) in [
            (Engine::Auto, true, Some(Hand::Native)),
            (Engine::Auto, false, Some(Hand::Puppet)),
            (Engine::Native, true, Some(Hand::Native)),
            (Engine::Native, false, None),
            (Engine::Puppet, true, Some(Hand::Puppet)),
        ] {
            assert_eq!(choose(engine, native), expected, "{engine:?}, {native}");
        }
    }
}
