//! The store: content-addressed blobs as an OCI layout, caches, locks, pruning
