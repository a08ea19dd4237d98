//! A control repository as Puppet's environment, and the two names each of its paths has: the user's, and
//! the one inside the sandbox, which is the same on every machine and so may stand in a catalog.

use std::path::{Path, PathBuf};

use sandbox::Mount;

use crate::Error;

/// Where the control repository is seen inside.
const REPOSITORY: &str = "/.effigy/repo";
/// Where module folders outside of the repository are seen, numbered.
const MODULES: &str = "/.effigy/modulepath";

/// What of a control repository Puppet needs, in host paths.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The repository's own folder.
    pub directory: PathBuf,
    /// The folders of modules, in order of precedence. Those that do not exist are left out by the caller.
    pub modulepath: Vec<PathBuf>,
    /// The manifest, a file or a folder of files, inside the repository.
    pub manifest: PathBuf,
    /// A Hiera configuration for the global layer; the repository's own `hiera.yaml` needs no mention.
    pub hiera_config: Option<PathBuf>,
}

impl Environment {
    /// The whole repository, read-only, and module folders outside of it: what compiling may see.
    pub(crate) fn mounts(&self) -> Vec<Mount> {
        let repository =
            Mount::Bind { source: self.directory.clone(), target: REPOSITORY.into(), writable: false };
        std::iter::once(repository).chain(self.module_mounts().into_iter().filter(outside)).collect()
    }

    /// The module folders alone: what applying may see (files they serve, types and providers they bring).
    pub fn module_mounts(&self) -> Vec<Mount> {
        let bind = |(number, source): (usize, &PathBuf)| Mount::Bind {
            source: source.clone(),
            target: self.module_folder(number, source).into(),
            writable: false,
        };
        self.modulepath.iter().enumerate().map(bind).collect()
    }

    pub(crate) fn inside_directory(&self) -> &'static str {
        REPOSITORY
    }

    /// The inside names of the module folders.
    pub fn inside_modulepath(&self) -> Vec<String> {
        self.modulepath.iter().enumerate().map(|(number, path)| self.module_folder(number, path)).collect()
    }

    /// The inside name of a path that must lie in the repository, such as the manifest.
    pub(crate) fn inside(&self, path: &Path) -> Result<String, Error> {
        self.in_repository(path).ok_or_else(|| Error::OutsideRepository(path.to_owned()))
    }

    /// Turns the inside names in a text back into the user's.
    pub fn for_people(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (number, path) in self.modulepath.iter().enumerate() {
            if self.in_repository(path).is_none() {
                text = text.replace(&format!("{MODULES}/{number}"), &path.display().to_string());
            }
        }
        text.replace(REPOSITORY, &self.directory.display().to_string())
    }

    fn in_repository(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.directory).ok()?;
        Some(if below.as_os_str().is_empty() {
            REPOSITORY.to_owned()
        } else {
            format!("{REPOSITORY}/{}", below.display())
        })
    }

    fn module_folder(&self, number: usize, path: &Path) -> String {
        self.in_repository(path).unwrap_or_else(|| format!("{MODULES}/{number}"))
    }
}

fn outside(mount: &Mount) -> bool {
    matches!(mount, Mount::Bind { target, .. } if target.starts_with(MODULES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        Environment {
            directory: "/home/u/repo".into(),
            modulepath: vec!["/home/u/repo/site".into(), "/opt/modules".into()],
            manifest: "/home/u/repo/default.pp".into(),
            hiera_config: None,
        }
    }

    #[test]
    fn every_path_has_an_inside_name_and_comes_back() {
        let environment = environment();
        assert_eq!(environment.inside_modulepath(), ["/.effigy/repo/site", "/.effigy/modulepath/1"]);
        assert_eq!(environment.inside(&environment.manifest).unwrap(), "/.effigy/repo/default.pp");
        assert!(environment.inside(Path::new("/etc/passwd")).is_err());
        let message = "(file: /.effigy/modulepath/1/a/manifests/init.pp) and /.effigy/repo/default.pp";
        let expected = "(file: /opt/modules/a/manifests/init.pp) and /home/u/repo/default.pp";
        assert_eq!(environment.for_people(message), expected);
    }

    #[test]
    fn compiling_sees_the_repository_and_applying_only_modules() {
        let targets = |mounts: Vec<Mount>| -> Vec<String> {
            let target = |mount: &Mount| match mount {
                Mount::Bind { target, writable: false, .. } => target.display().to_string(),
                other => panic!("{other:?}"),
            };
            mounts.iter().map(target).collect()
        };
        assert_eq!(targets(environment().mounts()), ["/.effigy/repo", "/.effigy/modulepath/1"]);
        assert_eq!(targets(environment().module_mounts()), ["/.effigy/repo/site", "/.effigy/modulepath/1"]);
    }
}
