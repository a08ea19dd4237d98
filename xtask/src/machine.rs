//! What a machine must have: Debian packages, and an ordinary user to build as.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::shell::{command, read, run, say};

/// For compiling effigy: a C compiler and linker.
pub const BUILD_PACKAGES: [&str; 1] = ["gcc"];

/// For tests against real registries.
pub const CHECK_PACKAGES: [&str; 3] = ["docker-registry", "openssl", "skopeo"];

/// For building images as an ordinary user, and for running and looking at them.
pub const RUN_PACKAGES: [&str; 5] = ["docker.io", "iptables", "uidmap", "skopeo", "debian-archive-keyring"];

/// The user that builds without root in tests.
pub const ORDINARY_USER: &str = "effigy-test";

/// Whether this process is root.
pub fn is_root() -> bool {
    read(&mut command("id", &["-u"])).is_ok_and(|text| text.trim() == "0")
}

/// Installs the packages that are missing, as root or through sudo.
pub fn install(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("installing {}", missing.join(", ")));
    as_root("apt-get", &["update", "-qq"])?;
    let arguments = ["install", "-qq", "--yes", "--no-install-recommends"];
    as_root("env", &[&["DEBIAN_FRONTEND=noninteractive", "apt-get"], &arguments[..], &missing[..]].concat())
        .with_context(|| format!("installing {}", missing.join(", ")))
}

fn is_installed(package: &str) -> bool {
    let query = read(&mut command("dpkg-query", &["--show", "--showformat=${db:Status-Status}", package]));
    query.is_ok_and(|status| status == "installed")
}

/// Runs a command as root.
pub fn as_root(program: &str, arguments: &[&str]) -> Result<()> {
    if is_root() {
        return run(&mut command(program, arguments));
    }
    if !Path::new("/usr/bin/sudo").exists() {
        bail!("`{program}` must be run as root: become root, or install sudo");
    }
    run(&mut command("sudo", &[&[program], arguments].concat()))
}

/// Makes the ordinary user, with subordinate ids; needs root.
pub fn ensure_ordinary_user() -> Result<()> {
    if read(&mut command("id", &[ORDINARY_USER])).is_ok() {
        return Ok(());
    }
    run(&mut command("useradd", &["--create-home", "--add-subids-for-system", ORDINARY_USER]))
        .or_else(|_| run(&mut command("useradd", &["--create-home", ORDINARY_USER])))?;
    let granted = std::fs::read_to_string("/etc/subuid").unwrap_or_default();
    if granted.lines().any(|line| line.starts_with(&format!("{ORDINARY_USER}:"))) {
        return Ok(());
    }
    let ranges = ["--add-subuids", "200000-265535", "--add-subgids", "200000-265535", ORDINARY_USER];
    run(&mut command("usermod", &ranges))
}
