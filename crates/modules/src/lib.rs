//! Puppetfile and module installation
