//! Real Puppet, mounted from the tools root: compiling and applying catalogs
