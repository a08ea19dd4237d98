//! Compiling one image's catalog, and knowing what it was compiled from.

use std::cell::OnceCell;
use std::path::Path;

use puppet::{Catalog, CompileRequest, Environment, compile, driver_digest};
use serde_json::Value;
use sha256::Digest;

use crate::build::Context;
use crate::key::{self, CatalogKey};
use crate::tools::ReadyTools;
use crate::{Error, native, tree};

/// The control repository as Puppet sees it, looked over once for all images.
pub(crate) struct Sources {
    pub environment: Environment,
    /// Everything that a catalog may depend on: the repository and modules outside of it.
    repository: Digest,
    /// What applying reads of modules, natively and else; only asked for when something is to be applied.
    files: OnceCell<Digest>,
    modules: OnceCell<Digest>,
}

impl Sources {
    pub(crate) fn look_over(context: &Context<'_>) -> Result<Self, Error> {
        let repo = context.repo;
        let directory = repo.root().to_owned();
        // The repository's own `hiera.yaml` is Puppet's environment layer; another one is the global layer.
        let own = directory.join("hiera.yaml");
        let hiera_config = repo.hiera_config()?.filter(|path| *path != own);
        let modulepath: Vec<_> = repo.modulepath().into_iter().filter(|folder| folder.is_dir()).collect();
        let environment = Environment { manifest: repo.manifest()?, modulepath, hiera_config, directory };
        let repository = repository_digest(&environment)?;
        Ok(Self { environment, repository, files: OnceCell::new(), modules: OnceCell::new() })
    }

    /// The digest of what modules bring to the machine that a catalog is applied to: files, and Ruby code.
    pub(crate) fn modules(&self) -> Result<Digest, Error> {
        self.folders_of_modules(&self.modules, &["files", "lib"])
    }

    /// The digest of the files that modules serve.
    pub(crate) fn files(&self) -> Result<Digest, Error> {
        self.folders_of_modules(&self.files, &["files"])
    }

    fn folders_of_modules(&self, known: &OnceCell<Digest>, names: &[&str]) -> Result<Digest, Error> {
        if let Some(digest) = known.get() {
            return Ok(*digest);
        }
        let not_applied = |path: &Path| {
            let mut parts = path.components().skip(1);
            parts.next().is_some_and(|part| !names.iter().any(|name| part.as_os_str() == *name))
        };
        let digests: Result<Vec<Digest>, Error> =
            self.environment.modulepath.iter().map(|folder| tree::digest(folder, &not_applied)).collect();
        Ok(*known.get_or_init(|| Digest::of(format!("{:?}", digests))))
    }

    /// What a catalog is compiled from, as a key.
    pub(crate) fn catalog_key(&self, tools: &ReadyTools, certname: &str, facts: &Value) -> Digest {
        key::digest(&CatalogKey {
            recipe: key::recipe(),
            repository: self.repository,
            facts: key::digest(facts),
            certname,
            tools: tools.key,
            driver: driver_digest(),
            native: native::VERSION,
        })
    }

    pub(crate) fn compile(
        &self,
        context: &Context<'_>,
        tools: &ReadyTools,
        certname: &str,
        facts: &Value,
        scratch: &Path,
    ) -> Result<Catalog, Error> {
        let request = CompileRequest { environment: &self.environment, certname, facts };
        Ok(compile(&tools.tools, &request, scratch, context.progress)?)
    }
}

fn repository_digest(environment: &Environment) -> Result<Digest, Error> {
    let versioning = |path: &Path| path.ends_with(".git");
    let mut digests = vec![tree::digest(&environment.directory, &versioning)?];
    for folder in environment.modulepath.iter().filter(|folder| !folder.starts_with(&environment.directory)) {
        digests.push(tree::digest(folder, &versioning)?);
    }
    // Which of the files is the manifest, and in which order modules are looked for, is not in the files.
    let below = |path: &Path| path.strip_prefix(&environment.directory).unwrap_or(path).to_owned();
    let modulepath: Vec<_> = environment.modulepath.iter().map(|path| below(path)).collect();
    let hiera = environment.hiera_config.as_deref().map(below);
    Ok(Digest::of(format!("{digests:?} {:?} {modulepath:?} {hiera:?}", below(&environment.manifest))))
}
