//! The tools root: where in it Ruby, its libraries and its loader lie, and how to start Ruby from it in
//! another root.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// The Debian packages that a tools root holds beside a minimal system: Puppet, what Hiera's backends need, and the
/// types that Puppet's own agent package brings along as modules.
pub const PACKAGES: [&str; 11] = [
    "puppet-agent",
    "hiera-eyaml",
    "ruby-deep-merge",
    "ruby-hocon",
    "ca-certificates",
    "puppet-module-puppetlabs-augeas-core",
    "puppet-module-puppetlabs-cron-core",
    "puppet-module-puppetlabs-host-core",
    "puppet-module-puppetlabs-mount-core",
    "puppet-module-puppetlabs-selinux-core",
    "puppet-module-puppetlabs-sshkeys-core",
];

/// Where a tools root is seen inside an image root.
pub(crate) const TOOLS: &str = "/.effigy/tools";

/// A tools root on disk, looked over once.
#[derive(Clone, Debug)]
pub struct Tools {
    root: PathBuf,
    /// Path of the dynamic loader below the root, e.g. `usr/lib64/ld-linux-x86-64.so.2`.
    loader: String,
    /// Folder of shared libraries below the root, e.g. `usr/lib/x86_64-linux-gnu`.
    libraries: String,
    /// Ruby's API version as its folders spell it, e.g. `3.3.0`.
    ruby: String,
    /// Name of Ruby's program, e.g. `ruby3.3`.
    program: String,
}

impl Tools {
    /// Looks for the pieces in a tools root that lies at `root` on the host.
    pub fn discover(root: &Path) -> Result<Self, Error> {
        let missing = |what: &str| Error::NotATools { root: root.to_owned(), missing: what.to_owned() };
        let loader = ["usr/lib64/ld-linux-x86-64.so.2", "usr/lib/ld-linux-aarch64.so.1"]
            .into_iter()
            .find(|path| root.join(path).exists())
            .ok_or_else(|| missing("a dynamic loader"))?;
        let libraries = names_in(&root.join("usr/lib"))
            .into_iter()
            .find(|name| {
                name.ends_with("-linux-gnu") && root.join("usr/lib").join(name).join("ruby").is_dir()
            })
            .ok_or_else(|| missing("Ruby's libraries"))?;
        let ruby = names_in(&root.join("usr/lib/ruby"))
            .into_iter()
            .filter(|name| name.starts_with(|first: char| first.is_ascii_digit()))
            .max()
            .ok_or_else(|| missing("Ruby"))?;
        let program =
            ruby.rsplit_once('.').map_or_else(|| "ruby".to_owned(), |(version, _)| format!("ruby{version}"));
        if !root.join("usr/bin").join(&program).is_file() {
            return Err(missing(&program));
        }
        if !root.join("usr/lib/ruby/vendor_ruby/puppet.rb").is_file() {
            return Err(missing("Puppet"));
        }
        let libraries = format!("usr/lib/{libraries}");
        Ok(Self { root: root.to_owned(), loader: loader.to_owned(), libraries, ruby, program })
    }

    /// The root's folder on the host.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The words that start Ruby inside another root in which this one is seen at [`TOOLS`].
    pub(crate) fn ruby_elsewhere(&self) -> Vec<String> {
        vec![
            format!("{TOOLS}/{}", self.loader),
            "--library-path".to_owned(),
            format!("{TOOLS}/{}", self.libraries),
            format!("{TOOLS}/usr/bin/{}", self.program),
        ]
    }

    /// What Ruby needs in its environment to find its own files there.
    pub(crate) fn environment_elsewhere(&self) -> Vec<(String, String)> {
        let Self { libraries, ruby, .. } = self;
        let folders = [
            "usr/lib/ruby/vendor_ruby".to_owned(),
            format!("{libraries}/ruby/vendor_ruby/{ruby}"),
            format!("usr/lib/ruby/{ruby}"),
            format!("{libraries}/ruby/{ruby}"),
        ];
        let gems = [
            format!("usr/lib/ruby/gems/{ruby}"),
            format!("{libraries}/ruby/gems/{ruby}"),
            format!("{libraries}/rubygems-integration/{ruby}"),
            format!("usr/share/rubygems-integration/{ruby}"),
            "usr/share/rubygems-integration/all".to_owned(),
        ];
        vec![("RUBYLIB".to_owned(), joined(&folders)), ("GEM_PATH".to_owned(), joined(&gems))]
    }
}

fn joined(folders: &[String]) -> String {
    folders.iter().map(|folder| format!("{TOOLS}/{folder}")).collect::<Vec<_>>().join(":")
}

/// Names in a folder, sorted; none when it cannot be read.
fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_found_by_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert!(Tools::discover(root).unwrap_err().to_string().contains("a dynamic loader"));
        for path in
            ["usr/lib64/ld-linux-x86-64.so.2", "usr/bin/ruby3.3", "usr/lib/ruby/vendor_ruby/puppet.rb"]
        {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        for path in ["usr/lib/ruby/3.3.0", "usr/lib/x86_64-linux-gnu/ruby"] {
            fs::create_dir_all(root.join(path)).unwrap();
        }
        let tools = Tools::discover(root).unwrap();
        assert_eq!(tools.ruby_elsewhere()[3], "/.effigy/tools/usr/bin/ruby3.3");
        let environment = tools.environment_elsewhere();
        assert!(
            environment[0].1.contains("/.effigy/tools/usr/lib/x86_64-linux-gnu/ruby/3.3.0"),
            "{environment:?}"
        );
    }
}
