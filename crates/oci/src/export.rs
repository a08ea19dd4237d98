//! Images on their way out: OCI layouts, as folders and as tars, and the archives that `docker load` takes.
//!
//! Entries have fixed times and owners, so the same image gives the same archive.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;
use sha256::{Digest, Hasher};
use store::{Descriptor, REF_NAME, Store};

use crate::tar_writer::{Entry, TarWriter};
use crate::{Error, Image, Layer, media_type, open_layer};

const LAYOUT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// Writes an image as an archive for `docker load` and `podman load`: layers as plain tars under the digest
/// of their content, checked against it on the way. `repo_tags` are names like `web:latest`.
pub fn write_docker_archive(
    store: &Store,
    manifest: &Digest,
    repo_tags: &[String],
    out: &mut dyn Write,
) -> Result<(), Error> {
    let image = Image::read(store, manifest)?;
    let config = image.manifest.config.digest;
    let mut tar = TarWriter::new(out);
    let mut written = BTreeSet::new();
    for layer in image.layers() {
        // The same layer twice in an image is one file.
        if written.insert(layer.diff_id) {
            write_plain_layer(store, &layer, &mut tar)?;
        }
    }
    let layers: Vec<String> = image.layers().iter().map(|layer| layer_path(&layer.diff_id)).collect();
    let index = json!([{"Config": format!("{config}.json"), "RepoTags": repo_tags, "Layers": layers}]);
    tar.file(&format!("{config}.json"), &store.blobs().read(&config)?).map_err(Error::write)?;
    tar.file("manifest.json", index.to_string().as_bytes()).map_err(Error::write)?;
    tar.finish().map_err(Error::write)?;
    Ok(())
}

/// Writes an image as a tar of an OCI layout (`skopeo copy oci-archive:FILE:NAME ...`).
pub fn write_layout_archive(
    store: &Store,
    manifest: &Digest,
    name: &str,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let image = Image::read(store, manifest)?;
    let mut tar = TarWriter::new(out);
    for folder in ["blobs/", "blobs/sha256/"] {
        let entry = Entry { kind: tar::EntryType::Directory, ..Entry::file(folder.as_bytes(), 0o755, 0) };
        tar.header(&entry).map_err(Error::write)?;
    }
    for digest in blobs_of(&image, manifest) {
        let mut blob = store.blobs().open(&digest)?;
        let path = store.blobs().path(&digest);
        let size = blob.metadata().map_err(Error::read(&path))?.len();
        let name = format!("blobs/sha256/{digest}");
        tar.header(&Entry::file(name.as_bytes(), 0o644, size)).map_err(Error::write)?;
        copy_content(&mut tar, &mut blob, size, &path)?;
    }
    tar.file("index.json", layout_index(store, manifest, name)?.as_bytes()).map_err(Error::write)?;
    tar.file("oci-layout", LAYOUT.as_bytes()).map_err(Error::write)?;
    tar.finish().map_err(Error::write)?;
    Ok(())
}

/// Writes an image as an OCI layout, a new folder. Errors: something is there already ([`Error::Exists`]).
pub fn write_layout(store: &Store, manifest: &Digest, name: &str, folder: &Path) -> Result<(), Error> {
    let to = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::WriteTo { path, source }
    };
    if folder.symlink_metadata().is_ok() {
        return Err(Error::Exists { path: folder.to_owned() });
    }
    let image = Image::read(store, manifest)?;
    let index = layout_index(store, manifest, name)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = tempfile::Builder::new().prefix(".incoming-").tempdir_in(parent).map_err(to(parent))?;
    let blobs = unfinished.path().join("blobs/sha256");
    fs::create_dir_all(&blobs).map_err(to(&blobs))?;
    for digest in blobs_of(&image, manifest) {
        let path = blobs.join(digest.to_string());
        let copied = File::create(&path).map(|file| (file, store.blobs().open(&digest)));
        let (mut file, blob) = copied.map_err(to(&path))?;
        io::copy(&mut blob?, &mut file).and_then(|_| file.sync_all()).map_err(to(&path))?;
    }
    for (file, text) in [("index.json", index.as_str()), ("oci-layout", LAYOUT)] {
        fs::write(unfinished.path().join(file), text).map_err(to(folder))?;
    }
    fs::set_permissions(unfinished.path(), Permissions::from_mode(0o755)).map_err(to(folder))?;
    fs::rename(unfinished.path(), folder).map_err(to(folder))?;
    // It has its name now: there is nothing left to clean up.
    let _gone = unfinished.keep();
    Ok(())
}

fn layer_path(diff_id: &Digest) -> String {
    format!("{diff_id}/layer.tar")
}

/// Unpacks a layer twice, because a tar says an entry's length before its content: still quicker than a
/// round by way of the disk.
fn write_plain_layer(store: &Store, layer: &Layer, tar: &mut TarWriter<'_>) -> Result<(), Error> {
    let path = store.blobs().path(&layer.descriptor.digest);
    let size = match layer.descriptor.media_type.as_str() {
        media_type::LAYER => layer.descriptor.size,
        _ => io::copy(&mut open_layer(store, &layer.descriptor)?, &mut io::sink())
            .map_err(Error::read(&path))?,
    };
    tar.header(&Entry::file(layer_path(&layer.diff_id).as_bytes(), 0o644, size)).map_err(Error::write)?;
    let mut hashed =
        HashingReader { inner: open_layer(store, &layer.descriptor)?, hasher: Hasher::new(io::sink()) };
    copy_content(tar, &mut hashed, size, &path)?;
    match hashed.hasher.finish().0 {
        found if found == layer.diff_id => Ok(()),
        found => Err(Error::DiffId { digest: layer.descriptor.digest, found, expected: layer.diff_id }),
    }
}

fn copy_content(tar: &mut TarWriter<'_>, from: &mut dyn Read, size: u64, path: &Path) -> Result<(), Error> {
    match tar.content(from, size).map_err(|error| error.explain(path))? {
        found if found == size => Ok(()),
        found => Err(Error::Changed { path: path.to_owned(), found, expected: size }),
    }
}

/// Manifest, configuration and layers, each once, sorted.
fn blobs_of(image: &Image, manifest: &Digest) -> BTreeSet<Digest> {
    let layers = image.manifest.layers.iter().map(|layer| layer.digest);
    layers.chain([*manifest, image.manifest.config.digest]).collect()
}

fn layout_index(store: &Store, manifest: &Digest, name: &str) -> Result<String, Error> {
    let bytes = store.blobs().read(manifest)?;
    let image = Image::read(store, manifest)?;
    let media_type = match image.manifest.media_type.as_str() {
        "" => media_type::MANIFEST,
        given => given,
    };
    let mut descriptor = Descriptor::new(media_type, *manifest, bytes.len() as u64);
    descriptor.annotations.insert(REF_NAME.to_owned(), name.to_owned());
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [descriptor],
    });
    Ok(index.to_string())
}

struct HashingReader<R> {
    inner: R,
    hasher: Hasher<io::Sink>,
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.write_all(&buffer[..length])?;
        Ok(length)
    }
}
