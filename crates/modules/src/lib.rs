//! Puppetfile and module installation.
//!
//! [`Puppetfile`] says which modules a control repository wants and where each comes from; [`Plan`] brings its
//! module folder there.

mod error;
mod install;
mod puppetfile;

pub use error::Error;
pub use install::{Fetched, Plan, Report, fetch_packages};
pub use puppetfile::{
    ForgeVersion, GitReference, GitSource, InvalidName, Module, ModuleName, Puppetfile, Source,
};
