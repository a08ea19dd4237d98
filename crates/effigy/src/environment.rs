//! The environment, read in one place: every variable that effigy heeds stands here or in `args`.

use std::env;
use std::path::PathBuf;

use crate::failure::Failure;

/// `EFFIGY_DEBIAN_MIRROR`: the mirror for bases that name none.
pub fn debian_mirror() -> Option<String> {
    text("EFFIGY_DEBIAN_MIRROR")
}

/// `EFFIGY_DEBIAN_SECURITY_MIRROR`: the same for security updates.
pub fn debian_security_mirror() -> Option<String> {
    text("EFFIGY_DEBIAN_SECURITY_MIRROR")
}

/// `EFFIGY_FORGE`: the Forge that modules come from, whatever effigy.yaml and the Puppetfile say.
pub fn forge() -> Option<String> {
    text("EFFIGY_FORGE")
}

/// `SOURCE_DATE_EPOCH`: the newest time that may stand in an image, in seconds since 1970.
pub fn source_date_epoch() -> Result<Option<u64>, Failure> {
    let Some(text) = text("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let number = text.parse().map_err(|_| {
        Failure::usage(format!("`SOURCE_DATE_EPOCH` is `{text}`, expected a number of seconds since 1970"))
    })?;
    Ok(Some(number))
}

/// Where container engines may listen.
pub fn engine_surroundings() -> docker::Surroundings {
    docker::Surroundings {
        docker_host: text("DOCKER_HOST"),
        container_host: text("CONTAINER_HOST"),
        runtime_directory: text("XDG_RUNTIME_DIR").map(PathBuf::from),
    }
}

/// Where Docker and Podman keep credentials, the place that counts first: the session's, the user's, Docker's.
pub fn credential_files() -> Vec<PathBuf> {
    let of_session = text("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("containers/auth.json"));
    let of_user = configuration_folder().map(|folder| folder.join("containers/auth.json"));
    let docker = text("DOCKER_CONFIG").map(PathBuf::from);
    let docker = docker.or_else(|| text("HOME").map(|home| PathBuf::from(home).join(".docker")));
    [of_session, of_user, docker.map(|folder| folder.join("config.json"))].into_iter().flatten().collect()
}

/// Where Docker and Podman keep certificates by registry.
pub fn certificate_folders() -> Vec<PathBuf> {
    let of_user = configuration_folder().map(|folder| folder.join("containers/certs.d"));
    let of_system = ["/etc/containers/certs.d", "/etc/docker/certs.d"].map(PathBuf::from);
    of_user.into_iter().chain(of_system).collect()
}

/// `PATH`, in which credential helpers are looked for.
pub fn search_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn configuration_folder() -> Option<PathBuf> {
    let own = text("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    own.or_else(|| text("HOME").map(|home| PathBuf::from(home).join(".config")))
}

/// The store of the user who runs effigy: the system's for root, else one of their own.
pub fn default_store() -> Result<PathBuf, Failure> {
    if rustix::process::geteuid().is_root() && !in_namespace() {
        return Ok(PathBuf::from("/var/lib/effigy"));
    }
    let data = text("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || text("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let folder = data.or_else(home).ok_or_else(|| {
        Failure::usage("neither HOME nor XDG_DATA_HOME says where the store should be".to_owned())
            .hint("name a folder with `--store`")
    })?;
    Ok(folder.join("effigy"))
}

/// Set for the second run of effigy, as root of a namespace, so that it knows it is not really root.
pub const IN_NAMESPACE: &str = "EFFIGY_IN_NAMESPACE";

/// Whether this is that second run.
pub fn in_namespace() -> bool {
    text(IN_NAMESPACE).is_some()
}

/// A variable that is set, not empty and text.
fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
