//! The client: a connection for each registry, and what is remembered of where blobs are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha256::Digest;
use store::{Bucket, Store};

use crate::connection::Connection;
use crate::manifests::{Document, Place};
use crate::reference::{Reference, Registry, Repository};
use crate::retry::Cancel;
use crate::scope::Scope;
use crate::{Error, Options};

/// So many repositories are remembered for a blob.
const MOST_REPOSITORIES: usize = 4;

/// Speaks to registries. Connections and tokens are kept; share one client among threads.
pub struct Client {
    pub(crate) options: Options,
    connections: Mutex<BTreeMap<Registry, Arc<Connection>>>,
}

impl Client {
    /// A client with these options. Nothing is read or connected yet.
    pub fn new(options: Options) -> Self {
        Self { options, connections: Mutex::default() }
    }

    /// The digest of what a reference stands for now: of an index, if it names one. Pins a tag.
    ///
    /// # Errors
    /// Every [`Error`] of a request; [`Error::Missing`] if there is no such image.
    pub fn resolve(&self, reference: &Reference) -> Result<Digest, Error> {
        let connection = self.connection(reference.registry())?;
        let (scope, cancel) = (Scope::read(reference.repository()), Cancel::default());
        let place = Place {
            connection: &connection,
            repository: reference.repository(),
            scope: &scope,
            cancel: &cancel,
        };
        match place.digest(&reference.identifier())? {
            Some(digest) => Ok(digest),
            // Not there, or one of the registries that do not say: the manifest itself knows.
            None => Ok(place.manifest(&reference.identifier(), reference.digest())?.descriptor.digest),
        }
    }

    pub(crate) fn connection(&self, registry: &Registry) -> Result<Arc<Connection>, Error> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = connections.get(registry) {
            return Ok(Arc::clone(known));
        }
        let connection = Arc::new(Connection::new(&self.options, registry)?);
        connections.insert(registry.clone(), Arc::clone(&connection));
        Ok(connection)
    }

    pub(crate) fn threads(&self) -> usize {
        self.options.parallel.max(1)
    }
}

/// The manifest that a reference stands for.
pub(crate) fn root_document(place: &Place<'_>, reference: &Reference) -> Result<Document, Error> {
    place.manifest(&reference.identifier(), reference.digest())
}

/// Repositories of a registry that had a blob when we last dealt with it, the last one first.
pub(crate) fn repositories_with(
    store: &Store,
    registry: &Registry,
    digest: &Digest,
) -> Result<Vec<Repository>, Error> {
    let known: Option<Vec<String>> = store.get_record(Bucket::Registries, &key(registry, digest))?;
    Ok(known.unwrap_or_default().iter().filter_map(|name| name.parse().ok()).collect())
}

/// Remembers that a repository has a blob.
pub(crate) fn remember(
    store: &Store,
    registry: &Registry,
    repository: &Repository,
    digest: &Digest,
) -> Result<(), Error> {
    let known = repositories_with(store, registry, digest)?;
    if known.first() == Some(repository) {
        return Ok(());
    }
    let others = known.into_iter().filter(|other| other != repository);
    let names: Vec<String> = [repository.clone()]
        .into_iter()
        .chain(others)
        .take(MOST_REPOSITORIES)
        .map(|name| name.to_string())
        .collect();
    Ok(store.put_record(Bucket::Registries, &key(registry, digest), &names)?)
}

/// The blob's own digest is not in the record: it would keep the blob in the store.
fn key(registry: &Registry, digest: &Digest) -> Digest {
    Digest::of(format!("{registry} {digest}"))
}
