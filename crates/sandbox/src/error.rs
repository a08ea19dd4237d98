//! What can go wrong before the command inside has started; what the command does is its own exit.

use std::io;
use std::path::PathBuf;

/// Why a sandbox could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kernel or its configuration refuses namespaces.
    #[error("this machine does not let effigy make {what}: {source}")]
    Namespace {
        /// What was refused, e.g. `a user namespace`.
        what: &'static str,
        /// The kernel's answer.
        source: io::Error,
    },
    /// `/etc/subuid` or `/etc/subgid` names no ids for this user.
    #[error("no subordinate ids for `{user}` in {file}")]
    NoSubordinateIds {
        /// The user's name or number.
        user: String,
        /// The file that was read.
        file: &'static str,
    },
    /// `newuidmap` or `newgidmap` is missing or refused.
    #[error("`{program}` could not map the subordinate ids: {reason}")]
    IdMap {
        /// The program.
        program: &'static str,
        /// What it or the kernel said.
        reason: String,
    },
    /// A step of the set-up inside the namespaces failed.
    #[error("setting up the sandbox failed: {step}: {source}")]
    Setup {
        /// The step, with the path it was about.
        step: String,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The sandbox's own processes ended without saying how the command ended.
    #[error("the sandbox ended without an answer ({0})")]
    NoAnswer(String),
    /// A path that the options of an overlay mount cannot carry.
    #[error("`{0}` cannot be used in an overlay mount")]
    UnusablePath(PathBuf),
    /// Something outside the namespaces failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, with the path.
        what: String,
        /// The system's answer.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

impl diagnostics::Hint for Error {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Namespace { .. } => "user namespaces must be allowed: see `sysctl user.max_user_namespaces`, \
                 `kernel.unprivileged_userns_clone` and `kernel.apparmor_restrict_unprivileged_userns`; in a \
                 container, it needs to be privileged or have seccomp and AppArmor unconfined. \
                 `effigy doctor` looks at all of them"
                .into(),
            Self::NoSubordinateIds { user, .. } => {
                format!("as root, run `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}`")
            }
            Self::IdMap { .. } => "install the package `uidmap`, and see that newuidmap and newgidmap are setuid \
                 root or carry their capabilities"
                .into(),
            Self::Setup { step, .. } if step.contains("overlay") => {
                "the store must lie on a file system that overlayfs takes as an upper layer (ext4, xfs, btrfs, tmpfs), \
                 and the kernel must be 5.11 or newer"
                    .into()
            }
            Self::Setup { .. } | Self::NoAnswer(_) | Self::UnusablePath(_) | Self::Io { .. } => return None,
        })
    }
}
