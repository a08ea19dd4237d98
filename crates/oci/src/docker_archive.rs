//! Archives as `docker save` and `podman save` write them, taken into a store.
//!
//! The configuration stays byte for byte; layers that are not compressed are, as ours are.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::num::NonZero;
use std::path::Path;

use serde::Deserialize;
use sha256::{Digest, Hasher};
use store::{Descriptor, Store};

use crate::image::put_json;
use crate::{Compression, Configuration, Error, LayerWriter, Manifest, media_type, open_layer};

/// Longer ones are no configurations and no lists of images.
const LONGEST_DOCUMENT: u64 = 16 << 20;
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    #[serde(default)]
    layers: Option<Vec<String>>,
}

/// Where a file's content lies in an archive.
#[derive(Clone, Copy)]
struct Extent {
    at: u64,
    length: u64,
}

/// An archive, and where things are in it.
struct Archive<'a> {
    path: &'a Path,
    files: HashMap<String, Extent>,
}

/// Takes an image out of an archive into a store, and points at its manifest. `name` is one like `web:1`; without
/// it the archive must hold one image.
///
/// Errors: no such archive, no such image in it, layers that are not what its configuration says.
pub fn read_docker_archive(store: &Store, path: &Path, name: Option<&str>) -> Result<Descriptor, Error> {
    let archive = Archive::open(path)?;
    let entries: Vec<Entry> = archive.document("manifest.json")?;
    let entry = archive.choose(&entries, name)?;
    let configuration: Configuration = archive.document(&entry.config)?;
    let layers = entry.layers.as_deref().unwrap_or_default();
    let diff_ids = &configuration.rootfs.diff_ids;
    if layers.len() != diff_ids.len() {
        return Err(Error::LayerCount {
            what: "list of diff ids",
            layers: layers.len(),
            found: diff_ids.len(),
        });
    }
    let mut descriptors = Vec::new();
    for (layer, diff_id) in layers.iter().zip(diff_ids) {
        descriptors.push(archive.layer(store, layer, diff_id)?);
    }
    let config = store.blobs().put(archive.content(&entry.config)?)?.descriptor(media_type::CONFIGURATION);
    let manifest = Manifest {
        schema_version: 2,
        media_type: media_type::MANIFEST.to_owned(),
        config,
        layers: descriptors,
        annotations: Default::default(),
        other: Default::default(),
    };
    put_json(store, &manifest, media_type::MANIFEST)
}

impl<'a> Archive<'a> {
    fn open(path: &'a Path) -> Result<Self, Error> {
        let mut file = File::open(path).map_err(Error::read(path))?;
        let mut first = [0; 2];
        if file.read_exact(&mut first).is_ok() && first == GZIP {
            return Err(Error::unusable(
                path,
                WHAT,
                "it is compressed: unpack it with `gunzip` first".to_owned(),
            ));
        }
        file.rewind().map_err(Error::read(path))?;
        let (mut files, mut links) = (HashMap::new(), Vec::new());
        let damaged = |error: io::Error| Error::unusable(path, WHAT, error.to_string());
        let mut archive = tar::Archive::new(BufReader::new(file));
        for entry in archive.entries_with_seek().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).trim_start_matches("./").to_owned();
            match entry.header().entry_type() {
                tar::EntryType::Regular | tar::EntryType::Continuous => {
                    files.insert(name, Extent { at: entry.raw_file_position(), length: entry.size() });
                }
                // Old versions write a layer that is there already as a link to it.
                tar::EntryType::Symlink | tar::EntryType::Link => {
                    let target = entry.link_name_bytes().unwrap_or_default();
                    links.push((name, String::from_utf8_lossy(&target).trim_start_matches("../").to_owned()));
                }
                _ => {}
            }
        }
        for (name, target) in links {
            if let Some(extent) = files.get(&target).copied() {
                files.insert(name, extent);
            }
        }
        Ok(Self { path, files })
    }

    fn choose<'e>(&self, entries: &'e [Entry], name: Option<&str>) -> Result<&'e Entry, Error> {
        let tags = || {
            let all = entries.iter().flat_map(|entry| entry.repo_tags.iter().flatten());
            all.cloned().collect::<Vec<_>>().join(", ")
        };
        match (entries, name) {
            ([only], None) => Ok(only),
            ([], _) => Err(self.unusable("it holds no image")),
            (_, None) => Err(self.unusable(&format!("it holds several images: {}", tags()))),
            (_, Some(name)) => {
                let named = |entry: &&Entry| {
                    entry.repo_tags.iter().flatten().any(|tag| familiar(tag) == familiar(name))
                };
                let found = entries.iter().find(named);
                found
                    .ok_or_else(|| self.unusable(&format!("it holds no image `{name}`; it holds {}", tags())))
            }
        }
    }

    fn document<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        let mut bytes = Vec::new();
        self.content(name)?.take(LONGEST_DOCUMENT).read_to_end(&mut bytes).map_err(Error::read(self.path))?;
        serde_json::from_slice(&bytes)
            .map_err(|error| self.unusable(&format!("its `{name}` is not valid: {error}")))
    }

    fn content(&self, name: &str) -> Result<impl Read + use<>, Error> {
        let extent = self.files.get(name).ok_or_else(|| self.unusable(&format!("it has no `{name}`")))?;
        let mut file = File::open(self.path).map_err(Error::read(self.path))?;
        file.seek(SeekFrom::Start(extent.at)).map_err(Error::read(self.path))?;
        Ok(BufReader::with_capacity(256 << 10, file).take(extent.length))
    }

    /// Stores a layer, and checks that it is the one that the configuration means.
    fn layer(&self, store: &Store, name: &str, diff_id: &Digest) -> Result<Descriptor, Error> {
        let mut first = [0; 4];
        let length = read_up_to(&mut self.content(name)?, &mut first).map_err(Error::read(self.path))?;
        let compressed = match first {
            _ if length < 4 => None,
            first if first.starts_with(&GZIP) => Some(media_type::LAYER_GZIP),
            ZSTD => Some(media_type::LAYER_ZSTD),
            _ => None,
        };
        let mut content = self.content(name)?;
        let (descriptor, found) = match compressed {
            None => {
                let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
                let mut writer = LayerWriter::new(store, Compression::GZIP, threads)?;
                io::copy(&mut content, &mut writer).map_err(Error::write)?;
                let layer = writer.finish()?;
                (layer.descriptor, layer.diff_id)
            }
            Some(media_type) => {
                let descriptor = store.blobs().put(content)?.descriptor(media_type);
                let mut hasher = Hasher::new(io::sink());
                io::copy(&mut open_layer(store, &descriptor)?, &mut hasher)
                    .map_err(Error::read(self.path))?;
                (descriptor, hasher.finish().0)
            }
        };
        match found == *diff_id {
            true => Ok(descriptor),
            false => Err(Error::DiffId { digest: descriptor.digest, found, expected: *diff_id }),
        }
    }

    fn unusable(&self, reason: &str) -> Error {
        Error::unusable(self.path, WHAT, reason.to_owned())
    }
}

/// Tools write the same name in a long form and in a short one.
fn familiar(name: &str) -> &str {
    let short = name.strip_prefix("docker.io/").unwrap_or(name);
    let short = short.strip_prefix("library/").unwrap_or(short);
    short.strip_suffix(":latest").unwrap_or(short)
}

const WHAT: &str = "an archive of `docker save`";

fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match reader.read(&mut buffer[length..])? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}
