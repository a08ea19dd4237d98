//! `effigy export`: an image of the store as a file or folder that others read.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Outcome, stored};
use crate::args::Location;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::registries::tagged;

/// Write an image as an OCI layout or an archive.
///
/// The destination says in which form: `oci:DIR` is an OCI image layout, `oci-archive:FILE` the same as a tar,
/// `docker-archive:FILE` what `docker load` reads. `-` as FILE is standard output.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Name of an image in the store.
    #[arg(value_name = "IMAGE")]
    pub image: String,
    /// Where to, e.g. docker-archive:web.tar.
    #[arg(value_name = "DESTINATION")]
    pub destination: Destination,
    /// The tag that the image gets in the archive.
    #[arg(long, value_name = "TAG", default_value = "latest")]
    pub tag: String,
}

/// Form and place of an exported image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A folder.
    Layout(PathBuf),
    /// A tar of a layout.
    LayoutArchive(PathBuf),
    /// Docker's own tar.
    DockerArchive(PathBuf),
}

impl std::str::FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((_, "")) => Err("there is no path behind the colon".to_owned()),
            Some(("oci", path)) => Ok(Self::Layout(path.into())),
            Some(("oci-archive", path)) => Ok(Self::LayoutArchive(path.into())),
            Some(("docker-archive", path)) => Ok(Self::DockerArchive(path.into())),
            _ => Err("expected `oci:DIR`, `oci-archive:FILE` or `docker-archive:FILE`".to_owned()),
        }
    }
}

/// Exports.
pub fn run(args: &ExportArgs, location: &Location, printer: &Printer) -> Outcome {
    let store = location.existing_store()?;
    let image = stored(&store, std::slice::from_ref(&args.image))?.remove(0);
    let _hold = store.hold()?;
    let (manifest, reference) = (&image.manifest.digest, tagged(&image.name, &args.tag));
    match &args.destination {
        Destination::Layout(folder) => oci::write_layout(&store, manifest, &reference, folder)?,
        Destination::LayoutArchive(file) => {
            write_file(file, |out| oci::write_layout_archive(&store, manifest, &reference, out))?;
        }
        Destination::DockerArchive(file) => {
            let tags = [reference.clone()];
            write_file(file, |out| oci::write_docker_archive(&store, manifest, &tags, out))?;
        }
    }
    printer.note(&format!("exported {reference}"));
    if !matches!(&args.destination, Destination::DockerArchive(path) | Destination::LayoutArchive(path) if is_stdout(path))
    {
        printer
            .answer(&json!({"image": image.name, "manifest": manifest, "reference": reference}), String::new);
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a file is standard output.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Writes to a temporary name beside the file, so that an old one stays whole until the new one is.
pub fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), oci::Error>,
) -> Result<(), Failure> {
    if is_stdout(path) {
        return Ok(write(&mut BufWriter::new(io::stdout().lock()))?);
    }
    let failed = |error: io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| failed(io::ErrorKind::IsADirectory.into()))?;
    let partial = folder.join(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let outcome = (|| {
        let mut out = BufWriter::new(File::create(&partial).map_err(failed)?);
        write(&mut out)?;
        out.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
        fs::rename(&partial, path).map_err(failed)
    })();
    if outcome.is_err() {
        // The error is what matters; a file that was never made cannot be removed.
        let _ = fs::remove_file(&partial);
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::Destination;

    #[test]
    fn the_word_before_the_colon_is_the_form() {
        assert_eq!("oci:a:b".parse(), Ok(Destination::Layout("a:b".into())));
        assert_eq!("docker-archive:-".parse(), Ok(Destination::DockerArchive("-".into())));
        for wrong in ["x.tar", "oci:", "tar:x"] {
            assert!(wrong.parse::<Destination>().is_err(), "{wrong}");
        }
    }
}
