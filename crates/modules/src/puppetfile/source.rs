//! Where modules come from, as types. Every form that r10k and librarian-puppet know has one, whether it
//! can be installed or not.

use std::path::PathBuf;

use sha256::Digest;

use crate::Range;

/// Where a module comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder, relative to the Puppetfile or absolute (`path: 'site/nginx'`).
    Path(PathBuf),
    /// A Debian package (`deb: 'puppet-module-puppetlabs-stdlib'`).
    Deb(String),
    /// Already in the module folder, and not to be touched (`local: true`).
    Local,
    /// The Forge, which is where a module comes from if nothing else is said.
    Forge {
        /// Which of its releases.
        version: ForgeVersion,
    },
    /// A git repository (`git: 'https://…'`).
    Git(GitSource),
    /// A Subversion repository (`svn: 'https://…'`).
    Svn {
        /// The folder's address.
        url: String,
        /// `rev`, `revision` or `version`; the newest if not given.
        revision: Option<String>,
    },
    /// An archive (`type: 'tarball', source: 'https://…'`).
    Tarball {
        /// Its address.
        url: String,
        /// The SHA-256 that it must have (`version`).
        sha256: Option<Digest>,
    },
    /// A release of a GitHub repository (`github_tarball: 'owner/repository'`).
    GithubTarball {
        /// `owner/repository`.
        repository: String,
        /// Which release, as a tag or a range; the newest if not given.
        version: Option<String>,
    },
}

/// Which release of a Forge module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForgeVersion {
    /// Any; once installed, it stays.
    Any,
    /// `:latest`: the newest at the time of an update.
    Latest,
    /// `'9.4.1'` or a range such as `'>= 1.0 < 2'`.
    Requirement(Range),
}

/// A git repository and what to check out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitSource {
    /// The repository's address, in any form that git takes.
    pub url: String,
    /// What is checked out.
    pub reference: GitReference,
    /// What is checked out if `reference` does not exist (`default_branch`).
    pub default_branch: Option<String>,
    /// The folder within the repository that is the module (`path`).
    pub folder: Option<PathBuf>,
}

/// What to check out of a git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitReference {
    /// The repository's own default branch.
    Default,
    /// `ref` or `version`: a branch, tag or commit, whichever it turns out to be.
    Any(String),
    /// `tag`
    Tag(String),
    /// `commit`
    Commit(String),
    /// `branch`
    Branch(String),
    /// `branch: :control_branch`: the branch that the control repository is on.
    ControlBranch,
}

impl Source {
    /// What the source is called in messages, e.g. `a git repository`.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Path(_) => "a folder",
            Self::Deb(_) => "a Debian package",
            Self::Local => "a local module",
            Self::Forge { .. } => "the Forge",
            Self::Git(_) => "a git repository",
            Self::Svn { .. } => "a Subversion repository",
            Self::Tarball { .. } => "an archive",
            Self::GithubTarball { .. } => "a release on GitHub",
        }
    }

    /// What nothing is installed from; none if this is no such source.
    pub(super) fn refused(&self) -> Option<&'static str> {
        match self {
            Self::Svn { .. } => Some(self.describe()),
            _ => None,
        }
    }
}
