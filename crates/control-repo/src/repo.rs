//! A control repository on disk: where its manifest, modules, Hiera configuration and Puppetfile lie.
//!
//! `effigy.yaml` has the first word, `environment.conf` the second, and Puppet's conventions the last:
//! ```text
//! effigy.yaml          found in the folder or the nearest above it
//! environment.conf     modulepath, manifest
//! Puppetfile           modules to install, and `moduledir` where to
//! hiera.yaml
//! manifests/           else site.pp, else default.pp
//! modules/             installed modules by convention, often the repository's own beside them
//! site/ site-modules/  the repository's own modules
//! ```
//! Does not look into any of them: modules, manifests and data are others' business.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use diagnostics::Diagnostics;

use crate::definition::{self, Definition};
use crate::environment::{self, Environment};
use crate::error::Error;

/// The name of the file that makes a folder a control repository.
pub const FILE_NAME: &str = "effigy.yaml";

/// An opened control repository. All paths that it gives are under its root, or absolute as written.
#[derive(Clone, Debug)]
pub struct ControlRepo {
    root: PathBuf,
    file: PathBuf,
    definition: Definition,
    environment: Environment,
    puppetfile_moduledir: Option<PathBuf>,
}

impl ControlRepo {
    /// Opens the repository that `start` belongs to: an `effigy.yaml` (under any name), its folder, or any
    /// folder below, as git does. A relative `start` is taken from the working directory, and diagnostics
    /// name files as `start` does.
    pub fn open(start: &Path) -> Result<Self, Error> {
        let read = |source| Error::Read { path: start.to_owned(), source };
        if start.metadata().map_err(read)?.is_file() {
            return Self::open_file(start);
        }
        let here = start.join(FILE_NAME).components().filter(|part| *part != Component::CurDir).collect();
        let start = std::path::absolute(start).map_err(read)?;
        let above = start.ancestors().skip(1).map(|folder| folder.join(FILE_NAME));
        match std::iter::once(here).chain(above).find(|file: &PathBuf| file.is_file()) {
            Some(file) => Self::open_file(&file),
            None => Err(Error::NotFound { start }),
        }
    }

    fn open_file(given: &Path) -> Result<Self, Error> {
        let file =
            std::path::absolute(given).map_err(|source| Error::Read { path: given.to_owned(), source })?;
        let root = file.parent().unwrap_or(Path::new("/")).to_owned();
        let definition = definition::load(given)?;
        let environment = match read_optional(&given.with_file_name("environment.conf"))? {
            Some(source) => environment::parse_environment(&Arc::new(source)).map_err(Error::Invalid)?,
            None => Environment::default(),
        };
        let mut repo = Self { root, file, definition, environment, puppetfile_moduledir: None };
        // A Puppetfile that is named but missing matters to those who install modules, not to all.
        if let Ok(Some(puppetfile)) = repo.puppetfile()
            && let Some(source) = read_optional(&puppetfile)?
        {
            repo.puppetfile_moduledir = environment::puppetfile_moduledir(source.text());
        }
        Ok(repo)
    }

    /// The folder of `effigy.yaml`, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `effigy.yaml` itself, absolute.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What `effigy.yaml` says.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// What the user should look at although everything is valid.
    pub fn warnings(&self) -> Diagnostics {
        self.definition.warnings.0.iter().chain(&self.environment.warnings.0).cloned().collect()
    }

