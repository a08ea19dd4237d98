//! The order of things: what all images share first, then one image after another.

mod planning;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use control_repo::{ControlRepo, From, Image};
use progress::Progress;
use sha256::Digest;
use store::{Descriptor, Store};

use crate::apply::Hand;
use crate::archives::Archives;
use crate::base::{self, ReadyBase};
use crate::compile::Sources;
use crate::tools::{self, ReadyTools};
use crate::{Error, Settings, base_image, image, install};

pub use planning::Planned;

/// What every step is handed.
pub(crate) struct Context<'a> {
    pub repo: &'a ControlRepo,
    pub store: &'a Store,
    pub settings: &'a Settings,
    pub progress: &'a dyn Progress,
    pub archives: Archives<'a>,
}

/// What all images of a run share.
pub(crate) struct Ready {
    pub tools: ReadyTools,
    pub sources: Sources,
    bases: BTreeMap<String, ReadyBase>,
}

impl Ready {
    /// What an image of this run is made from.
    pub(crate) fn base(&self, from: &From) -> &ReadyBase {
        self.bases.get(&from.to_string()).expect("the bases of all images are made ready before the images")
    }
}

/// Builds images of one control repository into a store.
pub struct Builder<'a> {
    context: Context<'a>,
}

/// An image that a run has made or found.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its name in `effigy.yaml` and in the store.
    pub name: String,
    /// Its manifest in the store.
    pub manifest: Descriptor,
    /// Whether nothing had to be applied for it.
    pub cached: bool,
    /// How many resources were changed when its layer was made.
    pub changed: usize,
    /// Who applied it: `native` or `puppet`.
    pub engine: Hand,
    /// Services that its catalog wants running.
    pub services: Vec<String>,
    /// What a base that is an image was resolved to: the digest of its index or manifest.
    pub base: Option<Digest>,
}

impl<'a> Builder<'a> {
    /// Nothing is read or fetched yet.
    pub fn new(
        repo: &'a ControlRepo,
        store: &'a Store,
        settings: &'a Settings,
        progress: &'a dyn Progress,
    ) -> Result<Self, Error> {
        let archives = Archives::new(store, settings, progress)?;
        Ok(Self { context: Context { repo, store, settings, progress, archives } })
    }

    /// Builds the images, calling back after each, and tags each as soon as it is whole. Stops at the first
    /// that fails; those before it stay.
    pub fn build(&self, images: &[&Image], each: &mut dyn FnMut(&Built)) -> Result<(), Error> {
        let context = &self.context;
        let _hold = context.store.hold()?;
        context.store.clean_scratch()?;
        install::modules(context, false)?;
        let ready = self.ready(images)?;
        for image in images {
            let failed = |source| Error::Image { image: image.name.to_string(), source: Box::new(source) };
            let made = image::make(context, &ready, image).map_err(failed)?;
            context.store.tag(image.name.as_str(), &made.manifest)?;
            each(&Built {
                name: image.name.to_string(),
                manifest: made.manifest,
                cached: made.cached,
                changed: made.applied.changed.len(),
                engine: made.applied.engine,
                services: made.applied.services,
                base: ready.base(&image.from).image.as_ref().map(|base| base.resolved),
            });
        }
        Ok(())
    }

    /// Installs the modules of the Puppetfile; `again` replaces those that are there.
    pub fn install_modules(&self, again: bool) -> Result<modules::Report, Error> {
        let _hold = self.context.store.hold()?;
        install::modules(&self.context, again)
    }

    fn ready(&self, images: &[&Image]) -> Result<Ready, Error> {
        let context = &self.context;
        // Wrong paths in the repository are cheaper to find than packages.
        let sources = Sources::look_over(context)?;
        let mut bases = BTreeMap::new();
        for image in images {
            if let Entry::Vacant(place) = bases.entry(image.from.to_string()) {
                place.insert(ready_base(context, &image.from)?);
            }
        }
        let tools = tools::ready(context)?;
        Ok(Ready { tools, sources, bases })
    }
}

fn ready_base(context: &Context<'_>, from: &From) -> Result<ReadyBase, Error> {
    match from {
        From::Base(name) => {
            let base = context.repo.definition().base(name).expect("a base that is referred to is defined");
            base::ready(context, base)
        }
        From::OciLayout(_) | From::DockerArchive(_) | From::Reference(_) => base_image::ready(context, from),
    }
}
