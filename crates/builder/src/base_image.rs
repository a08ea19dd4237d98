//! Bases that are images: of a registry, of an OCI layout, of an archive of `docker save`. Their layers stay as they
//! are, and what they say of running them is inherited as a Dockerfile's FROM does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use control_repo::{From, Image};
use dpkg::root::Root;
use oci::{Configuration, Execution, History, Layer};
use registry::{Client, Platform, Reference};
use serde::{Deserialize, Serialize};
use sha256::Digest;
use store::{Bucket, Descriptor};

use crate::archives::TOOLS_RELEASE;
use crate::base::ReadyBase;
use crate::build::Context;
use crate::key::{self, ImageRootKey};
use crate::residue::Residue;
use crate::settings::host_architecture;
use crate::{Error, unpack};

/// Where a system says what it is.
const OS_RELEASE: &str = "etc/os-release";
/// Who is known there.
const PASSWD: &str = "etc/passwd";
/// The database of installed packages.
const DPKG_DATABASE: &str = "var/lib/dpkg/status";

/// What images on such a base have of it.
pub(crate) struct BaseImage {
    /// The lowest first.
    pub layers: Vec<Layer>,
    pub configuration: Configuration,
    /// What the reference was resolved to.
    pub resolved: Digest,
}

/// An image that was brought into the store, as the store remembers it.
#[derive(Serialize, Deserialize)]
struct Brought {
    manifest: Descriptor,
    resolved: Digest,
}

/// Brings the image into the store and unpacks it, if that has not been done.
pub(crate) fn ready(context: &Context<'_>, from: &From) -> Result<ReadyBase, Error> {
    let Brought { manifest, resolved } = bring(context, from)?;
    let image = oci::Image::read(context.store, &manifest.digest)?;
    let (layers, configuration) = (image.layers(), image.configuration);
    let made_for = &configuration.architecture;
    if !made_for.is_empty() && made_for != host_architecture() {
        let wanted = host_architecture();
        return Err(Error::BaseArchitecture { base: from.to_string(), found: made_for.clone(), wanted });
    }
    let key = ImageRootKey { layers: layers.iter().map(|layer| layer.diff_id).collect() };
    let key = key::digest(&key);
    let directory = match context.store.directory(Bucket::Roots, &key)? {
        Some(directory) if !context.settings.rebuild => directory,
        _ => {
            let scratch = context.store.scratch()?;
            let folder = scratch.path().join("root");
            fs::create_dir(&folder).map_err(Error::io("make", &folder))?;
            unpack::layers(context.store, &layers, &folder, context.progress)?;
            fill_in(&folder)?;
            context.store.publish_directory(Bucket::Roots, &key, &folder)?
        }
    };
    let release = release_of(context, from, directory.path())?;
    let archive = context.archives.of_release(context.repo, &release)?;
    let source_date_epoch = context.settings.source_date_epoch.unwrap_or_else(|| archive.date());
    Ok(ReadyBase {
        key,
        directory,
        architecture: host_architecture(),
        recommends: false,
        residue: Residue { documentation: false },
        source_date_epoch,
        history: format!("effigy: from {from}"),
        archive,
        image: Some(BaseImage { layers, configuration, resolved }),
    })
}

fn bring(context: &Context<'_>, from: &From) -> Result<Brought, Error> {
    let platform = Platform::linux(host_architecture());
    match from {
        From::Reference(text) => pull(context, text, &platform),
        From::OciLayout(path) => {
            let (path, name) = with_name(&context.repo.resolve(path));
            let layout = oci::Layout::open(Path::new(&path))?;
            let root = layout.find(name.as_deref())?.clone();
            let images = layout.images_of(&root)?;
            let manifest = match images.is_empty() {
                true => root.clone(),
                false => platform.choose(&images, &from.to_string())?.clone(),
            };
            layout.import(context.store, &manifest)?;
            Ok(Brought { manifest, resolved: root.digest })
        }
        From::DockerArchive(path) => {
            let (path, name) = with_name(&context.repo.resolve(path));
            let manifest = oci::read_docker_archive(context.store, Path::new(&path), name.as_deref())?;
            Ok(Brought { resolved: manifest.digest, manifest })
        }
        From::Base(name) => Err(Error::NotYet {
            what: format!("`{name}` as an image"),
            instead: "name one of the `bases` of effigy.yaml",
        }),
    }
}

