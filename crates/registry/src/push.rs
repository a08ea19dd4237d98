//! Images on their way out: from a store, or from another registry.

use std::collections::BTreeSet;
use std::fs::File;

use progress::{Progress, Unit};
use sha256::Digest;
use store::{Descriptor, Store};

use crate::client::{Client, remember, repositories_with};
use crate::connection::Connection;
use crate::manifests::{Content, Document, Place};
use crate::meter::{Meter, Tally};
use crate::parallel;
use crate::reference::{Reference, Repository};
use crate::retry::Cancel;
use crate::scope::Scope;
use crate::upload::{self, Way};
use crate::{Error, download};

/// Repositories that are asked for one blob before it is sent.
const MOST_CANDIDATES: usize = 2;

/// What a push, or a copy, has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Where the image is now.
    pub reference: Reference,
    /// The digest of its manifest, or of its index.
    pub digest: Digest,
    /// The image was there already, under this very name: nothing was done.
    pub unchanged: bool,
    /// Blobs that were sent.
    pub sent: usize,
    /// Their bytes.
    pub sent_bytes: u64,
    /// Blobs that the registry took from other repositories of its own.
    pub mounted: usize,
    /// Blobs that were there.
    pub existing: usize,
}

/// Where what is pushed comes from.
pub(crate) trait Source: Sync {
    /// A manifest that an index names.
    fn manifest(&self, descriptor: &Descriptor) -> Result<Document, Error>;
    /// The content of a blob; `cancel` ends the wait for it.
    fn blob(&self, descriptor: &Descriptor, cancel: &Cancel) -> Result<File, Error>;
}

impl Client {
    /// Pushes an image of the store, an index with all its images, or one image. Blobs first and the manifest
    /// last, so that what is seen under the name is whole at every moment.
    ///
    /// # Errors
    /// Every [`Error`] of a request, and of blobs that are missing in the store. A tag is left as it was.
    pub fn push(
        &self,
        store: &Store,
        manifest: &Descriptor,
        to: &Reference,
        progress: &dyn Progress,
    ) -> Result<Pushed, Error> {
        let source = InStore { store };
        let document = source.manifest(manifest)?;
        self.push_from(&source, &document, to, store, None, progress)
    }

    /// Pushes from any source. `nearby`: a repository of the same registry that has all the blobs.
    pub(crate) fn push_from(
        &self,
        source: &dyn Source,
        document: &Document,
        to: &Reference,
        store: &Store,
        nearby: Option<&Repository>,
        progress: &dyn Progress,
    ) -> Result<Pushed, Error> {
        let (digest, connection) = (document.descriptor.digest, self.connection(to.registry())?);
        if let Some(wanted) = to.digest()
            && wanted != digest
        {
            let (registry, what) = (to.registry().clone(), to.familiar());
            return Err(Error::WrongDigest { registry, what, expected: wanted, found: digest });
        }
        let target = Target { client: self, connection: &connection, to, store };
        let cancel = Cancel::default();
        let read = Scope::write(to.repository(), []);
        let place = target.place(&read, &cancel);
        let identifier = to.tag().map_or_else(|| digest.oci(), str::to_owned);
        let nothing_done = Pushed {
            reference: to.clone(),
            digest,
            unchanged: true,
            sent: 0,
            sent_bytes: 0,
            mounted: 0,
            existing: 0,
        };
        if place.digest(&identifier)? == Some(digest) {
            return Ok(nothing_done);
        }
        let mut images = Vec::new();
        collect(source, document, &mut images, 0)?;
        let pushed = target.blobs(source, &images, nearby, nothing_done, progress)?;
        for image in &images {
            let last = image.descriptor.digest == digest;
            let identifier = if last { identifier.clone() } else { image.descriptor.digest.oci() };
            place.put(&identifier, &image.descriptor, &image.bytes)?;
        }
        Ok(pushed)
    }
}

/// Where to.
struct Target<'a> {
    client: &'a Client,
    connection: &'a Connection,
    to: &'a Reference,
    store: &'a Store,
}

