//! Modules from git repositories, by the `git` command: what a reference stands for, a commit into the cache, a
//! commit's files as an archive.
//!
//! A repository is cached bare, one folder an address. A commit is fetched alone and without its history where
//! the server allows it; it then stands under `refs/effigy/COMMIT`, so that it stays. A commit that is there needs
//! no server. git is run without hooks, without prompts and without transports that run commands; nothing from a
//! Puppetfile gets to it where it could be taken for an option.

mod address;
mod command;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use sha256::Digest;

use crate::Error;
use crate::network::{Network, touch};
use crate::puppetfile::{GitReference, GitSource};

pub(crate) use address::{is_commit, without_password};
use command::Git;

/// What is exported is what the commit holds: no attribute of the repository or the user changes or leaves out
/// anything, or runs a filter.
const ATTRIBUTES: &str = "* -export-ignore -export-subst -text -eol -ident -filter -working-tree-encoding\n";

impl GitSource {
    /// What is asked for, in words that the lock file keeps.
    pub(crate) fn asked(&self, control_branch: Option<&str>) -> String {
        let asked = match &self.reference {
            GitReference::Default => "default branch".to_owned(),
            GitReference::Any(reference) => format!("ref {reference}"),
            GitReference::Tag(tag) => format!("tag {tag}"),
            GitReference::Commit(commit) => format!("commit {commit}"),
            GitReference::Branch(branch) => format!("branch {branch}"),
            GitReference::ControlBranch => {
                format!("branch {} of the control repository", control_branch.unwrap_or("?"))
            }
        };
        match &self.default_branch {
            Some(default) => format!("{asked}, else branch {default}"),
            None => asked,
        }
    }

    /// The full name of a commit that is asked for.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.beginning().filter(|commit| is_commit(commit))
    }

    /// What may be a commit's name, or the beginning of one.
    pub(crate) fn beginning(&self) -> Option<&str> {
        match &self.reference {
            GitReference::Commit(commit) | GitReference::Any(commit) => Some(commit),
            _ => None,
        }
    }

    /// Whether these words of a lock file are what is asked for. Where the control repository is on no branch, as
    /// in many a CI job, whatever branch it was on will do.
    pub(crate) fn is_asked(&self, words: &str, control_branch: Option<&str>) -> bool {
        let follows = self.reference == GitReference::ControlBranch && control_branch.is_none();
        *words == self.asked(control_branch) || (follows && words.contains(" of the control repository"))
    }

    /// The folder in the repository, as git writes it.
    pub(crate) fn folder_text(&self) -> Option<String> {
        let folder = self.folder.as_ref()?.to_string_lossy().into_owned();
        let parts: Vec<&str> = folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        (!parts.is_empty()).then(|| parts.join("/"))
    }
}

/// The branch that the repository at `root` is on, if it is on one.
pub(crate) fn branch_of(root: &Path) -> Option<String> {
    let mut git = Git::new();
    git.arg("-C").arg(root).args(["symbolic-ref", "--quiet", "--short", "HEAD"]);
    let answer = git.run("read", &root.display().to_string()).ok()?;
    Some(String::from_utf8_lossy(&answer).trim().to_owned()).filter(|branch| !branch.is_empty())
}

/// A cached repository, ours alone as long as this lives.
pub(crate) struct Repository<'a> {
    network: &'a Network<'a>,
    /// As git is given it.
    url: String,
    folder: PathBuf,
    _lock: File,
}

/// The references of a remote repository, by their full names.
#[derive(Debug, Default)]
pub(crate) struct Advertised {
    references: BTreeMap<String, String>,
}

impl Advertised {
    fn parse(text: &str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        let lines = lines.filter(|(commit, _)| is_commit(commit));
        Self { references: lines.map(|(commit, name)| (name.to_owned(), commit.to_owned())).collect() }
    }

    /// An annotated tag stands for the commit it is about.
    fn tag(&self, name: &str) -> Option<&String> {
        let peeled = self.references.get(&format!("refs/tags/{name}^{{}}"));
        peeled.or_else(|| self.references.get(&format!("refs/tags/{name}")))
    }

    fn branch(&self, name: &str) -> Option<&String> {
        self.references.get(&format!("refs/heads/{name}"))
    }
}

