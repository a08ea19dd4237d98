//! `effigy build`: images of the control repository, into the store.

use std::process::ExitCode;

use builder::{Builder, Built, Settings};
use clap::{Args, ValueEnum};
use control_repo::{ControlRepo, Image};
use serde_json::json;

use super::{Outcome, become_root, count};
use crate::args::Location;
use crate::environment;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::registries::RegistryArgs;

/// Build images.
///
/// Compiles each image's catalog with its facts, applies it to its base in a sandbox, and stores the result
/// under the image's name. What has not changed since an earlier build is taken from the store. Modules of the
/// Puppetfile that are missing are installed first.
///
/// Runs as root or as any user with subordinate ids; both give the same image.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Names of images in effigy.yaml [default: all].
    #[arg(value_name = "IMAGE")]
    pub images: Vec<String>,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub registries: RegistryArgs,
    /// Take every step again, whatever the store knows.
    #[arg(long)]
    pub rebuild: bool,
    /// Who applies catalogs, whatever effigy.yaml says.
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<Engine>,
    /// No network for what runs in the build; packages are still fetched from outside.
    #[arg(long)]
    pub no_network: bool,
}

/// Who applies a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// effigy where it knows every resource of the catalog, else real Puppet.
    Auto,
    /// effigy, or nobody.
    Native,
    /// Real Puppet.
    Puppet,
}

impl From<Engine> for control_repo::Engine {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Auto => Self::Auto,
            Engine::Native => Self::Native,
            Engine::Puppet => Self::Puppet,
        }
    }
}

/// Where packages come from.
#[derive(Debug, Args)]
pub struct NetworkArgs {
    /// A proxy for downloads, in the build too, e.g. an apt cache: http://127.0.0.1:3142.
    #[arg(long, value_name = "URL", env = "EFFIGY_PROXY")]
    pub proxy: Option<String>,
    /// Use the package lists in the store instead of asking the mirror for newer ones.
    #[arg(long)]
    pub offline: bool,
}

impl NetworkArgs {
    /// Settings of a run that only fetches.
    pub fn settings(&self) -> Result<Settings, Failure> {
        Ok(Settings {
            mirror: environment::debian_mirror(),
            security_mirror: environment::debian_security_mirror(),
            forge: environment::forge(),
            proxy: self.proxy.clone(),
            offline: self.offline,
            source_date_epoch: environment::source_date_epoch()?,
            ..Settings::default()
        })
    }
}

/// Builds.
pub fn run(args: &BuildArgs, location: &Location, printer: &Printer) -> Outcome {
    // Mistakes in the repository are told before anything else is tried.
    let repo = location.control_repo(printer)?;
    let images = chosen(&repo, &args.images)?;
    modules::Request::read(&repo)?;
    if let Some(code) = become_root()? {
        return Ok(code);
    }
    let store = location.store()?;
    let settings = Settings {
        rebuild: args.rebuild,
        no_network: args.no_network,
        engine: args.engine.map(Into::into),
        registries: args.registries.options()?,
        ..args.network.settings()?
    };
    let progress = printer.progress();
    let builder = Builder::new(&repo, &store, &settings, &progress)?;
    let mut built = Vec::new();
    builder.build(&images, &mut |image| {
        printer.line(&describe(image));
        built.push(json!({
            "name": image.name,
            "manifest": image.manifest,
            "cached": image.cached,
            "changed": image.changed,
            "engine": image.engine,
            "services": image.services,
            "base": image.base,
        }));
    })?;
    printer.answer(&json!({ "images": built }), String::new);
    Ok(ExitCode::SUCCESS)
}

fn describe(image: &Built) -> String {
    let how =
        if image.cached { "unchanged".to_owned() } else { count(image.changed, "resource") + " changed" };
    format!("{}  {}  {how}", image.name, image.manifest.digest.oci())
}

/// The images named, or all; an unknown name is an error that suggests the nearest.
pub(super) fn chosen<'a>(repo: &'a ControlRepo, names: &[String]) -> Result<Vec<&'a Image>, Failure> {
    let definition = repo.definition();
    if names.is_empty() {
        return Ok(definition.images.iter().collect());
    }
    names.iter().map(|name| definition.image(name).map_err(Failure::invalid)).collect()
}