    /// A path of `effigy.yaml` in full: relative ones start at the root.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        if path.is_absolute() {
            return path.to_owned();
        }
        // Leaves out `.` components, so that equal places are equal paths.
        self.root.join(path).components().collect()
    }

    /// The main manifest, a file or a folder. That there is none is an error only here, at use.
    pub fn manifest(&self) -> Result<PathBuf, Error> {
        if let Some(path) = &self.definition.manifest {
            return self.existing("the `manifest` of effigy.yaml,", path);
        }
        if let Some(path) = &self.environment.manifest {
            return self.existing("the `manifest` of environment.conf,", path);
        }
        let folder = self.root.join("manifests");
        if folder.is_dir() {
            return Ok(folder);
        }
        let files = ["site.pp", "default.pp"].map(|name| self.root.join(name));
        files.into_iter().find(|file| file.is_file()).ok_or_else(|| Error::NoManifest {
            root: self.root.clone(),
            tried: "`manifests/`, `site.pp` and `default.pp`",
        })
    }

    /// Folders of modules, the first to have a module wins. Folders that are given may be missing, as
    /// with Puppet. By default `modules`, what the Puppetfile names, and `site` and `site-modules` where
    /// they are.
    pub fn modulepath(&self) -> Vec<PathBuf> {
        let given = self.definition.modulepath.as_ref().or(self.environment.modulepath.as_ref());
        if let Some(folders) = given {
            return folders.iter().map(|folder| self.resolve(folder)).collect();
        }
        let mut folders = vec![self.root.join("modules")];
        let own = ["site", "site-modules"].map(|name| self.root.join(name));
        folders.extend(own.into_iter().filter(|folder| folder.is_dir()));
        let installed = self.moduledir();
        if !folders.contains(&installed) {
            folders.push(installed);
        }
        folders
    }

    /// Where the Puppetfile's modules are installed: its `moduledir`, else `modules`, beside it. The
    /// repository's own modules may lie in the same folder.
    pub fn moduledir(&self) -> PathBuf {
        let puppetfile = self.definition.puppetfile.as_deref().unwrap_or(Path::new("Puppetfile"));
        let folder = puppetfile.parent().unwrap_or(Path::new(""));
        self.resolve(&folder.join(self.puppetfile_moduledir.as_deref().unwrap_or(Path::new("modules"))))
    }

    /// Hiera's configuration: as `effigy.yaml` names it (an error if missing), else `hiera.yaml` if any.
    pub fn hiera_config(&self) -> Result<Option<PathBuf>, Error> {
        self.given_or(
            "the `hiera_config` of effigy.yaml,",
            self.definition.hiera_config.as_deref(),
            "hiera.yaml",
        )
    }

    /// The Puppetfile: as `effigy.yaml` names it (an error if missing), else `Puppetfile` if any.
    pub fn puppetfile(&self) -> Result<Option<PathBuf>, Error> {
        self.given_or("the `puppetfile` of effigy.yaml,", self.definition.puppetfile.as_deref(), "Puppetfile")
    }

    fn given_or(
        &self,
        what: &'static str,
        given: Option<&Path>,
        name: &str,
    ) -> Result<Option<PathBuf>, Error> {
        match given {
            Some(path) => self.existing(what, path).map(Some),
            None => Ok(Some(self.root.join(name)).filter(|path| path.is_file())),
        }
    }

    fn existing(&self, what: &'static str, path: &Path) -> Result<PathBuf, Error> {
        let path = self.resolve(path);
        if path.exists() { Ok(path) } else { Err(Error::Missing { what, path }) }
    }
}

