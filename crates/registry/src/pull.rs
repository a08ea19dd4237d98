//! Images on their way in: checked, and either all there or not at all.

use progress::{Progress, Unit};
use sha256::Digest;
use store::{Descriptor, SealedBlob, Store};

use crate::client::{Client, remember, root_document};
use crate::manifests::{Content, Document, Place};
use crate::meter::Tally;
use crate::parallel;
use crate::platform::Platform;
use crate::reference::Reference;
use crate::retry::Cancel;
use crate::scope::Scope;
use crate::{Error, download};

/// Indexes within indexes are followed so far.
pub(crate) const DEEPEST_INDEX: usize = 4;
/// Configurations of images, in the words of OCI and of Docker; anything else is an artifact.
const CONFIGURATIONS: [&str; 2] =
    [oci::media_type::CONFIGURATION, "application/vnd.docker.container.image.v1+json"];

/// What a pull has brought.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The image's manifest, in the store and without a name there.
    pub manifest: Descriptor,
    /// What the reference stood for: the digest of the index if there is one, else of the manifest. With it, the
    /// same image is pulled again, whatever becomes of the tag.
    pub resolved: Digest,
    /// What the image is made for, if it says so.
    pub platform: Option<Platform>,
    /// Blobs that were fetched.
    pub fetched: usize,
    /// Their bytes.
    pub fetched_bytes: u64,
    /// Blobs that the store had.
    pub existing: usize,
}

impl Client {
    /// Pulls an image into the store, of an index the one for `platform`. It gets no name: see [`Store::tag`]; keep
    /// a [`store::Hold`] until it has one.
    ///
    /// # Errors
    /// Every [`Error`] of a request, and of content that is not what was promised; the store is then as it was.
    /// Only where a connection was lost for good, blobs that were whole and right by then stay for the next time.
    pub fn pull(
        &self,
        reference: &Reference,
        platform: &Platform,
        store: &Store,
        progress: &dyn Progress,
    ) -> Result<Pulled, Error> {
        let connection = self.connection(reference.registry())?;
        let (scope, cancel) = (Scope::read(reference.repository()), Cancel::default());
        let place = Place {
            connection: &connection,
            repository: reference.repository(),
            scope: &scope,
            cancel: &cancel,
        };
        let what = reference.familiar();
        let root = root_document(&place, reference)?;
        let resolved = root.descriptor.digest;
        let document = image_of(&place, root, platform, &what)?;
        let Content::Image { configuration, layers } = &document.content else {
            return Err(Error::NotAnImage { what, reason: "it is an index of indexes".to_owned() });
        };
        if !CONFIGURATIONS.contains(&configuration.media_type.as_str()) {
            let reason = format!("it is an artifact of the type `{}`", configuration.media_type);
            return Err(Error::NotAnImage { what, reason });
        }
        let mut blobs: Vec<&Descriptor> = Vec::new();
        for blob in layers.iter().chain([configuration]) {
            if !blobs.iter().any(|known| known.digest == blob.digest) {
                blobs.push(blob);
            }
        }
        let fetched = self.blobs(&place, reference, store, &blobs, progress)?;
        store.blobs().put(&document.bytes[..])?;
        let configuration = store.blobs().read(&configuration.digest)?;
        let platform = serde_json::from_slice(&configuration).ok().and_then(|map| Platform::of(&map));
        let (count, bytes) = fetched;
        Ok(Pulled {
            manifest: document.descriptor,
            resolved,
            platform,
            fetched: count,
            fetched_bytes: bytes,
            existing: blobs.len() - count,
        })
    }

    /// Fetches the blobs that the store lacks: how many, and how many bytes.
    fn blobs(
        &self,
        place: &Place<'_>,
        reference: &Reference,
        store: &Store,
        blobs: &[&Descriptor],
        progress: &dyn Progress,
    ) -> Result<(usize, u64), Error> {
        let mut missing = Vec::new();
        for blob in blobs {
            // Stamps those that are there, so that they stay.
            let whole = store.blobs().contains(&blob.digest)?
                && store.blobs().length(&blob.digest)? == Some(blob.size);
            if !whole {
                missing.push(*blob);
            }
        }
        missing.sort_by_key(|blob| std::cmp::Reverse(blob.size));
        let total = missing.iter().map(|blob| blob.size).fold(0, u64::saturating_add);
        if !missing.is_empty() {
            let task = progress.begin(&format!("pulling {}", reference.familiar()), Some(total), Unit::Bytes);
            let tally = Tally::default();
            tally.show(&*task, || self.fetch(place, store, &missing, &tally))?;
            task.done(&format!("{} blobs, {:.1} MB", missing.len(), total as f64 / 1e6));
        }
        for blob in blobs {
            remember(store, reference.registry(), reference.repository(), &blob.digest)?;
        }
        Ok((missing.len(), total))
    }

    fn fetch(
        &self,
        place: &Place<'_>,
        store: &Store,
        missing: &[&Descriptor],
        tally: &Tally,
    ) -> Result<(), Error> {
        let sealed = std::sync::Mutex::new(Vec::<SealedBlob>::new());
        let outcome = parallel::each(missing, self.threads(), |blob, cancel| {
            let place = Place { cancel, ..*place };
            let blob = download::blob(&place, store, blob, &tally.meter())?;
            sealed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(blob);
            Ok(())
        });
        let keep = outcome.as_ref().map_or_else(Error::may_pass, |_| true);
        if keep {
            for blob in sealed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
                blob.publish()?;
            }
        }
        outcome.map(drop)
    }
}

/// The image itself, or that of an index which fits.
fn image_of(place: &Place<'_>, root: Document, wanted: &Platform, what: &str) -> Result<Document, Error> {
    let mut document = root;
    for _ in 0..DEEPEST_INDEX {
        let Content::Index(manifests) = &document.content else { break };
        let chosen = wanted.choose(manifests, what)?;
        document = place.manifest_of(chosen)?;
    }
    Ok(document)
}
