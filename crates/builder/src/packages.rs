//! A root made of Debian packages: bases and the tools root.
//!
//! What every root has is unpacked by `dpkg`'s own rules but by our code, all packages at once, and then
//! configured by the dpkg that has just been unpacked. Named packages come along in the same way, unless one of
//! them has a script that must run before it is unpacked; then apt installs them afterwards.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use debian::{Archive, Package, closure};
use dpkg::{Deb, configure};
use progress::{Progress, Unit};
use sandbox::{Output, Process, Root, Sandbox};
use sha256::Digest;
use store::{Bucket, Directory};

use crate::build::Context;
use crate::key::{self, BaseKey};
use crate::support::{Prepared, Support};
use crate::{Error, databases, residue};

/// Lines of a failed command's output that an error shows.
const LAST_WORDS: usize = 30;

/// What a root is to be made of.
pub(crate) struct Recipe<'a> {
    /// What it is, for people, e.g. `base trixie`.
    pub what: String,
    pub archive: &'a Archive,
    pub release: &'a str,
    pub architecture: &'a str,
    /// Packages beside the minimal set.
    pub packages: Vec<&'a str>,
    pub recommends: bool,
    pub source_date_epoch: u64,
}

/// A finished root in the store.
pub(crate) struct PackageRoot {
    pub key: Digest,
    pub directory: Directory,
    /// How many packages were chosen.
    pub packages: usize,
}

/// The packages of a recipe: what every root has, and what was named with all that it needs.
struct Chosen<'a> {
    minimal: Vec<Package<'a>>,
    named: Vec<Package<'a>>,
}

/// Takes a root from the store, or makes it.
pub(crate) fn root(context: &Context<'_>, recipe: &Recipe<'_>) -> Result<PackageRoot, Error> {
    let chosen = choose(recipe)?;
    let packages = chosen.minimal.len() + chosen.named.len();
    let key = key::digest(&key_of(recipe, &chosen));
    if !context.settings.rebuild
        && let Some(directory) = context.store.directory(Bucket::Roots, &key)?
    {
        return Ok(PackageRoot { key, directory, packages });
    }
    let scratch = context.store.scratch()?;
    let folder = make(context, recipe, &chosen, scratch.path())?;
    let directory = context.store.publish_directory(Bucket::Roots, &key, &folder)?;
    Ok(PackageRoot { key, directory, packages })
}

fn choose<'a>(recipe: &Recipe<'a>) -> Result<Chosen<'a>, Error> {
    let index = recipe.archive.index();
    let minimal = closure::base(index, recipe.architecture, &[]).map_err(debian::Error::from)?;
    let all = closure::base(index, recipe.architecture, &recipe.packages).map_err(debian::Error::from)?;
    let names: BTreeSet<&str> = minimal.iter().map(|package| package.name).collect();
    let named = all.into_iter().filter(|package| !names.contains(package.name)).collect();
    Ok(Chosen { minimal, named })
}

fn key_of<'a>(recipe: &Recipe<'a>, chosen: &Chosen<'_>) -> BaseKey<'a> {
    let identity = |package: &Package<'_>| {
        (package.name.to_owned(), package.version.as_str().to_owned(), package.sha256)
    };
    BaseKey {
        recipe: key::recipe(),
        release: recipe.release,
        architecture: recipe.architecture,
        packages: chosen.minimal.iter().chain(&chosen.named).map(identity).collect(),
        recommended_from: recipe.recommends.then(|| recipe.archive.digest()),
        source_date_epoch: recipe.source_date_epoch,
    }
}

/// Makes the root in `scratch/root`.
fn make(
    context: &Context<'_>,
    recipe: &Recipe<'_>,
    chosen: &Chosen<'_>,
    scratch: &Path,
) -> Result<PathBuf, Error> {
    let debs = |packages: &[Package<'_>]| -> Result<Vec<PathBuf>, Error> {
        let pool = context.store.bucket(Bucket::Debs)?;
        Ok(recipe.archive.download(&context.archives.client, packages, &pool, context.progress)?)
    };
    let all: Vec<Package<'_>> = chosen.minimal.iter().chain(&chosen.named).copied().collect();
    let all = debs(&all)?;
    let (minimal, named) = all.split_at(chosen.minimal.len());
    let by_apt = recipe.recommends || any_preinst(named)?;
    let unpacked = if by_apt { minimal } else { &all[..] };

    let root = scratch.join("root");
    fs::create_dir(&root).map_err(Error::io("make", &root))?;
    // Readable by every user inside, whatever the umask outside.
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).map_err(Error::io("make", &root))?;
    let options = dpkg::Options::merged_usr(recipe.architecture);
    let unpacked = dpkg::unpack(&root, unpacked, &options, context.progress)?;

    let support = Support {
        archive: recipe.archive,
        recommends: recipe.recommends,
        proxy: context.settings.proxy.as_deref(),
        source_date_epoch: recipe.source_date_epoch,
    };
    let prepared = support.prepare(context.store, scratch)?;
    let mut steps = configure::plan(&unpacked);
    for step in &mut steps {
        step.environment.push(("SOURCE_DATE_EPOCH".to_owned(), recipe.source_date_epoch.to_string()));
    }
    let work = Work { recipe, root: &root, scratch, prepared: &prepared, progress: context.progress };
    work.run(&format!("configuring {} packages", unpacked.len()), &configure::script(&steps))?;
    if by_apt && !recipe.packages.is_empty() {
        let names = recipe.packages.join(" ");
        let environment =
            format!("export DEBIAN_FRONTEND=noninteractive SOURCE_DATE_EPOCH={}", recipe.source_date_epoch);
        work.run(
            &format!("installing {names}"),
            &format!("{environment}\nexec apt-get install -qq --yes -- {names}"),
        )?;
    }
    residue::tidy(&root)?;
    databases::normalize(&root, None, context.progress)?;
    Ok(root)
}

/// Whether one of the packages has a script that is to run before it is unpacked.
fn any_preinst(debs: &[PathBuf]) -> Result<bool, Error> {
    for path in debs {
        if Deb::open(path)?.control()?.members().contains_key("preinst") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Running things in the root that is being made.
struct Work<'a> {
    recipe: &'a Recipe<'a>,
    root: &'a Path,
    scratch: &'a Path,
    prepared: &'a Prepared,
    progress: &'a dyn Progress,
}

impl Work<'_> {
    fn run(&self, what: &str, script: &str) -> Result<(), Error> {
        let root = Root { lowers: vec![self.prepared.layer()], upper: Some(self.root.to_owned()) };
        // Everything is downloaded; only what packages recommend may have to be fetched.
        let sandbox = self.prepared.mount(Sandbox::new(self.scratch, root)).network(self.recipe.recommends);
        let process = Process {
            arguments: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
            environment: [
                ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                ("LC_ALL", "C.UTF-8"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            directory: "/".into(),
        };
        let task = self.progress.begin(what, None, Unit::Items);
        let mut words = VecDeque::new();
        let exit = sandbox.run(&process, &mut |line| {
            let (Output::Stdout(line) | Output::Stderr(line)) = line;
            task.busy_with(&line);
            words.push_back(line);
            if words.len() > LAST_WORDS {
                words.pop_front();
            }
        })?;
        if !exit.success() {
            let words = words.into_iter().collect::<Vec<_>>().join("\n");
            return Err(Error::Configure { what: self.recipe.what.clone(), exit: exit.to_string(), words });
        }
        task.done("");
        Ok(())
    }
}
