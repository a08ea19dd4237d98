//! `cargo xtask demo`: from nothing to three running containers.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::engine::Engine;
use crate::shell::{command, root, run as execute, section};
use crate::{images, machine};

/// Builds the example's images, runs them and shows what they answer.
pub fn run() -> Result<()> {
    section("what this machine needs");
    machine::install(&[&machine::BUILD_PACKAGES[..], &machine::RUN_PACKAGES[..]].concat())?;
    let effigy = build_effigy()?;
    section("effigy doctor");
    let engine = Engine::start()?;
    let store = root().join("target/demo-store");
    let effigy = |arguments: &[&str]| -> Command {
        let mut command = command(&effigy.display().to_string(), arguments);
        command.arg("--repo").arg(images::EXAMPLE).arg("--store").arg(&store);
        command
    };
    execute(&mut effigy(&["doctor"]))?;
    section("effigy build");
    execute(&mut effigy(&["build"]))?;
    section("effigy images");
    execute(&mut effigy(&["images"]))?;
    section("effigy load");
    execute(&mut effigy(&["load"]))?;
    section("the images at work");
    images::use_all(&engine)
}

/// effigy itself, optimised.
pub fn build_effigy() -> Result<PathBuf> {
    section("building effigy");
    execute(&mut command("cargo", &["build", "--release", "--package", "effigy"]))?;
    Ok(root().join("target/release/effigy"))
}
