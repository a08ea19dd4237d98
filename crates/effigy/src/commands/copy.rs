//! `effigy copy`: images between registries, layouts and archives.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use clap::Args;
use progress::Progress;
use registry::{Client, Platform, Pushed, Reference};
use serde_json::json;
use sha256::Digest;
use store::{Descriptor, Store};

use super::{Outcome, export, push};
use crate::args::Location;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::registries::{TransferArgs, reference, tagged};

/// Copy an image from one place to another.
///
/// A place is a reference (registry.example.org/team/web:1.0), `oci:DIR[:NAME]` for an OCI layout,
/// `docker-archive:FILE[:NAME]` for an archive of `docker save`, or, as a destination, `oci-archive:FILE[:NAME]`.
/// Between registries an image with several platforms is copied whole, and digests stay; blobs that the destination
/// has are not fetched. Into layouts and archives one platform goes.
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// Where from.
    #[arg(value_name = "SOURCE")]
    pub source: Place,
    /// Where to; a layout must be a new folder.
    #[arg(value_name = "DESTINATION")]
    pub destination: Place,
    /// Copy the image for this platform alone, e.g. linux/arm64.
    #[arg(long, value_name = "PLATFORM")]
    pub platform: Option<Platform>,
    #[command(flatten)]
    pub transfer: TransferArgs,
    /// Send blobs in pieces of at most so many megabytes, for registries behind a proxy with a limit.
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(1..))]
    pub chunk_size: Option<u64>,
}

/// Where an image is, or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a registry.
    Registry(String),
    /// In a file or folder.
    File(FilePlace),
}

/// A file or folder with images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlace {
    form: Form,
    path: PathBuf,
    /// Which image, or the name that it gets.
    name: Option<String>,
}

/// How images are kept in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A folder.
    Layout,
    /// A tar of a layout.
    LayoutArchive,
    /// Docker's own tar.
    DockerArchive,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((form, rest)) = text.split_once(':') else { return Ok(Self::Registry(text.to_owned())) };
        let form = match form {
            "docker" if rest.starts_with("//") => return Ok(Self::Registry(rest[2..].to_owned())),
            "oci" => Form::Layout,
            "oci-archive" => Form::LayoutArchive,
            "docker-archive" => Form::DockerArchive,
            _ => return Ok(Self::Registry(text.to_owned())),
        };
        let (path, name) = match rest.split_once(':') {
            Some((path, name)) => (path, Some(name.to_owned()).filter(|name| !name.is_empty())),
            None => (rest, None),
        };
        if path.is_empty() {
            return Err("there is no path behind the colon".to_owned());
        }
        Ok(Self::File(FilePlace { form, path: path.into(), name }))
    }
}

/// Copies.
pub fn run(args: &CopyArgs, location: &Location, printer: &Printer) -> Outcome {
    let client = args.transfer.client(args.chunk_size)?;
    match &args.destination {
        Place::Registry(text) => {
            let (to, store) = (reference(text)?, location.store()?);
            let pushed = to_registry(args, &client, &store, &to, &printer.progress())?;
            printer.answer(&push::answer(&pushed), || push::describe(&pushed) + "\n");
        }
        Place::File(to) => {
            let store = location.store()?;
            let _hold = store.hold()?;
            let manifest = fetch(args, false, &client, &store, &printer.progress())?;
            let name =
                to.name.clone().or_else(|| name_of(&args.source)).unwrap_or_else(|| "latest".to_owned());
            to.write(&store, &manifest.digest, &name)?;
            printer.note(&format!("copied {name}"));
            if to.form == Form::Layout || !export::is_stdout(&to.path) {
                printer.answer(&json!({"digest": manifest.digest, "name": name}), String::new);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn to_registry(
    args: &CopyArgs,
    client: &Client,
    store: &Store,
    to: &Reference,
    progress: &dyn Progress,
) -> Result<Pushed, Failure> {
    let _hold = store.hold()?;
    let whole = args.platform.is_none();
    if let (Place::Registry(from), true) = (&args.source, whole) {
        return Ok(client.copy(&reference(from)?, to, store, progress)?);
    }
    let manifest = fetch(args, whole, client, store, progress)?;
    Ok(client.push(store, &manifest, to, progress)?)
}

/// Brings the source into the store, where it gets no name; `whole`: an index is what is wanted, if it is one.
fn fetch(
    args: &CopyArgs,
    whole: bool,
    client: &Client,
    store: &Store,
    progress: &dyn Progress,
) -> Result<Descriptor, Failure> {
    let (platform, _) = super::pull::platform(args.platform.as_ref());
    let from = match &args.source {
        Place::Registry(text) => {
            return Ok(client.pull(&reference(text)?, &platform, store, progress)?.manifest);
        }
        Place::File(from) => from,
    };
    let (path, name) = (&from.path, from.name.as_deref());
    match from.form {
        Form::Layout => {
            let layout = oci::Layout::open(path)?;
            let mut descriptor = layout.find(name)?.clone();
            let images = layout.images_of(&descriptor)?;
            if !whole && !images.is_empty() {
                descriptor = platform.choose(&images, &format!("oci:{}", path.display()))?.clone();
            }
            layout.import(store, &descriptor)?;
            Ok(descriptor)
        }
        Form::DockerArchive => Ok(oci::read_docker_archive(store, path, name)?),
        Form::LayoutArchive => {
            let message = format!("an image is not read from `oci-archive:{}`", path.display());
            Err(Failure::usage(message).hint("unpack it with tar, and name the folder: `oci:DIR`"))
        }
    }
}

impl FilePlace {
    fn write(&self, store: &Store, manifest: &Digest, name: &str) -> Result<(), Failure> {
        match self.form {
            Form::Layout => Ok(oci::write_layout(store, manifest, name, &self.path)?),
            Form::LayoutArchive => {
                export::write_file(&self.path, |out| oci::write_layout_archive(store, manifest, name, out))
            }
            Form::DockerArchive => {
                let tags = [tagged(name, "latest")];
                export::write_file(&self.path, |out| oci::write_docker_archive(store, manifest, &tags, out))
            }
        }
    }
}

/// The name that an image has where it is.
fn name_of(source: &Place) -> Option<String> {
    match source {
        Place::Registry(text) => text.parse::<Reference>().ok().map(|reference| reference.familiar()),
        Place::File(file) => file.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_the_colon_is_the_form() {
        let file = |form, path: &str, name: Option<&str>| {
            Place::File(FilePlace { form, path: path.into(), name: name.map(str::to_owned) })
        };
        for (text, place) in [
            ("debian:13", Place::Registry("debian:13".to_owned())),
            ("localhost:5000/web", Place::Registry("localhost:5000/web".to_owned())),
            ("docker://debian", Place::Registry("debian".to_owned())),
            ("oci:dir", file(Form::Layout, "dir", None)),
            ("oci:/a/dir:web:1", file(Form::Layout, "/a/dir", Some("web:1"))),
            ("docker-archive:-", file(Form::DockerArchive, "-", None)),
            ("oci-archive:a.tar:x", file(Form::LayoutArchive, "a.tar", Some("x"))),
        ] {
            assert_eq!(text.parse(), Ok(place));
        }
        for wrong in ["oci:", "docker-archive::x"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
