//! Finding an engine: where sockets may lie, and asking what answers there.

use std::path::{Path, PathBuf};

use bollard::{API_DEFAULT_VERSION, Docker};
use tokio::runtime::{Builder, Runtime};

use crate::Error;

/// Seconds until a silent engine is given up. Loading sends data all the time and is not cut short by it.
const TIMEOUT: u64 = 600;

/// What of the user's surroundings says where engines listen.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `CONTAINER_HOST`, Podman's counterpart.
    pub container_host: Option<String>,
    /// `XDG_RUNTIME_DIR`, where engines of ordinary users listen.
    pub runtime_directory: Option<PathBuf>,
}

/// Sockets worth trying, the likeliest first. What the user names outright is the only candidate.
pub fn candidates(surroundings: &Surroundings) -> Result<Vec<PathBuf>, Error> {
    if let Some(named) = surroundings.docker_host.as_ref().or(surroundings.container_host.as_ref()) {
        let path = named.strip_prefix("unix://").ok_or_else(|| Error::NotASocket(named.clone()))?;
        return Ok(vec![path.into()]);
    }
    let own = surroundings.runtime_directory.iter();
    let own = own.flat_map(|folder| [folder.join("docker.sock"), folder.join("podman/podman.sock")]);
    let system = ["/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock"].map(PathBuf::from);
    Ok(own.chain(system).collect())
}

/// An engine that has answered.
pub struct Engine {
    pub(crate) client: Docker,
    pub(crate) runtime: Runtime,
    name: String,
    socket: PathBuf,
}

impl Engine {
    /// Connects to the first of the sockets behind which an engine answers.
    pub fn connect(sockets: &[PathBuf]) -> Result<Self, Error> {
        let mut tried = Vec::new();
        for socket in sockets.iter().filter(|socket| socket.exists()) {
            match Self::ask(socket) {
                Ok(engine) => return Ok(engine),
                Err(reason) => tried.push(format!("{}: {reason}", socket.display())),
            }
        }
        Err(Error::NoEngine { looked: sockets.to_vec(), tried })
    }

    /// Its name and version, e.g. `Docker 28.2.2`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it listens.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    fn ask(socket: &Path) -> Result<Self, String> {
        let words = |error: bollard::errors::Error| error.to_string();
        let path = socket.to_str().ok_or("the path is not UTF-8")?;
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        // An engine may be older than the client's API, which it would refuse: settle on what both speak.
        let client = runtime
            .block_on(async {
                Docker::connect_with_unix(path, TIMEOUT, API_DEFAULT_VERSION)?.negotiate_version().await
            })
            .map_err(words)?;
        let version = runtime.block_on(client.version()).map_err(words)?;
        let is_podman =
            version.components.iter().flatten().any(|component| component.name.contains("Podman"));
        let name = if is_podman { "Podman" } else { "Docker" };
        let name = format!("{name} {}", version.version.unwrap_or_default());
        Ok(Self { client, runtime, name, socket: socket.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_names_is_the_only_candidate() {
        let named = Surroundings { docker_host: Some("unix:///x.sock".into()), ..Surroundings::default() };
        assert_eq!(candidates(&named).unwrap(), [PathBuf::from("/x.sock")]);
        let remote =
            Surroundings { docker_host: Some("tcp://example.org:2375".into()), ..Surroundings::default() };
        assert!(candidates(&remote).unwrap_err().to_string().contains("tcp://example.org:2375"));
        let own =
            Surroundings { runtime_directory: Some("/run/user/1000".into()), ..Surroundings::default() };
        assert_eq!(candidates(&own).unwrap()[1], PathBuf::from("/run/user/1000/podman/podman.sock"));
    }

    #[test]
    fn a_socket_that_nobody_listens_on_is_named_with_the_reason() {
        let folder = std::env::temp_dir().join(format!("effigy-no-engine-{}", std::process::id()));
        std::fs::write(&folder, "").unwrap();
        let error = Engine::connect(&[folder.clone(), "/no/such.sock".into()]).err().unwrap().to_string();
        std::fs::remove_file(&folder).unwrap();
        assert!(error.contains(&folder.display().to_string()), "{error}");
    }
}