/// `PATH:NAME`, of which the path is what exists.
fn with_name(path: &Path) -> (String, Option<String>) {
    let text = path.display().to_string();
    let mut colons = text.match_indices(':').map(|(at, _)| at);
    match colons.find(|at| !path.exists() && Path::new(&text[..*at]).exists()) {
        Some(at) => (text[..at].to_owned(), Some(text[at + 1..].to_owned())),
        None => (text, None),
    }
}

/// Asks the registry what the reference stands for, unless it is pinned and known, or this run is offline.
fn pull(context: &Context<'_>, text: &str, platform: &Platform) -> Result<Brought, Error> {
    let reference: Reference = text.parse().map_err(registry::Error::from)?;
    let key = key::digest(&("image", reference.to_string(), platform.to_string()));
    let known: Option<Brought> = context.store.get_record(Bucket::Roots, &key)?;
    if let Some(known) = known
        && (reference.digest().is_some() || context.settings.offline)
        && is_whole(context, &known.manifest)
    {
        return Ok(known);
    }
    if context.settings.offline {
        return Err(Error::NotInStore { image: text.to_owned() });
    }
    let client = Client::new(context.settings.registries.clone());
    let pulled = client.pull(&reference, platform, context.store, context.progress)?;
    let brought = Brought { manifest: pulled.manifest, resolved: pulled.resolved };
    context.store.put_record(Bucket::Roots, &key, &brought)?;
    Ok(brought)
}

fn is_whole(context: &Context<'_>, manifest: &Descriptor) -> bool {
    let Ok(image) = oci::Image::read(context.store, &manifest.digest) else { return false };
    let mut blobs = image.manifest.layers.iter();
    // Stamps them too, so that they stay.
    blobs.all(|layer| matches!(context.store.blobs().contains(&layer.digest), Ok(true)))
}

/// Folders that everything mounts something on, and that images from scratch lack.
fn fill_in(root: &Path) -> Result<(), Error> {
    let root = Root::open(root)?;
    for folder in ["proc", "sys", "dev", "run", "tmp", "etc"] {
        if root.directory(folder).is_err() {
            root.writer().directories(folder)?;
        }
    }
    Ok(())
}

/// The release whose packages fit: the root's own, if it is Debian.
fn release_of(context: &Context<'_>, from: &From, root: &Path) -> Result<String, Error> {
    let root = Root::open(root)?;
    check_accounts(&root, from)?;
    let read = |path: &str| root.file(path).ok().and_then(|file| std::io::read_to_string(file).ok());
    if read(DPKG_DATABASE).is_none() {
        context.progress.warn(&format!(
            "{from} has no dpkg database: resources of the type `package` cannot be applied on it, nor any that call \
             its package manager"
        ));
        return Ok(TOOLS_RELEASE.to_owned());
    }
    let os_release = read(OS_RELEASE).unwrap_or_default();
    let field = |name: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned())
    };
    match (field("ID").as_deref(), field("VERSION_CODENAME")) {
        (Some("debian"), Some(release)) => Ok(release),
        (id, _) => Err(Error::NotYet {
            what: format!("a base whose packages are those of `{}`", id.unwrap_or("an unknown system")),
            instead: "start from an image of a Debian release, or from one of the `bases`",
        }),
    }
}

/// Real Puppet wants to know who root is, and to be able to make its own user, whatever the catalog says.
fn check_accounts(root: &Root, from: &From) -> Result<(), Error> {
    let bare = |lacks| Error::Bare { base: from.to_string(), lacks };
    root.file(PASSWD).map_err(|_| bare("/etc/passwd"))?;
    let mut folders = ["usr/sbin", "sbin", "usr/bin", "bin"].into_iter();
    let found = folders.any(|folder| root.file(&format!("{folder}/useradd")).is_ok());
    if found { Ok(()) } else { Err(bare("useradd")) }
}

impl BaseImage {
    /// The history of its layers: its own if it fits them.
    pub(crate) fn history(&self, source_date_epoch: u64, made_by: &str) -> Vec<History> {
        let own = &self.configuration.history;
        if own.iter().filter(|entry| !entry.empty_layer).count() == self.layers.len() {
            return own.clone();
        }
        self.layers.iter().map(|_| History::new(source_date_epoch, made_by, None)).collect()
    }