impl Target<'_> {
    fn place<'a>(&'a self, scope: &'a Scope, cancel: &'a Cancel) -> Place<'a> {
        Place { connection: self.connection, repository: self.to.repository(), scope, cancel }
    }

    /// Sends all blobs that the registry lacks, and counts.
    fn blobs(
        &self,
        source: &dyn Source,
        images: &[Document],
        nearby: Option<&Repository>,
        mut pushed: Pushed,
        progress: &dyn Progress,
    ) -> Result<Pushed, Error> {
        let blobs = blobs_of(images);
        let mut wanted = Vec::new();
        for blob in &blobs {
            let mut candidates: Vec<Repository> = nearby.into_iter().cloned().collect();
            candidates.extend(repositories_with(self.store, self.to.registry(), &blob.digest)?);
            candidates.truncate(MOST_CANDIDATES);
            wanted.push((*blob, candidates));
        }
        // One token for all that is to come.
        let others = wanted.iter().flat_map(|(_, candidates)| candidates.iter().cloned());
        let scope = Scope::write(self.to.repository(), others);
        let total = blobs.iter().map(|blob| blob.size).fold(0, u64::saturating_add);
        let task = progress.begin(&format!("pushing {}", self.to.familiar()), Some(total), Unit::Bytes);
        let tally = Tally::default();
        let ways = tally.show(&*task, || {
            parallel::each(&wanted, self.client.threads(), |(blob, candidates), cancel| {
                let place = self.place(&scope, cancel);
                self.blob(source, &place, blob, candidates, &tally.meter())
            })
        })?;
        pushed.unchanged = false;
        for (blob, way) in blobs.iter().zip(ways) {
            match way {
                Way::Existed => pushed.existing += 1,
                Way::Mounted => pushed.mounted += 1,
                Way::Sent => {
                    pushed.sent += 1;
                    pushed.sent_bytes += blob.size;
                }
            }
        }
        task.done(&summary(&pushed));
        Ok(pushed)
    }

    fn blob(
        &self,
        source: &dyn Source,
        place: &Place<'_>,
        blob: &Descriptor,
        candidates: &[Repository],
        meter: &Meter,
    ) -> Result<Way, Error> {
        let open = || source.blob(blob, place.cancel);
        let way = upload::blob(place, blob, candidates, self.client.options.chunk_size, &open, meter)?;
        remember(self.store, self.to.registry(), self.to.repository(), &blob.digest)?;
        Ok(way)
    }
}

/// All manifests below one, those that others name before these.
fn collect(
    source: &dyn Source,
    document: &Document,
    found: &mut Vec<Document>,
    depth: usize,
) -> Result<(), Error> {
    if depth > crate::pull::DEEPEST_INDEX {
        let what = format!("`{}`", document.descriptor.digest.oci());
        return Err(Error::NotAnImage { what, reason: "its indexes name each other too deeply".to_owned() });
    }
    if let Content::Index(manifests) = &document.content {
        for descriptor in manifests {
            if !found.iter().any(|known| known.descriptor.digest == descriptor.digest) {
                collect(source, &source.manifest(descriptor)?, found, depth + 1)?;
            }
        }
    }
    found.push(document.clone());
    Ok(())
}

/// Configurations and layers, each once, the largest first so that no thread is left alone with one at the end.
fn blobs_of(images: &[Document]) -> Vec<&Descriptor> {
    let (mut blobs, mut seen) = (Vec::new(), BTreeSet::new());
    for image in images {
        if let Content::Image { configuration, layers } = &image.content {
            blobs.extend(layers.iter().chain([configuration]).filter(|blob| seen.insert(blob.digest)));
        }
    }
    blobs.sort_by_key(|blob| std::cmp::Reverse(blob.size));
    blobs
}

fn summary(pushed: &Pushed) -> String {
    let megabytes = pushed.sent_bytes as f64 / 1e6;
    format!(
        "{} blobs sent ({megabytes:.1} MB), {} mounted, {} there already",
        pushed.sent, pushed.mounted, pushed.existing
    )
}

/// Images of the store.
struct InStore<'a> {
    store: &'a Store,
}

impl Source for InStore<'_> {
    fn manifest(&self, descriptor: &Descriptor) -> Result<Document, Error> {
        let bytes = self.store.blobs().read(&descriptor.digest)?;
        let what = format!("`{}`", descriptor.digest.oci());
        Document::read(bytes, Some(&descriptor.media_type), &what)
    }

    fn blob(&self, descriptor: &Descriptor, _: &Cancel) -> Result<File, Error> {
        let digest = descriptor.digest;
        let blobs = self.store.blobs();
        let file = blobs.open(&digest)?;
        match blobs.length(&digest)?.unwrap_or_default() {
            found if found == descriptor.size => Ok(file),
            found => Err(store::Error::BlobLength { digest, found, expected: descriptor.size }.into()),
        }
    }
}

/// Images of another registry, or of another repository. Blobs pass through nameless files of the store.
pub(crate) struct InRegistry<'a> {
    pub connection: &'a Connection,
    pub reference: &'a Reference,
    pub store: &'a Store,
}

impl InRegistry<'_> {
    fn with_place<R>(&self, cancel: &Cancel, work: impl FnOnce(&Place<'_>) -> R) -> R {
        let repository = self.reference.repository();
        let scope = Scope::read(repository);
        work(&Place { connection: self.connection, repository, scope: &scope, cancel })
    }
}

impl Source for InRegistry<'_> {
    fn manifest(&self, descriptor: &Descriptor) -> Result<Document, Error> {
        self.with_place(&Cancel::default(), |place| place.manifest_of(descriptor))
    }

    fn blob(&self, descriptor: &Descriptor, cancel: &Cancel) -> Result<File, Error> {
        // What the store has need not come again.
        if self.store.blobs().length(&descriptor.digest)? == Some(descriptor.size) {
            return Ok(self.store.blobs().open(&descriptor.digest)?);
        }
        let unseen = Tally::default().meter();
        let sealed =
            self.with_place(cancel, |place| download::blob(place, self.store, descriptor, &unseen))?;
        // The open file outlives its name.
        Ok(sealed.open()?)
    }
}
