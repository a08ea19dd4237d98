//! A base of `effigy.yaml` as a root to build in, and as the lowest layer of images.

use std::num::NonZero;
use std::rc::Rc;

use control_repo::Base;
use debian::Archive;
use oci::{Compression, Layer, LayerOptions, LayerWriter};
use progress::Unit;
use sha256::Digest;
use store::{Bucket, Directory};

use crate::Error;
use crate::base_image::BaseImage;
use crate::build::Context;
use crate::key::{self, BaseLayerKey};
use crate::packages::{self, Recipe};
use crate::residue::Residue;
use crate::settings::host_architecture;

/// A base, ready to build on.
pub(crate) struct ReadyBase {
    /// The key of its root.
    pub key: Digest,
    /// Its root.
    pub directory: Directory,
    /// The archive that its packages, and those of images on it, come from.
    pub archive: Rc<Archive>,
    pub architecture: &'static str,
    pub recommends: bool,
    /// What of this base's layers, and of those on it, stays out.
    pub residue: Residue,
    /// Times in images on it are clamped to this.
    pub source_date_epoch: u64,
    /// What made its layer, for the history.
    pub history: String,
    /// The image that it is, with layers of its own.
    pub image: Option<BaseImage>,
}

/// Takes a base from the store, or bootstraps it.
pub(crate) fn ready(context: &Context<'_>, base: &Base) -> Result<ReadyBase, Error> {
    let archive = context.archives.of_base(context.repo, base)?;
    let source_date_epoch = context.settings.source_date_epoch.unwrap_or_else(|| archive.date());
    let recipe = Recipe {
        what: format!("base {}", base.name),
        archive: &archive,
        release: &base.release,
        architecture: host_architecture(),
        packages: base.packages.iter().map(String::as_str).collect(),
        recommends: base.recommends,
        source_date_epoch,
    };
    let root = packages::root(context, &recipe)?;
    Ok(ReadyBase {
        key: root.key,
        directory: root.directory,
        architecture: host_architecture(),
        recommends: base.recommends,
        residue: Residue { documentation: base.documentation },
        source_date_epoch,
        history: format!("effigy: Debian {}, {} packages", base.release, root.packages),
        archive,
        image: None,
    })
}

/// The base's layers: those of the image that it is, or one that is cut once.
pub(crate) fn layers(
    context: &Context<'_>,
    base: &ReadyBase,
    compression: Compression,
) -> Result<Vec<Layer>, Error> {
    match &base.image {
        Some(image) => Ok(image.layers.clone()),
        None => Ok(vec![layer(context, base, compression)?]),
    }
}

/// The base's layer, cut once.
fn layer(context: &Context<'_>, base: &ReadyBase, compression: Compression) -> Result<Layer, Error> {
    let key = BaseLayerKey {
        recipe: key::recipe(),
        root: base.key,
        documentation: base.residue.documentation,
        compression: format!("{compression:?}"),
    };
    let key = key::digest(&key);
    if let Some(layer) = known(context, &key)? {
        return Ok(layer);
    }
    let task = context.progress.begin("writing the base layer", None, Unit::Bytes);
    let mut writer = LayerWriter::new(context.store, compression, threads())?;
    let options = LayerOptions {
        source_date_epoch: base.source_date_epoch,
        exclude: &|path| base.residue.holds(path),
        lower: None,
    };
    oci::write_tree(base.directory.path(), &options, &mut writer)?;
    let layer = writer.finish()?;
    context.store.put_record(Bucket::Layers, &key, &layer)?;
    task.done(&format!("{} MB", layer.descriptor.size / 1_000_000));
    Ok(layer)
}

/// A layer that the store has a record of and still holds.
pub(crate) fn known(context: &Context<'_>, key: &Digest) -> Result<Option<Layer>, Error> {
    if context.settings.rebuild {
        return Ok(None);
    }
    let Some(layer) = context.store.get_record::<Layer>(Bucket::Layers, key)? else { return Ok(None) };
    let whole = context.store.blobs().length(&layer.descriptor.digest)? == Some(layer.descriptor.size);
    Ok(whole.then_some(layer))
}

pub(crate) fn threads() -> NonZero<usize> {
    std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}
