//! Who we are to a registry: looked up in the files that Docker and Podman keep, and asked of their helper
//! programs.
//!
//! Where those files lie is the caller's matter; nothing here reads the environment.

mod file;
mod helper;

use std::path::PathBuf;

use crate::reference::{Registry, Repository};
use crate::{Error, Secret};
use file::AuthFile;

/// Credentials for a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A name and a password.
    Password {
        /// The name.
        user: String,
        /// The password, or an access token used like one.
        password: Secret,
    },
    /// A refresh token, to be exchanged for access tokens (`identitytoken` in Docker's file).
    Identity(Secret),
    /// An access token, sent as it is (`registrytoken` in Docker's file).
    Bearer(Secret),
}

/// Where credentials are looked for.
#[derive(Clone, Debug, Default)]
pub struct Keychain {
    /// `config.json` of Docker and `auth.json` of Podman, the one that counts first. Files that do not exist are
    /// passed over.
    pub files: Vec<PathBuf>,
    /// Folders in which helper programs are looked for.
    pub helper_folders: Vec<PathBuf>,
}

impl Credential {
    /// Whose it is, for messages.
    pub(crate) fn user(&self) -> Option<&str> {
        match self {
            Self::Password { user, .. } => Some(user),
            Self::Identity(_) | Self::Bearer(_) => None,
        }
    }
}

impl Keychain {
    /// The credentials for a repository; none: go on as nobody in particular.
    ///
    /// In each file, in this order: a helper for this registry, the helper for all, the file's own entries,
    /// of which one for a part of a registry (`registry.example.org/team`) counts before one for all of it.
    ///
    /// # Errors
    /// A file that cannot be read or is no such file, a helper that cannot be run or fails.
    pub fn find(&self, registry: &Registry, repository: &Repository) -> Result<Option<Credential>, Error> {
        for path in &self.files {
            let Some(file) = AuthFile::load(path)? else { continue };
            if let Some(helper) = file.helper(registry) {
                for name in registry.names_in_credentials() {
                    if let Some(credential) = helper::get(&self.helper_folders, helper, name)? {
                        return Ok(Some(credential));
                    }
                }
            }
            if let Some(credential) = file.entry(registry, repository)? {
                return Ok(Some(credential));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