    /// What an image on it runs: what the definition says, and else what the base does. An entrypoint of the
    /// definition's own takes the base's command away, whose arguments were meant for another.
    pub(crate) fn inherit(&self, image: &Image, own: Execution) -> Execution {
        let base = self.configuration.config.clone();
        let or = |own: String, base: String| if own.is_empty() { base } else { own };
        let cmd = match (&image.cmd, &image.entrypoint) {
            (None, None) => base.cmd,
            _ => own.cmd,
        };
        let mut other = base.other;
        // Meant for who builds with a Dockerfile, and done there once.
        other.shift_remove("OnBuild");
        Execution {
            user: or(own.user, base.user),
            exposed_ports: base.exposed_ports.into_iter().chain(own.exposed_ports).collect(),
            env: merged(&base.env, &own.env, image),
            entrypoint: if image.entrypoint.is_some() { own.entrypoint } else { base.entrypoint },
            cmd,
            volumes: base.volumes.into_iter().chain(own.volumes).collect(),
            working_dir: or(own.working_dir, base.working_dir),
            labels: base.labels.into_iter().chain(own.labels).collect::<BTreeMap<_, _>>(),
            stop_signal: or(own.stop_signal, base.stop_signal),
            other,
        }
    }
}

/// The base's variables in their order, with the values that the definition gives, and then its others. A search
/// path that the definition does not name is the base's.
fn merged(base: &[String], own: &[String], image: &Image) -> Vec<String> {
    let name = |variable: &str| variable.split('=').next().unwrap_or_default().to_owned();
    let has_path = base.iter().any(|variable| name(variable) == "PATH");
    let own: Vec<&String> = own
        .iter()
        .filter(|variable| name(variable) != "PATH" || image.env.contains_key("PATH") || !has_path)
        .collect();
    let mut variables = base.to_vec();
    for variable in own {
        match variables.iter_mut().find(|known| name(known) == name(variable)) {
            Some(known) => known.clone_from(variable),
            None => variables.push(variable.clone()),
        }
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(text: &str) -> Image {
        let text = format!("images: {{web: {{from: x:1, {text}}}}}\n");
        let source = std::sync::Arc::new(diagnostics::SourceFile::new("effigy.yaml", &text));
        control_repo::parse(&source).unwrap().images.remove(0)
    }

    fn inherited(base: serde_json::Value, definition: &str) -> serde_json::Value {
        let configuration = serde_json::from_value(serde_json::json!({ "config": base })).unwrap();
        let base = BaseImage { layers: Vec::new(), configuration, resolved: Digest::of("") };
        let image = image(definition);
        serde_json::to_value(base.inherit(&image, crate::image::execution(&image))).unwrap()
    }

    #[test]
    fn what_a_base_runs_is_inherited_as_by_from() {
        let base = serde_json::json!({
            "User": "app", "Env": ["PATH=/opt/bin", "A=1", "B=1"], "Entrypoint": ["/start"], "Cmd": ["run"],
            "WorkingDir": "/srv", "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/data": {}},
            "Labels": {"a": "base", "b": "base"}, "StopSignal": "SIGQUIT", "Healthcheck": {"Test": ["CMD", "x"]},
            "OnBuild": ["RUN x"],
        });
        let all = inherited(base.clone(), "env: {}");
        let mut expected = base.clone();
        expected.as_object_mut().unwrap().remove("OnBuild");
        assert_eq!(all, expected);
        let own = inherited(
            base.clone(),
            "env: {B: '2', C: '3'}, user: root, expose: [443], volumes: [/log], labels: {b: own}, workdir: /",
        );
        assert_eq!(own["Env"], serde_json::json!(["PATH=/opt/bin", "A=1", "B=2", "C=3"]));
        assert_eq!(own["ExposedPorts"], serde_json::json!({"443/tcp": {}, "80/tcp": {}}));
        assert_eq!(own["Labels"], serde_json::json!({"a": "base", "b": "own"}));
        assert_eq!((own["User"].as_str(), own["WorkingDir"].as_str()), (Some("root"), Some("/")));
        let cmd = inherited(base.clone(), "cmd: [other]");
        assert_eq!((&cmd["Entrypoint"], &cmd["Cmd"]), (&base["Entrypoint"], &serde_json::json!(["other"])));
        let entrypoint = inherited(base, "entrypoint: [/mine]");
        assert_eq!(entrypoint["Entrypoint"], serde_json::json!(["/mine"]));
        assert!(entrypoint.get("Cmd").is_none(), "{entrypoint}");
    }
}
