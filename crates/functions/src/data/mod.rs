//! Functions that look data up.

mod hiera;
mod hiera_array;
mod hiera_hash;
mod hiera_include;
mod lookup;
mod old_lookup;

pub(crate) use hiera::HIERA;
pub(crate) use hiera_array::HIERA_ARRAY;
pub(crate) use hiera_hash::HIERA_HASH;
pub(crate) use hiera_include::HIERA_INCLUDE;
pub(crate) use lookup::LOOKUP;
