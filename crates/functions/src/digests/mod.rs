//! Digests, and numbers drawn from them.

mod digest;
mod fqdn_rand;
mod hexadecimal;
mod md5;
mod mersenne_twister;
mod sha1;
mod sha256;

pub(crate) use digest::DIGEST;
pub(crate) use fqdn_rand::FQDN_RAND;
pub(crate) use md5::MD5;
pub(crate) use sha1::SHA1;
pub(crate) use sha256::SHA256;
