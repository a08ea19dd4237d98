//! What can go wrong with an engine.

use std::path::PathBuf;

use diagnostics::Hint;

/// Why an engine could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answers.
    #[error("no container engine answers{}", tried_text(.tried))]
    NoEngine {
        /// Every socket that was looked for.
        looked: Vec<PathBuf>,
        /// Those that exist, and why they were no use.
        tried: Vec<String>,
    },
    /// The user names an engine that is not on this machine.
    #[error("`{0}` is not a socket of this machine (`unix:///path`)")]
    NotASocket(String),
    /// The engine answered that it would not.
    #[error("the container engine refused the image: {0}")]
    Refused(String),
    /// The conversation broke.
    #[error("talking to the container engine failed: {0}")]
    Talk(String),
}

impl Error {
    pub(crate) fn of(error: bollard::errors::Error) -> Self {
        match error {
            bollard::errors::Error::DockerResponseServerError { message, .. } => Self::Refused(message),
            bollard::errors::Error::DockerStreamError { error } => Self::Refused(error),
            other => Self::Talk(other.to_string()),
        }
    }
}

fn tried_text(tried: &[String]) -> String {
    tried.iter().map(|line| format!("\n  {line}")).collect()
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoEngine { looked, tried } if tried.is_empty() => {
                let looked: Vec<_> = looked.iter().map(|path| path.display().to_string()).collect();
                Some(format!(
                    "start Docker or Podman's socket (`systemctl --user start podman.socket`); looked for {}",
                    looked.join(", ")
                ))
            }
            Self::NoEngine { .. } => {
                Some("start the engine, or join the group that may use its socket".into())
            }
            Self::NotASocket(_) => Some("unset DOCKER_HOST, or export the image and load it there".into()),
            Self::Refused(_) | Self::Talk(_) => None,
        }
    }
}
