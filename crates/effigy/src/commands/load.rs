//! `effigy load`: images of the store into Docker or Podman.

use std::process::ExitCode;

use clap::Args;
use docker::{Engine, LoadError, candidates};
use serde_json::json;

use super::{Outcome, stored};
use crate::args::Location;
use crate::environment;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::registries::tagged;
use progress::{Progress, Unit};

/// Load images into Docker or Podman.
///
/// Streams each image over the engine's socket. The engine is the one that DOCKER_HOST or CONTAINER_HOST names
/// (unix://...), or the first that answers at the usual places.
#[derive(Debug, Args)]
pub struct LoadArgs {
    /// Names of images in the store [default: all].
    #[arg(value_name = "IMAGE")]
    pub images: Vec<String>,
    /// The tag that the images get in the engine.
    #[arg(long, value_name = "TAG", default_value = "latest")]
    pub tag: String,
}

/// Loads.
pub fn run(args: &LoadArgs, location: &Location, printer: &Printer) -> Outcome {
    let store = location.existing_store()?;
    let images = stored(&store, &args.images)?;
    let _hold = store.hold()?;
    let engine = Engine::connect(&candidates(&environment::engine_surroundings())?)?;
    let progress = printer.progress();
    let mut loaded = Vec::new();
    for image in images {
        let reference = tagged(&image.name, &args.tag);
        let task = progress.begin(&format!("loading {reference} into {}", engine.name()), None, Unit::Bytes);
        let tags = [reference.clone()];
        engine
            .load(|archive| oci::write_docker_archive(&store, &image.manifest.digest, &tags, archive))
            .map_err(|error| match error {
                LoadError::Write(error) => Failure::from(error),
                LoadError::Engine(error) => Failure::from(error),
            })?;
        task.done("");
        printer.line(&reference);
        loaded.push(json!({"name": image.name, "reference": reference}));
    }
    printer.answer(&json!({"engine": engine.name(), "loaded": loaded}), String::new);
    Ok(ExitCode::SUCCESS)
}
