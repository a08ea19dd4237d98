//! `cargo xtask test`: all checks, then the real thing from end to end.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::engine::Engine;
use crate::shell::{command, read, root, run as execute, say, section};
use crate::{check, demo, images, machine};

/// Runs everything.
pub fn run() -> Result<()> {
    section("what this machine needs");
    let packages = [&machine::BUILD_PACKAGES[..], &machine::CHECK_PACKAGES[..], &machine::RUN_PACKAGES[..]];
    machine::install(&packages.concat())?;
    check::run_all()?;
    let effigy = demo::build_effigy()?;
    let engine = Engine::start()?;

    section("the example's images, built by root");
    let work = root().join("target/end-to-end");
    let by_root = Build::new(&effigy, &work.join("root"))?;
    let digests = by_root.build()?;
    no_trace(&by_root)?;
    section("built again, and taken from the store");
    ensure!(by_root.build()? == digests, "a build without changes gave other images");

    section("built by an ordinary user, in a store of their own");
    machine::ensure_ordinary_user()?;
    let by_user = Build::of_user(&effigy, machine::ORDINARY_USER)?;
    let others = by_user.build()?;
    for (name, digest) in &digests {
        let other = others.get(name).with_context(|| format!("{name} was not built by the user"))?;
        ensure!(other == digest, "{name} is {digest} by root and {other} by a user");
        say(&format!("  {name}: the same image, {digest}"));
    }

    section("the images at work");
    execute(&mut by_root.effigy(&["load"]))?;
    images::use_all(&engine)?;
    say(&format!("\n{} images built twice, compared and used: all as they should be", digests.len()));
    Ok(())
}

/// A copy of the example and a store, built by one user.
struct Build {
    effigy: PathBuf,
    folder: PathBuf,
    user: Option<&'static str>,
}

impl Build {
    fn new(effigy: &Path, folder: &Path) -> Result<Self> {
        let build = Self { effigy: effigy.to_owned(), folder: folder.to_owned(), user: None };
        build.start_afresh()?;
        Ok(build)
    }

    /// Below the user's home, with a copy of the program: the workspace may be closed to them.
    fn of_user(effigy: &Path, user: &'static str) -> Result<Self> {
        let folder = Path::new("/home").join(user).join("end-to-end");
        let build = Self { effigy: folder.join("bin"), folder, user: Some(user) };
        build.start_afresh()?;
        fs::copy(effigy, &build.effigy).context("copying effigy")?;
        execute(&mut command("chown", &["--recursive", user, &build.folder.display().to_string()]))?;
        Ok(build)
    }

    fn start_afresh(&self) -> Result<()> {
        let folder = self.folder.display().to_string();
        execute(&mut command("rm", &["-rf", &folder]))?;
        fs::create_dir_all(&self.folder).with_context(|| format!("making {folder}"))?;
        let example = root().join(images::EXAMPLE).display().to_string();
        execute(&mut command("cp", &["-R", &example, &self.repo().display().to_string()]))?;
        // Modules are to be installed by the build.
        execute(&mut command("rm", &["-rf", &self.repo().join("modules").display().to_string()]))
    }

    fn repo(&self) -> PathBuf {
        self.folder.join("repo")
    }

    fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    fn effigy(&self, arguments: &[&str]) -> Command {
        let mut command = match self.user {
            None => command(&self.effigy.display().to_string(), arguments),
            Some(user) => {
                let mut words = vec!["--user", user, "--"];
                let program = self.effigy.display().to_string();
                words.push(&program);
                words.extend(arguments);
                let mut command = command("runuser", &words);
                command.env("HOME", Path::new("/home").join(user));
                command
            }
        };
        command.current_dir(&self.folder).arg("--repo").arg(self.repo()).arg("--store").arg(self.store());
        command
    }

    /// The layers of an image as files, base first, by way of another tool.
    fn layers(&self, name: &str) -> Result<[PathBuf; 2]> {
        let folder = self.folder.join("seen").join(name);
        execute(&mut command("rm", &["-rf", &folder.display().to_string()]))?;
        fs::create_dir_all(&folder)?;
        let from = format!("oci:{}:{name}", self.store().display());
        read(&mut command(
            "skopeo",
            &["copy", "--insecure-policy", &from, &format!("dir:{}", folder.display())],
        ))?;
        let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json"))?)?;
        let layers = manifest["layers"].as_array().context("a manifest without layers")?;
        let digests = layers.iter().filter_map(|layer| layer["digest"].as_str()?.strip_prefix("sha256:"));
        let paths: Vec<PathBuf> = digests.map(|digest| folder.join(digest)).collect();
        paths.try_into().map_err(|paths: Vec<_>| anyhow::anyhow!("{name} has {} layers", paths.len()))
    }

    /// Builds everything; gives each image's manifest digest.
    fn build(&self) -> Result<BTreeMap<String, String>> {
        execute(&mut self.effigy(&["build"]))?;
        let text = read(&mut self.effigy(&["images", "--format", "json"]))?;
        let answer: Value = serde_json::from_str(&text).context("reading the list of images")?;
        let images = answer["images"].as_array().context("a list of images")?;
        let digest = |image: &Value| -> Option<(String, String)> {
            Some((image["name"].as_str()?.to_owned(), image["manifest"].as_str()?.to_owned()))
        };
        let digests: BTreeMap<_, _> = images.iter().filter_map(digest).collect();
        for name in images::NAMES {
            ensure!(digests.contains_key(name), "{name} was not built");
        }
        Ok(digests)
    }
}

/// Nothing of what built an image is in it, seen by another tool.
fn no_trace(build: &Build) -> Result<()> {
    section("no trace of what built them");
    for name in images::NAMES {
        let mut paths = 0;
        for layer in build.layers(name)? {
            let listing = read(&mut command("tar", &["-tf", &layer.display().to_string()]))?;
            paths += listing.lines().count();
            if let Some(path) = listing.lines().find(|path| is_trace(path)) {
                anyhow::bail!("{name} holds {path}");
            }
        }
        say(&format!("  {name}: {paths} paths, none of Puppet, Ruby, Facter, Hiera or the repository"));
    }
    Ok(())
}

/// Names that only what builds an image has.
fn is_trace(path: &str) -> bool {
    let path = path.to_lowercase();
    ["puppet", "ruby", "facter", "hiera", "effigy", "/default.pp", "/environment.conf", "/ld.so.preload"]
        .iter()
        .any(|word| path.contains(word))
}
