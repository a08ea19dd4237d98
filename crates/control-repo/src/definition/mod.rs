//! `effigy.yaml`, typed. [`parse`] takes text and [`load`] a path; whatever is wrong with a file is said
//! at once, each mistake at its place.
//!
//! Knows what the keys mean by themselves, not what the disk holds: paths stay as written.

mod base;
pub(crate) mod checks;
mod from;
mod image;
mod name;
mod port;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostic, Diagnostics, SourceFile, nearest};

use crate::error::Error;
use crate::invalid::Invalid;
use crate::reader::{Keys, Reader, listed, repository_path};
use crate::yaml::{self, Entry, Node, Value};

pub use base::Base;
pub use from::From;
pub(crate) use from::is_reference;
pub use image::{Compression, Engine, Image, ImageSettings};
pub use name::ImageName;
pub use port::{Port, Protocol};

/// What `effigy.yaml` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    /// In the order of the file.
    pub bases: Vec<Base>,
    /// What images say unless they say otherwise.
    pub defaults: ImageSettings,
    /// In the order of the file, with the defaults applied.
    pub images: Vec<Image>,
    /// `modules: {debian: RELEASE}`: the release that `:deb` modules come from.
    pub deb_modules: Option<String>,
    /// `modules: {forge: URL}`: the Forge, before what the Puppetfile says.
    pub forge: Option<String>,
    /// `modules: {dependencies: ...}`: whether modules bring what they depend on.
    pub dependencies: Dependencies,
    /// The main manifest, a file or a folder.
    pub manifest: Option<PathBuf>,
    /// Where modules lie.
    pub modulepath: Option<Vec<PathBuf>>,
    /// `hiera.yaml` under another name.
    pub hiera_config: Option<PathBuf>,
    /// `Puppetfile` under another name.
    pub puppetfile: Option<PathBuf>,
    /// How freely the plan may order.
    pub layers: Layers,
    /// What the user should look at although the file is valid.
    pub warnings: Diagnostics,
}

/// How freely the plan may order resources into layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layers {
    /// Packages that nothing else has to precede may move ahead, because they change rarest.
    #[default]
    Auto,
    /// Puppet's own order.
    Strict,
}

/// What becomes of the dependencies that modules name in their metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dependencies {
    /// They are installed too, in versions that suit everyone who asks.
    #[default]
    Resolve,
    /// Only what the Puppetfile names is installed, in the versions that it names.
    Ignore,
}

const KEYS: Keys = Keys {
    owner: "effigy.yaml",
    known: &[
        "bases",
        "defaults",
        "images",
        "modules",
        "manifest",
        "modulepath",
        "hiera_config",
        "puppetfile",
        "layers",
    ],
    others: &[
        ("hiera", "hiera_config"),
        ("services", "images"),
        ("default", "defaults"),
        ("module_path", "modulepath"),
    ],
};

const MODULE_KEYS: Keys = Keys {
    owner: "`modules`",
    known: &["debian", "forge", "dependencies"],
    others: &[("release", "debian"), ("mirror", "forge"), ("resolve", "dependencies")],
};

/// Reads and parses the file at `path`, which is also the name that diagnostics show.
pub fn load(path: &Path) -> Result<Definition, Error> {
    let source = Arc::new(crate::read_source(path)?);
    parse(&source).map_err(Error::Invalid)
}

/// All of `effigy.yaml`, or everything that is wrong with it in the order of the text.
pub fn parse(source: &Arc<SourceFile>) -> Result<Definition, Diagnostics> {
    let mut problems = Vec::new();
    let Some(root) = yaml::parse(source, &mut problems) else { return Err(Diagnostics(problems)) };
    let mut reader = Reader::new(source, problems);
    let mut definition = Definition::default();
    // `from` refers to bases, and images to the defaults, wherever in the file they stand.
    if let Some(node) = root.get("bases") {
        definition.bases = base::read_all(&mut reader, node);
    }
    if let Some(node) = root.get("defaults") {
        let level = settings::Level::File(&definition.bases);
        definition.defaults = settings::read(&mut reader, node, &level);
    }
    for entry in reader.map(&root, "a map with the keys of effigy.yaml, e.g. `images`") {
        read_key(&mut reader, entry, &mut definition);
    }
    if let Some(node) = root.get("images") {
        let default_from = root.get("defaults").and_then(|defaults| defaults.get("from"));
        read_images(&mut reader, node, default_from.is_some(), &mut definition);
    }
    let (mut definition, warnings) = reader.finish(definition)?;
    definition.warnings = warnings;
    Ok(definition)
}

impl Definition {
    /// The image of that name, or an error that names the nearest.
    pub fn image(&self, name: &str) -> Result<&Image, Invalid> {
        let names = || self.images.iter().map(|image| image.name.as_str());
        self.images.iter().find(|image| image.name.as_str() == name).ok_or_else(|| {
            let invalid = Invalid::new(format!("there is no image `{name}` in effigy.yaml"));
            match nearest(name, names()) {
                Some(near) => invalid.hint(format!("did you mean `{near}`?")),
                None if self.images.is_empty() => invalid.hint("add it under `images`"),
                None => invalid.hint(format!("the images are {}", listed(names()))),
            }
        })
    }

    /// The base of that name.
    pub fn base(&self, name: &str) -> Option<&Base> {
        self.bases.iter().find(|base| base.name == name)
    }

