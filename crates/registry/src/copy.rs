//! Images from one registry to another, as they are: an index with all its images, the same digests.

use progress::Progress;
use store::Store;

use crate::Error;
use crate::client::{Client, root_document};
use crate::manifests::Place;
use crate::push::{InRegistry, Pushed};
use crate::reference::Reference;
use crate::retry::Cancel;
use crate::scope::Scope;

impl Client {
    /// Copies between registries. Only blobs that the target lacks are fetched, through nameless files of the
    /// store; within one registry none is.
    ///
    /// # Errors
    /// Every [`Error`] of a request to either; the target's tag is then left as it was.
    pub fn copy(
        &self,
        from: &Reference,
        to: &Reference,
        store: &Store,
        progress: &dyn Progress,
    ) -> Result<Pushed, Error> {
        let connection = self.connection(from.registry())?;
        let (scope, cancel) = (Scope::read(from.repository()), Cancel::default());
        let place =
            Place { connection: &connection, repository: from.repository(), scope: &scope, cancel: &cancel };
        let document = root_document(&place, from)?;
        let source = InRegistry { connection: &connection, reference: from, store };
        let nearby = (from.registry() == to.registry()).then(|| from.repository());
        self.push_from(&source, &document, to, store, nearby, progress)
    }
}
