//! `cargo xtask check`: what every commit must pass, the same as in CI.

use anyhow::Result;

use crate::shell::{command, run as execute, section};
use crate::{house_rules, machine};

/// Runs all checks, the quick ones first.
pub fn run_all() -> Result<()> {
    section("format");
    execute(&mut command("cargo", &["fmt", "--all", "--check"]))?;
    section("house rules");
    house_rules::check()?;
    section("lints");
    execute(&mut command(
        "cargo",
        &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
    ))?;
    section("documentation");
    execute(
        command("cargo", &["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    section("tests");
    execute(&mut command("cargo", &["test", "--workspace", "--quiet"]))
}

/// The command: on a machine that has what building takes.
pub fn run() -> Result<()> {
    machine::install(&[&machine::BUILD_PACKAGES[..], &machine::CHECK_PACKAGES[..]].concat())?;
    run_all()
}
