//! Container images from Puppet code
fn main() {}