/// Which references a repository has; nothing is cached.
pub(crate) fn advertised(
    network: &Network<'_>,
    root: &Path,
    source: &GitSource,
) -> Result<Advertised, Error> {
    let url = address::checked(&source.url, root)?;
    network.online(|| format!("the branches and tags of `{}`", without_password(&url)))?;
    let mut git = Git::new();
    git.args(["ls-remote", "--end-of-options"]).arg(&url);
    let answer = git.run("list the branches and tags of", &url)?;
    Ok(Advertised::parse(&String::from_utf8_lossy(&answer)))
}

/// The commit that a reference stands for now; none if it has to be looked up in the repository itself, because
/// it is (or begins) a commit's name.
pub(crate) fn resolve(
    advertised: &Advertised,
    source: &GitSource,
    control_branch: Option<&str>,
) -> Result<Option<String>, Error> {
    let named = match &source.reference {
        GitReference::Default => advertised.references.get("HEAD"),
        GitReference::Tag(tag) => advertised.tag(address::reference(tag)?),
        GitReference::Branch(branch) => advertised.branch(address::reference(branch)?),
        GitReference::ControlBranch => control_branch.and_then(|branch| advertised.branch(branch)),
        GitReference::Any(name) => {
            let name = address::reference(name)?;
            advertised.tag(name).or_else(|| advertised.branch(name))
        }
        GitReference::Commit(_) => None,
    };
    if let Some(commit) = named {
        return Ok(Some(commit.clone()));
    }
    match &source.reference {
        GitReference::Commit(commit) | GitReference::Any(commit) if address::begins_commit(commit) => {
            return Ok(None);
        }
        _ => {}
    }
    if let Some(default) = &source.default_branch
        && let Some(commit) = advertised.branch(address::reference(default)?)
    {
        return Ok(Some(commit.clone()));
    }
    let reference = source.asked(control_branch);
    Err(Error::NoReference { url: without_password(&source.url), reference })
}

impl<'a> Repository<'a> {
    /// The cached repository of an address, made if need be. Waits for others who use it.
    pub fn open(network: &'a Network<'a>, root: &Path, url: &str) -> Result<Self, Error> {
        let url = address::checked(url, root)?;
        let folder = network.cache.join(format!("git-{}", Digest::of(&url).short()));
        let lock_path = folder.with_extension("lock");
        let lock = File::options().append(true).create(true).open(&lock_path);
        let lock = lock.map_err(Error::io("open", &lock_path))?;
        lock.lock().map_err(Error::io("lock", &lock_path))?;
        touch(&lock_path);
        let repository = Self { network, url, folder, _lock: lock };
        if !repository.folder.join("info/attributes").is_file() {
            repository.create()?;
        }
        Ok(repository)
    }

