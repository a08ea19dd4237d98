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
