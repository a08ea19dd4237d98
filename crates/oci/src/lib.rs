//! OCI images: layer tars from a file tree, configuration, manifests, archives
