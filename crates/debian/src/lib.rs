//! Debian archives: signed releases, package indexes, versions, dependency closures