/// A text file, if it is there.
fn read_optional(path: &Path) -> Result<Option<diagnostics::SourceFile>, Error> {
    match crate::read_source(path) {
        Ok(source) => Ok(Some(source)),
        Err(Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files; a name that ends in `/` is a folder.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(if name.ends_with('/') { &path } else { path.parent().unwrap() })
                .unwrap();
            if !name.ends_with('/') {
                std::fs::write(path, text).unwrap();
            }
        }
        folder
    }

    /// Paths under the root, as text.
    fn below(repo: &ControlRepo, paths: Vec<PathBuf>) -> Vec<String> {
        let relative = |path: PathBuf| path.strip_prefix(repo.root()).unwrap_or(&path).display().to_string();
        paths.into_iter().map(relative).collect()
    }

    #[test]
    fn conventions_decide_where_nothing_is_said() {
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, &'a [&'a str]);
        let cases: &[Case<'_>] = &[
            (&[("default.pp", "")], Some("default.pp"), &["modules"]),
            (&[("default.pp", ""), ("site.pp", "")], Some("site.pp"), &["modules"]),
            (
                &[("site.pp", ""), ("manifests/site.pp", ""), ("site/", "")],
                Some("manifests"),
                &["modules", "site"],
            ),
            (&[("site-modules/", "")], None, &["modules", "site-modules"]),
            (&[("Puppetfile", "moduledir 'vendor'\n")], None, &["modules", "vendor"]),
            (
                &[("effigy.yaml", "puppetfile: p/Puppetfile"), ("p/Puppetfile", "")],
                None,
                &["modules", "p/modules"],
            ),
            (
                &[("environment.conf", "modulepath=./b:a:$basemodulepath\nmanifest=m.pp"), ("m.pp", "")],
                Some("m.pp"),
                &["b", "a"],
            ),
            (
                &[("effigy.yaml", "{manifest: x.pp, modulepath: '/srv/m:c'}"), ("x.pp", ""), ("site.pp", "")],
                Some("x.pp"),
                &["/srv/m", "c"],
            ),
        ];
        for (files, manifest, modulepath) in cases {
            let folder = folder(&[&[("effigy.yaml", "")], *files].concat());
            let repo = ControlRepo::open(folder.path()).unwrap();
            let found = repo.manifest().ok().map(|path| below(&repo, vec![path]).remove(0));
            assert_eq!(found.as_deref(), *manifest, "{files:?}");
            assert_eq!(below(&repo, repo.modulepath()), *modulepath, "{files:?}");
            assert_eq!((repo.hiera_config().unwrap(), repo.definition().bases.len()), (None, 0));
        }
    }

    #[test]
    fn the_file_is_found_from_below_and_by_name() {
        let folder = folder(&[
            ("effigy.yaml", ""),
            ("other.yaml", "layers: strict"),
            ("a/b/", ""),
            ("hiera.yaml", ""),
        ]);
        let repo = ControlRepo::open(&folder.path().join("a/b")).unwrap();
        assert_eq!((repo.root(), repo.file()), (folder.path(), folder.path().join("effigy.yaml").as_path()));
        assert_eq!(repo.hiera_config().unwrap(), Some(folder.path().join("hiera.yaml")));
        let other = ControlRepo::open(&folder.path().join("other.yaml")).unwrap();
        assert_eq!(other.definition().layers, definition::Layers::Strict);
    }

    #[test]
    fn what_is_missing_is_said() {
        let empty = folder(&[]);
        let error = ControlRepo::open(empty.path()).unwrap_err();
        // A control repository above the temporary folder would be found, as it should.
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
        let given = folder(&[("effigy.yaml", "{manifest: m.pp, hiera_config: h.yaml}")]);
        let repo = ControlRepo::open(given.path()).unwrap();
        let path = given.path().join("m.pp");
        let expected = format!("the `manifest` of effigy.yaml, `{}` does not exist", path.display());
        assert_eq!(repo.manifest().unwrap_err().to_string(), expected);
        assert!(repo.hiera_config().is_err());
        let bare = folder(&[("effigy.yaml", "")]);
        let error = ControlRepo::open(bare.path()).unwrap().manifest().unwrap_err();
        assert!(
            error.to_string().ends_with("looked for `manifests/`, `site.pp` and `default.pp`"),
            "{error}"
        );
    }

    #[test]
    fn a_broken_file_names_itself() {
        let folder = folder(&[("effigy.yaml", "imags: {}\n")]);
        let error = ControlRepo::open(folder.path()).unwrap_err();
        let expected = format!(
            "{}:1:1: unknown key `imags` of effigy.yaml",
            folder.path().join("effigy.yaml").display()
        );
        assert_eq!(error.to_string(), expected);
    }
}
