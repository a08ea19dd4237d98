//! What a build takes from its surroundings rather than from the control repository. The command line crate
//! reads environment and options; nobody below does.

/// Settings of one run of effigy.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The Debian mirror for bases that name none, before the one that the host's own apt uses.
    pub mirror: Option<String>,
    /// The same for suites of security updates.
    pub security_mirror: Option<String>,
    /// The Forge that modules come from, before what effigy.yaml and the Puppetfile say.
    pub forge: Option<String>,
    /// A proxy for downloads, in the build too.
    pub proxy: Option<String>,
    /// Times in images are clamped to this, in seconds since 1970; by default to the archive's own date.
    pub source_date_epoch: Option<u64>,
    /// No network in any build, whatever the definitions say.
    pub no_network: bool,
    /// Take every step again, whatever the store knows.
    pub rebuild: bool,
    /// Use the package lists in the store instead of asking the mirror.
    pub offline: bool,
    /// Who applies catalogs, whatever the definitions say.
    pub engine: Option<control_repo::Engine>,
    /// How registries are spoken to, for bases that are images.
    pub registries: registry::Options,
}

/// Debian's and OCI's name of this machine's architecture, which is the only one that builds run on.
pub fn host_architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
