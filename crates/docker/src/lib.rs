//! Loading images into Docker or Podman over their sockets
