//! The section `modules` of `effigy.lock`: each module with what it was taken from, exactly.
//!
//! ```toml
//! [[modules]]                     # sorted by name
//! name = "puppetlabs/apache"
//! version = "12.1.0"
//! forge = "/v3/files/puppetlabs-apache-12.1.0.tar.gz"     # on whichever Forge or mirror is set
//! checksum = "sha256:..."
//! dependencies = ["puppetlabs/stdlib >= 9.0.0 < 10.0.0"]
//!
//! [[modules]]
//! name = "nginx"
//! git = "https://git.example.org/puppet-nginx.git"
//! reference = "tag v6.0.1"        # what the Puppetfile asked for
//! commit = "..."                  # what it was
//! path = "modules/nginx"          # the folder in the repository, if not all of it
//! ```
//! The others have `tarball = URL`, `github = "owner/repository"` with `tag`, or `deb = PACKAGE`, and a
//! `checksum`. Modules with `path:` and `local:` are the repository's own and not listed.

use std::collections::BTreeMap;

use control_repo::LockFile;
use diagnostics::{Diagnostic, Diagnostics};
use serde::{Deserialize, Serialize};
use sha256::Digest;

use crate::{ModuleName, Requirement, Source, Version};

/// The section's name.
const SECTION: &str = "modules";

/// A module and what it was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedModule {
    /// Its name: as in the Puppetfile, or as the one who depends on it says.
    pub name: ModuleName,
    /// Its version, or a package's; none if it says none.
    pub version: Option<String>,
    /// What it was taken from.
    pub pin: Pin,
    /// What it asks for.
    pub dependencies: Vec<Requirement>,
}

/// A source so exact that it gives the same files each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pin {
    /// A release of the Forge.
    Forge {
        /// The archive's path on the Forge, or its whole address.
        file: String,
        /// The archive's.
        checksum: Digest,
    },
    /// A commit of a git repository.
    Git {
        /// The repository.
        url: String,
        /// What was asked for, e.g. `tag v1`.
        reference: String,
        /// What it was: 40 or 64 hex digits.
        commit: String,
        /// The folder that is the module, if not the whole.
        folder: Option<String>,
    },
    /// An archive.
    Tarball {
        /// Its address.
        url: String,
        /// Its own.
        checksum: Digest,
    },
    /// An archive of a GitHub repository.
    Github {
        /// `owner/repository`
        repository: String,
        /// The tag.
        tag: String,
        /// The archive's.
        checksum: Digest,
    },
    /// A Debian package.
    Deb {
        /// Its name.
        package: String,
        /// The package's.
        checksum: Digest,
    },
}

impl LockedModule {
    /// Its version, if it is one as the Forge has them.
    pub fn semantic_version(&self) -> Option<Version> {
        self.version.as_ref()?.parse().ok()
    }

    /// All that decides which files the module consists of, in one line.
    pub(crate) fn identity(&self) -> String {
        match &self.pin {
            Pin::Forge { checksum, .. } | Pin::Tarball { checksum, .. } | Pin::Github { checksum, .. } => {
                format!("archive {checksum}")
            }
            Pin::Git { commit, folder, .. } => {
                format!("commit {commit} {}", folder.as_deref().unwrap_or_default())
            }
            Pin::Deb { checksum, .. } => format!("package {checksum}"),
        }
    }

    /// Where it comes from, for people.
    pub fn origin(&self) -> String {
        match &self.pin {
            Pin::Forge { .. } => "forge".to_owned(),
            Pin::Git { url, reference, .. } => format!("{} {reference}", crate::git::without_password(url)),
            Pin::Tarball { url, .. } => crate::git::without_password(url),
            Pin::Github { repository, tag, .. } => format!("github {repository} {tag}"),
            Pin::Deb { package, .. } => format!("deb {package}"),
        }
    }

    /// Its version, or the beginning of its commit.
    pub fn shown_version(&self) -> String {
        match (&self.version, &self.pin) {
            (_, Pin::Git { commit, .. }) => commit.chars().take(10).collect(),
            (Some(version), _) => version.clone(),
            (None, _) => "-".to_owned(),
        }
    }
}

impl Pin {
    /// Whether this is what the Puppetfile's source stands for, as far as can be said without asking anyone; a
    /// Forge's version is judged elsewhere.
    pub(crate) fn answers(&self, source: &Source, control_branch: Option<&str>) -> bool {
        match (self, source) {
            (Self::Forge { .. }, Source::Forge { .. }) => true,
            (Self::Git { url, reference, folder, .. }, Source::Git(git)) => {
                *url == git.url && git.is_asked(reference, control_branch) && *folder == git.folder_text()
            }
            (Self::Tarball { url, checksum }, Source::Tarball { url: asked, sha256 }) => {
                url == asked && sha256.is_none_or(|sha256| sha256 == *checksum)
            }
            (Self::Github { repository, tag, .. }, Source::GithubTarball { repository: asked, version }) => {
                let suits = |range: &String| crate::github::suits(range, tag);
                repository == asked && version.as_ref().is_none_or(suits)
            }
            (Self::Deb { package, .. }, Source::Deb(asked)) => package == asked,
            _ => false,
        }
    }
}

/// Locked modules by short name.
pub type Locked = BTreeMap<String, LockedModule>;

