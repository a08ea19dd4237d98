//! Debian packages as files: reading .deb archives and unpacking them into a root with dpkg's database
