//! How registries are reached: arguments that several commands share, and what the surroundings say.

use std::path::PathBuf;

use clap::Args;
use registry::{Client, Keychain, Options, Reference, Registry, Secret};

use crate::environment;
use crate::failure::Failure;

/// Where credentials and trust come from.
#[derive(Debug, Args)]
pub struct RegistryArgs {
    /// Credentials, as `docker login` and `podman login` write them [default: their usual places].
    #[arg(long, value_name = "FILE", env = "REGISTRY_AUTH_FILE")]
    pub auth_file: Option<PathBuf>,
    /// A certificate (PEM) of an authority that is trusted beside the system's; may be given several times. Those
    /// in certs.d of Docker and Podman are heeded too.
    #[arg(long = "ca-file", value_name = "FILE", env = "EFFIGY_CA_FILE", value_delimiter = ',')]
    pub ca_files: Vec<PathBuf>,
    /// A registry, as HOST or HOST:PORT, that is spoken to without encryption; may be given several times.
    #[arg(long, value_name = "HOST", env = "EFFIGY_PLAIN_HTTP", value_delimiter = ',')]
    pub plain_http: Vec<String>,
}

/// The same, for commands that move images.
#[derive(Debug, Args)]
pub struct TransferArgs {
    #[command(flatten)]
    pub registries: RegistryArgs,
    /// A proxy for registries [default: what https_proxy and http_proxy say].
    #[arg(
        long = "registry-proxy",
        value_name = "URL",
        hide_env_values = true,
        env = "EFFIGY_REGISTRY_PROXY"
    )]
    pub proxy: Option<String>,
    /// How many blobs are under way at once.
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    pub parallel: usize,
}

impl RegistryArgs {
    /// Everything that a client is told.
    pub fn options(&self) -> Result<Options, Failure> {
        let files = match &self.auth_file {
            Some(file) if !file.exists() => {
                let message = format!("there is no file of credentials `{}`", file.display());
                return Err(
                    Failure::usage(message).hint("`docker login` and `podman login --authfile` write one")
                );
            }
            Some(file) => vec![file.clone()],
            None => environment::credential_files(),
        };
        let plain_http = self.plain_http.iter().map(|text| text.parse::<Registry>());
        let plain_http = plain_http.collect::<Result<_, _>>().map_err(|error| {
            Failure::usage(format!("`--plain-http`: {error}")).hint("write `HOST` or `HOST:PORT`")
        })?;
        Ok(Options {
            keychain: Keychain { files, helper_folders: environment::search_path() },
            authorities: self.ca_files.clone(),
            certificate_folders: environment::certificate_folders(),
            plain_http,
            ..Options::default()
        })
    }
}

impl TransferArgs {
    /// A client, which sends blobs in pieces of at most `chunk_size` megabytes.
    pub fn client(&self, chunk_size: Option<u64>) -> Result<Client, Failure> {
        let chunk_size = chunk_size.map(|megabytes| megabytes.saturating_mul(1_000_000).max(1));
        let proxy = self.proxy.as_ref().map(Secret::new);
        let options = self.registries.options()?;
        Ok(Client::new(Options { proxy, parallel: self.parallel, chunk_size, ..options }))
    }
}

/// A reference from the command line.
pub fn reference(text: &str) -> Result<Reference, Failure> {
    text.parse().map_err(|error: registry::InvalidReference| Failure::wrong(&error))
}

/// The name that an image of the store gets elsewhere: with this tag, unless its own name has one, as those of pulled
/// images have.
pub fn tagged(name: &str, tag: &str) -> String {
    let plain = name.split('@').next().unwrap_or(name);
    let has_tag = plain.rsplit('/').next().is_some_and(|last| last.contains(':'));
    if has_tag { plain.to_owned() } else { format!("{plain}:{tag}") }
}

#[cfg(test)]
mod tests {
    use super::tagged;

    #[test]
    fn images_keep_the_tag_of_their_name() {
        for (name, expected) in [
            ("dischord/web", "dischord/web:2"),
            ("debian:13", "debian:13"),
            ("host:5000/web", "host:5000/web:2"),
            ("host:5000/web:1@sha256:00", "host:5000/web:1"),
            ("debian@sha256:00", "debian:2"),
        ] {
            assert_eq!(tagged(name, "2"), expected);
        }
    }
}