    /// Beside its place first, so that half a repository is never taken for one.
    fn create(&self) -> Result<(), Error> {
        let temporary = tempfile::Builder::new().prefix(".incoming-").tempdir_in(&self.network.cache);
        let temporary = temporary.map_err(Error::io("make a folder in", &self.network.cache))?;
        let new = temporary.path().join("repository");
        let mut git = Git::new();
        git.args(["init", "--quiet", "--bare", "--template=", "--initial-branch=none"]).arg(&new);
        git.run("make a repository for", &self.url)?;
        let attributes = new.join("info");
        fs::create_dir_all(&attributes).map_err(Error::io("make", &attributes))?;
        fs::write(attributes.join("attributes"), ATTRIBUTES).map_err(Error::io("write", &attributes))?;
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(Error::io("remove", &self.folder))?;
        }
        fs::rename(&new, &self.folder).map_err(Error::io("make", &self.folder))
    }

    /// Brings a commit into the cache, unless it is there.
    pub fn fetch(&self, commit: &str) -> Result<(), Error> {
        if self.has(commit) {
            return Ok(());
        }
        self.network.online(|| format!("commit {commit} of `{}`", without_password(&self.url)))?;
        let mut alone = self.git();
        alone.args([
            "fetch",
            "--quiet",
            "--depth=1",
            "--no-tags",
            "--no-write-fetch-head",
            "--end-of-options",
        ]);
        alone.arg(&self.url).arg(format!("+{commit}:refs/effigy/{commit}"));
        let alone = alone.run("fetch", &self.url);
        if alone.is_err() || !self.has(commit) {
            self.fetch_all()?;
        }
        if self.has(commit) { Ok(()) } else { Err(self.lacks(commit)) }
    }

    /// The full name of a commit of which a beginning is known; everything is fetched if need be.
    pub fn find(&self, beginning: &str) -> Result<String, Error> {
        if is_commit(beginning) {
            self.fetch(beginning)?;
            return Ok(beginning.to_owned());
        }
        if self.lookup(beginning).is_none() {
            self.network.online(|| format!("commit {beginning} of `{}`", without_password(&self.url)))?;
            self.fetch_all()?;
        }
        self.lookup(beginning).ok_or_else(|| self.lacks(beginning))
    }

    /// A file of a commit, if it is there.
    pub fn file(&self, commit: &str, folder: Option<&str>, name: &str) -> Option<Vec<u8>> {
        let folder = folder.map(|folder| format!("{folder}/")).unwrap_or_default();
        let mut git = self.git();
        git.args(["cat-file", "blob"]).arg(format!("{commit}:{folder}{name}"));
        git.run("read", &self.url).ok()
    }

    /// Hands a tar archive of a commit's files to `read`.
    pub fn archive<R>(
        &self,
        commit: &str,
        folder: Option<&str>,
        read: impl FnOnce(&mut dyn Read) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let folder = folder.map(address::folder).transpose()?.unwrap_or_default();
        let mut git = self.git();
        git.args(["archive", "--format=tar"]).arg(format!("{commit}:{folder}"));
        git.stream("export a commit of", &self.url, read)
    }

    fn git(&self) -> Git {
        let mut git = Git::new();
        git.arg("--git-dir").arg(&self.folder);
        git
    }

    fn has(&self, commit: &str) -> bool {
        let mut git = self.git();
        git.args(["cat-file", "-e"]).arg(format!("{commit}^{{tree}}"));
        git.run("read", &self.url).is_ok()
    }

    fn lookup(&self, beginning: &str) -> Option<String> {
        let mut git = self.git();
        git.args(["rev-parse", "--quiet", "--verify", "--end-of-options"])
            .arg(format!("{beginning}^{{commit}}"));
        let answer = String::from_utf8_lossy(&git.run("read", &self.url).ok()?).trim().to_owned();
        is_commit(&answer).then_some(answer)
    }

    fn fetch_all(&self) -> Result<(), Error> {
        let mut git = self.git();
        git.args(["fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head"]);
        if self.folder.join("shallow").exists() {
            git.arg("--unshallow");
        }
        git.arg("--end-of-options").arg(&self.url);
        git.args(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
        git.run("fetch", &self.url).map(drop)
    }

    fn lacks(&self, commit: &str) -> Error {
        Error::NoReference { url: without_password(&self.url), reference: format!("commit {commit}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_for_what_git_says() {
        let id = |digit: char| digit.to_string().repeat(40);
        let text = format!(
            "{}\tHEAD\n{}\trefs/heads/main\n{}\trefs/heads/both\n{}\trefs/tags/both\n{}\trefs/tags/v1\n\
             {}\trefs/tags/v1^{{}}\nwarning: no line\n",
            id('a'),
            id('a'),
            id('b'),
            id('c'),
            id('d'),
            id('e'),
        );
        let advertised = Advertised::parse(&text);
        let ask = |reference, default: Option<&str>| {
            let default_branch = default.map(str::to_owned);
            let source = GitSource { url: "u".to_owned(), reference, default_branch, folder: None };
            resolve(&advertised, &source, Some("both"))
        };
        let text = |text: &str| text.to_owned();
        for (reference, expected) in [
            (GitReference::Default, Some('a')),
            (GitReference::Any(text("both")), Some('c')),
            (GitReference::Branch(text("both")), Some('b')),
            (GitReference::ControlBranch, Some('b')),
            (GitReference::Tag(text("v1")), Some('e')),
            (GitReference::Any(text("abcdef0")), None),
            (GitReference::Commit(text("abcdef0")), None),
        ] {
            assert_eq!(ask(reference.clone(), None).unwrap(), expected.map(id), "{reference:?}");
        }
        assert_eq!(ask(GitReference::Branch(text("gone")), Some("main")).unwrap(), Some(id('a')));
        let error = ask(GitReference::Tag(text("v2")), Some("gone")).unwrap_err().to_string();
        assert_eq!(error, "`u` has no tag v2, else branch gone");
        let refused = ask(GitReference::Branch(text("--upload-pack=touch /x")), None).unwrap_err();
        assert!(matches!(refused, Error::UnsafeGit { .. }), "{refused}");
    }
}
