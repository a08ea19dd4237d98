//! `effigy images`: what the store holds.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use store::Store;

use super::{Outcome, size};
use crate::args::Location;
use crate::printer::Printer;

/// List the images in the store.
///
/// Only images that are whole are listed; what is broken is told as a warning.
#[derive(Debug, Args)]
pub struct ImagesArgs {}

/// Lists.
pub fn run(_: &ImagesArgs, location: &Location, printer: &Printer) -> Outcome {
    let path = location.store_path()?;
    let images = match Store::at(&path) {
        Ok(store) => store.images()?,
        // A store that was never made holds nothing.
        Err(store::Error::Missing { .. }) => store::Images::default(),
        Err(error) => return Err(error.into()),
    };
    for broken in &images.broken {
        printer.warn(&format!("{} is broken and not listed: {}", broken.name, broken.reason));
    }
    let data = images
        .images
        .iter()
        .map(|image| json!({"name": image.name, "manifest": image.manifest.digest, "size": image.size}));
    let width = images.images.iter().map(|image| image.name.len()).max().unwrap_or(0);
    let text = || {
        let line = |image: &store::Image| {
            format!("{:width$}  {}  {:>9}\n", image.name, image.manifest.digest.oci(), size(image.size))
        };
        images.images.iter().map(line).collect()
    };
    printer.answer(&json!({ "images": data.collect::<Vec<_>>() }), text);
    Ok(ExitCode::SUCCESS)
}
