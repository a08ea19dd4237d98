//! Where a file's content comes from: modules outside, or paths of the root itself.

use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use system::{Kind, System};

use crate::engine::Context;
use crate::error::Failure;
use crate::glob;

/// What stands at a source.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub kind: Kind,
    /// A file's bytes.
    pub content: Vec<u8>,
    /// A link's target.
    pub target: String,
}

/// A source as it is named in messages.
pub(super) fn normal(source: &str) -> String {
    let source = source.trim_end_matches('/');
    if source.starts_with('/') { format!("file://{source}") } else { source.to_owned() }
}

/// Looks a source up; `None` if nothing is there.
pub(super) fn find(uri: &str, follow: bool, context: &Context<'_>) -> Result<Option<Source>, Failure> {
    let tree = Tree::of(uri, context)?;
    Ok(tree.and_then(|tree| tree.look("", follow).ok()))
}

/// Names below a directory, relative, nearest first; the directory itself is not among them. `None` if there
/// is nothing at `uri`.
pub(super) fn list(
    uri: &str,
    walk: &Walk<'_>,
    context: &Context<'_>,
) -> Result<Option<Vec<String>>, Failure> {
    let Some(tree) = Tree::of(uri, context)? else { return Ok(None) };
    if tree.kind("", walk.follow).is_none() {
        return Ok(None);
    }
    Ok(Some(walk.names(&tree)))
}

/// The same for a path of the root.
pub(super) fn list_path(path: &str, walk: &Walk<'_>, system: &dyn System) -> Option<Vec<String>> {
    let tree = Tree::Root(system, path.to_owned());
    tree.kind("", walk.follow)?;
    Some(walk.names(&tree))
}

/// How far and into what a directory is walked.
pub(super) struct Walk<'a> {
    pub follow: bool,
    pub limit: Option<usize>,
    pub ignore: &'a [String],
}

impl Walk<'_> {
    fn names(&self, tree: &Tree<'_>) -> Vec<String> {
        let mut queue = std::collections::VecDeque::from([(String::new(), 0)]);
        let mut found = Vec::new();
        while let Some((directory, depth)) = queue.pop_front() {
            if self.limit.is_some_and(|limit| depth + 1 > limit)
                || tree.kind(&directory, self.follow) != Some(Kind::Directory)
            {
                continue;
            }
            for name in tree.names(&directory) {
                if self.ignore.iter().any(|pattern| glob::matches(pattern, &name, false)) {
                    continue;
                }
                let path = if directory.is_empty() { name } else { format!("{directory}/{name}") };
                found.push(path.clone());
                queue.push_back((path, depth + 1));
            }
        }
        found
    }
}

/// A place that files are read from.
enum Tree<'a> {
    Host(PathBuf),
    Root(&'a dyn System, String),
}

impl<'a> Tree<'a> {
    fn of(uri: &str, context: &'a Context<'_>) -> Result<Option<Self>, Failure> {
        if let Some(path) = uri.strip_prefix("file:") {
            let path = format!("/{}", path.trim_start_matches('/'));
            return Ok(Some(Self::Root(context.system, path)));
        }
        let Some(rest) = uri.strip_prefix("puppet://") else {
            return Err(Failure::new(format!("Could not retrieve file metadata for {uri}: not served here")));
        };
        let rest = rest.split_once('/').map_or("", |(_, path)| path);
        let mut parts = rest.splitn(3, '/');
        if parts.next() != Some("modules") {
            return Ok(None);
        }
        // A module's folder itself is not served, only what is in it.
        let (Some(module), Some(path)) = (parts.next(), parts.next()) else { return Ok(None) };
        Ok(context.sources.module_file(module, path).map(Self::Host))
    }

    fn kind(&self, below: &str, follow: bool) -> Option<Kind> {
        self.look_without_content(below, follow).ok()
    }

    fn look_without_content(&self, below: &str, follow: bool) -> io::Result<Kind> {
        match self {
            Self::Host(path) => {
                let path = host_path(path, below);
                let found = if follow { fs::metadata(path)? } else { fs::symlink_metadata(path)? };
                Ok(kind_of(&found))
            }
            Self::Root(system, path) => {
                let path = if below.is_empty() { path.clone() } else { system::join(path, below) };
                Ok(system.metadata(&path, follow)?.kind)
            }
        }
    }

    fn look(&self, below: &str, follow: bool) -> io::Result<Source> {
        // A dangling link is no source, whether links are followed or not.
        self.look_without_content(below, true)?;
        let kind = self.look_without_content(below, follow)?;
        let mut found = Source { kind, content: Vec::new(), target: String::new() };
        match (self, kind) {
            (Self::Host(path), Kind::File) => found.content = fs::read(host_path(path, below))?,
            (Self::Host(path), Kind::Link) => {
                found.target = fs::read_link(host_path(path, below))?.to_string_lossy().into_owned();
            }
            (Self::Root(system, path), Kind::File) => found.content = system.read(path)?,
            (Self::Root(system, path), Kind::Link) => found.target = system.read_link(path)?,
            _ => {}
        }
        Ok(found)
    }

    fn names(&self, below: &str) -> Vec<String> {
        match self {
            Self::Host(path) => {
                let entries = fs::read_dir(host_path(path, below)).into_iter().flatten().flatten();
                let mut names: Vec<String> =
                    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
                names.sort();
                names
            }
            Self::Root(system, path) => {
                let path = if below.is_empty() { path.clone() } else { system::join(path, below) };
                system.list(&path).unwrap_or_default()
            }
        }
    }
}

/// A path below another. Joining nothing would add a slash, which only directories bear.
fn host_path(path: &Path, below: &str) -> PathBuf {
    if below.is_empty() { path.to_owned() } else { path.join(below) }
}

fn kind_of(found: &fs::Metadata) -> Kind {
    let kind = found.file_type();
    match () {
        () if kind.is_dir() => Kind::Directory,
        () if kind.is_symlink() => Kind::Link,
        () if kind.is_fifo() => Kind::Fifo,
        () if kind.is_socket() => Kind::Socket,
        () if kind.is_char_device() => Kind::Character,
        () if kind.is_block_device() => Kind::Block,
        () => Kind::File,
    }
}