    /// An image of this definition with what Hiera says about it: between what the image says itself
    /// and the defaults.
    pub fn with_hiera(&self, image: &Image, hiera: &ImageSettings) -> Image {
        let all = image.own.over(&hiera.over(&self.defaults));
        Image::new(image.name.clone(), image.from.clone(), all, image.own.clone())
    }
}

impl ImageSettings {
    /// Reads the value of Hiera's key `effigy::image`. Diagnostics show it as JSON under `name`, which
    /// says where the value comes from. `from`, `certname` and `facts` are refused: Hiera is looked up
    /// with them.
    pub fn from_hiera(name: &str, value: &serde_json::Value) -> Result<Self, Diagnostics> {
        let source = Arc::new(SourceFile::new(name, format!("{value:#}")));
        let mut problems = Vec::new();
        let Some(root) = yaml::parse(&source, &mut problems) else { return Err(Diagnostics(problems)) };
        let mut reader = Reader::new(&source, problems);
        let settings = settings::read(&mut reader, &root, &settings::Level::Hiera);
        reader.finish(settings).map(|(settings, _)| settings)
    }
}

fn read_key(reader: &mut Reader, entry: &Entry, definition: &mut Definition) {
    let node = &entry.value;
    match entry.key.as_str() {
        "bases" | "defaults" | "images" => {}
        "modules" => read_modules(reader, node, definition),
        "manifest" => definition.manifest = reader.path(node, "the path of a manifest"),
        "modulepath" => definition.modulepath = read_modulepath(reader, node),
        "hiera_config" => definition.hiera_config = reader.path(node, "the path of a hiera.yaml"),
        "puppetfile" => definition.puppetfile = reader.path(node, "the path of a Puppetfile"),
        "layers" => {
            definition.layers = reader.parsed(node, "`strict` or `auto`", layers).unwrap_or_default();
        }
        _ => reader.unknown_key(entry, &KEYS),
    }
}

/// `has_default_from`: whether `defaults` has a `from`, though it may have been refused.
fn read_images(reader: &mut Reader, node: &Node, has_default_from: bool, definition: &mut Definition) {
    for entry in reader.map(node, "a map of images") {
        let own = settings::read(reader, &entry.value, &settings::Level::File(&definition.bases));
        let name = entry.key.parse().map_err(|invalid| reader.refuse(entry.key_span, invalid));
        let all = own.over(&definition.defaults);
        match (name, all.from.clone()) {
            (Ok(name), Some(from)) => definition.images.push(Image::new(name, from, all, own)),
            (_, None) if !has_default_from && entry.value.get("from").is_none() => {
                missing_from(reader, entry, definition);
            }
            _ => {}
        }
    }
}

fn missing_from(reader: &mut Reader, entry: &Entry, definition: &Definition) {
    let example = definition.bases.first().map_or("debian:trixie", |base| &base.name);
    let message = format!("the image `{}` has no `from`", entry.key);
    let hint = format!("write what it starts from, e.g. `from: {example}`, here or under `defaults`");
    reader.report(entry.key_span, Diagnostic::error(message).code("missing-key").hint(hint));
}

fn read_modules(reader: &mut Reader, node: &Node, definition: &mut Definition) {
    for entry in reader.map(node, "a map like `{debian: trixie}`") {
        let node = &entry.value;
        match entry.key.as_str() {
            "debian" => definition.deb_modules = reader.parsed(node, "a codename", base::codename),
            "forge" => definition.forge = reader.parsed(node, "the URL of a Forge", forge),
            "dependencies" => {
                let read = reader.parsed(node, "`resolve` or `ignore`", dependencies);
                definition.dependencies = read.unwrap_or_default();
            }
            _ => reader.unknown_key(entry, &MODULE_KEYS),
        }
    }
}

/// A list, or one string with `:` between the folders as Puppet writes it.
fn read_modulepath(reader: &mut Reader, node: &Node) -> Option<Vec<PathBuf>> {
    if matches!(node.value, Value::List(_)) {
        return reader.list(node, "a list of folders", |reader, item| reader.path(item, "a folder"));
    }
    let text = reader.string(node, "folders, as a list or with `:` between them")?;
    let folders: Result<Vec<_>, _> =
        text.split(':').filter(|folder| !folder.is_empty()).map(repository_path).collect();
    folders.map_err(|invalid| reader.refuse(node.span, invalid)).ok()
}

fn forge(text: &str) -> Result<String, Invalid> {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match address {
        Some(address) if !address.is_empty() && !address.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err(Invalid::new(format!("`{text}` is not the URL of a Forge"))
            .hint("write it like `https://forge.example.org`")),
    }
}

fn dependencies(text: &str) -> Result<Dependencies, Invalid> {
    match text {
        "resolve" => Ok(Dependencies::Resolve),
        "ignore" => Ok(Dependencies::Ignore),
        _ => Err(Invalid::new(format!(
            "`{text}` is not what to do about dependencies; expected `resolve` or `ignore`"
        ))),
    }
}

fn layers(text: &str) -> Result<Layers, Invalid> {
    match text {
        "auto" => Ok(Layers::Auto),
        "strict" => Ok(Layers::Strict),
        _ => Err(Invalid::new(format!("`{text}` is not a way to cut layers; expected `strict` or `auto`"))),
    }
}

#[cfg(test)]
mod tests;