/// Reads the section; a file without it has no modules.
pub fn read(file: &LockFile) -> Result<Locked, Diagnostics> {
    let records: Vec<Record> = file.section(SECTION)?.unwrap_or_default();
    let read = |record: Record| {
        let name = record.name.clone();
        record.read().map_err(|reason| {
            let message = format!("the module `{name}` of effigy.lock cannot be read: {reason}");
            Diagnostic::error(message).code("lock-section").hint(
                "bring the file back from version control, or remove it and run `effigy modules update`",
            )
        })
    };
    let modules = records.into_iter().map(read).collect::<Result<Vec<_>, _>>().map_err(Diagnostics::from)?;
    Ok(modules.into_iter().map(|module| (module.name.short().to_owned(), module)).collect())
}

/// Puts the section in place of an older one.
pub fn write(file: &mut LockFile, modules: &Locked) {
    let mut records: Vec<Record> = modules.values().map(Record::of).collect();
    records.sort_by(|a, b| a.name.cmp(&b.name));
    file.set_section(SECTION, &records);
}

/// The form in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    git: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tarball: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    github: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deb: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<Digest>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
}

impl Record {
    fn of(module: &LockedModule) -> Self {
        let mut record = Self {
            name: module.name.to_string(),
            version: module.version.clone(),
            dependencies: module.dependencies.iter().map(ToString::to_string).collect(),
            ..Self::default()
        };
        match module.pin.clone() {
            Pin::Forge { file, checksum } => {
                record.forge = Some(file);
                record.checksum = Some(checksum);
            }
            Pin::Git { url, reference, commit, folder } => {
                record.git = Some(url);
                record.reference = Some(reference);
                record.commit = Some(commit);
                record.path = folder;
            }
            Pin::Tarball { url, checksum } => {
                record.tarball = Some(url);
                record.checksum = Some(checksum);
            }
            Pin::Github { repository, tag, checksum } => {
                record.github = Some(repository);
                record.tag = Some(tag);
                record.checksum = Some(checksum);
            }
            Pin::Deb { package, checksum } => {
                record.deb = Some(package);
                record.checksum = Some(checksum);
            }
        }
        record
    }

    fn read(self) -> Result<LockedModule, String> {
        let checksum = || self.checksum.ok_or("it has no `checksum`");
        let pin = match (self.forge, self.git, self.tarball, self.github, self.deb) {
            (Some(file), None, None, None, None) => Pin::Forge { file, checksum: checksum()? },
            (None, Some(url), None, None, None) => Pin::Git {
                url,
                reference: self.reference.ok_or("it has no `reference`")?,
                commit: self
                    .commit
                    .filter(|commit| crate::git::is_commit(commit))
                    .ok_or("it has no `commit`")?,
                folder: self.path,
            },
            (None, None, Some(url), None, None) => Pin::Tarball { url, checksum: checksum()? },
            (None, None, None, Some(repository), None) => {
                Pin::Github { repository, tag: self.tag.ok_or("it has no `tag`")?, checksum: checksum()? }
            }
            (None, None, None, None, Some(package)) => Pin::Deb { package, checksum: checksum()? },
            _ => return Err("it names no source, or several".to_owned()),
        };
        let name = self.name.parse().map_err(|error: crate::InvalidName| error.to_string())?;
        let dependencies =
            self.dependencies.iter().map(|text| text.parse()).collect::<Result<_, String>>()?;
        Ok(LockedModule { name, version: self.version, pin, dependencies })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use diagnostics::SourceFile;

    use super::*;

    fn file(text: &str) -> LockFile {
        LockFile::parse(&Arc::new(SourceFile::new("effigy.lock", text))).unwrap()
    }

    #[test]
    fn every_kind_comes_back_as_it_was() {
        let checksum = Digest::of("x");
        let commit = "0123456789012345678901234567890123456789".to_owned();
        let (url, folder) = ("https://example.org/x".to_owned(), Some("modules/x".to_owned()));
        let pins = [
            Pin::Forge { file: "/v3/files/a.tar.gz".to_owned(), checksum },
            Pin::Git { url: url.clone(), reference: "tag v1".to_owned(), commit, folder },
            Pin::Tarball { url, checksum },
            Pin::Github { repository: "o/r".to_owned(), tag: "v1".to_owned(), checksum },
            Pin::Deb { package: "puppet-module-x".to_owned(), checksum },
        ];
        let module = |(number, pin): (usize, Pin)| LockedModule {
            name: format!("a/m{number}").parse().unwrap(),
            version: (number > 0).then(|| "1.2.3".to_owned()),
            pin,
            dependencies: vec!["a/b >= 1.0.0 < 2.0.0".parse().unwrap(); number % 2],
        };
        let modules = pins.into_iter().enumerate().map(module);
        let locked: Locked = modules.map(|module| (module.name.short().to_owned(), module)).collect();
        let mut lock = LockFile::new();
        write(&mut lock, &locked);
        assert_eq!(read(&file(&lock.to_text())).unwrap(), locked, "{}", lock.to_text());
    }

    #[test]
    fn a_record_that_is_not_whole_is_named() {
        let sum = format!("checksum = '{}'", Digest::of("").oci());
        for (record, expected) in [
            ("forge = 'x'", "`a/b` of effigy.lock cannot be read: it has no `checksum`"),
            (&sum, "it names no source, or several"),
            (&format!("forge = 'x'\ndeb = 'y'\n{sum}"), "it names no source, or several"),
            ("git = 'u'\nreference = 'r'\ncommit = '--upload-pack=x'", "it has no `commit`"),
            ("colour = 'red'", "colour"),
            (&format!("deb = 'y'\n{sum}\ndependencies = ['a/b newest']"), "`newest` is not a range"),
        ] {
            let error = read(&file(&format!("[[modules]]\nname = 'a/b'\n{record}\n"))).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
