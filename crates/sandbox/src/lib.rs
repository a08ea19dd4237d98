//! Linux namespaces and overlay file systems: a root of its own for what a build runs
