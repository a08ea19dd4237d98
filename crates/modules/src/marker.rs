//! The file in a module's folder that says that effigy installed it, from what, and what it consisted of.
//!
//! A folder without it is the user's own. With it, changes by hand are noticed: first by size and times of
//! the files, which is a matter of moments, and only if these differ by their content.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha256::Digest;

use crate::Error;

/// The file's name.
pub(crate) const MARKER: &str = ".effigy-module.json";

/// How many changed files a message names.
const NAMED: usize = 3;

/// What stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// The module's full name.
    pub name: String,
    /// All that decided which files it consists of.
    pub identity: String,
    /// Size and times of all files, as one digest.
    stamp: Digest,
    /// The content of each file: a digest, or where a link points.
    files: BTreeMap<String, String>,
}

/// What a folder is to us.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing there.
    Nothing,
    /// A module that effigy installed.
    Ours(Box<Marker>),
    /// A module that an effigy installed that kept no account of its files.
    Earlier,
    /// Anything else.
    Foreign,
}

/// Looks at a folder.
pub(crate) fn look(folder: &Path) -> Found {
    match fs::symlink_metadata(folder) {
        Err(_) => return Found::Nothing,
        Ok(metadata) if !metadata.is_dir() => return Found::Foreign,
        Ok(_) => {}
    }
    let Ok(text) = fs::read(folder.join(MARKER)) else { return Found::Foreign };
    match serde_json::from_slice(&text) {
        Ok(marker) => Found::Ours(Box::new(marker)),
        Err(_) => Found::Earlier,
    }
}

impl Marker {
    /// Takes account of a module that has just been unpacked into `folder`, and leaves the marker there.
    pub fn leave(folder: &Path, name: String, identity: String) -> Result<(), Error> {
        let files = contents(folder).map_err(Error::io("read", folder))?;
        let stamp = stamp(folder).map_err(Error::io("read", folder))?;
        let marker = Self { name, identity, stamp, files };
        let text = serde_json::to_vec(&marker).expect("a marker is plain data");
        let path = folder.join(MARKER);
        fs::write(&path, text).map_err(Error::io("write", path))
    }

    /// Which files differ from what was installed, in words; none if none does.
    pub fn changes(&self, folder: &Path) -> Result<Option<String>, Error> {
        let read = |source| Error::Io { action: "read", path: folder.to_owned(), source };
        if stamp(folder).map_err(read)? == self.stamp {
            return Ok(None);
        }
        let now = contents(folder).map_err(read)?;
        let mut changed: Vec<String> = Vec::new();
        for (path, content) in &self.files {
            match now.get(path) {
                None => changed.push(format!("{path} is gone")),
                Some(found) if found != content => changed.push(path.clone()),
                Some(_) => {}
            }
        }
        changed.extend(
            now.keys().filter(|path| !self.files.contains_key(*path)).map(|path| format!("{path} is new")),
        );
        if changed.is_empty() {
            return Ok(None);
        }
        let more = changed.len().saturating_sub(NAMED);
        let mut words = changed[..changed.len().min(NAMED)].join(", ");
        if more > 0 {
            let _infallible = write!(words, " and {more} more");
        }
        Ok(Some(words))
    }
}

/// Size, times and mode of everything in a folder but the marker and the times of folders, which a file's removal
/// and the marker itself change.
fn stamp(folder: &Path) -> io::Result<Digest> {
    let mut text = String::new();
    walk(folder, "", &mut |path, metadata| {
        let (size, mode) = (metadata.size(), metadata.mode());
        let (modified, changed) = (metadata.mtime_nsec(), metadata.ctime_nsec());
        let seconds = (metadata.mtime(), metadata.ctime());
        let _infallible = writeln!(text, "{path} {size} {mode:o} {seconds:?} {modified} {changed}");
        Ok(())
    })?;
    Ok(Digest::of(text))
}

/// What each file holds, and whether it can be run. Folders count by what is in them.
fn contents(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    walk(folder, "", &mut |path, metadata| {
        let place = folder.join(path);
        let content = if metadata.is_symlink() {
            format!("-> {}", fs::read_link(&place)?.display())
        } else if metadata.is_file() {
            let run = if metadata.mode() & 0o100 != 0 { "run " } else { "" };
            format!("{run}{}", Digest::of_reader(File::open(&place)?)?.0)
        } else {
            "neither a file nor a link".to_owned()
        };
        files.insert(path.to_owned(), content);
        Ok(())
    })?;
    Ok(files)
}

/// Visits everything below `folder` that is no folder, in the order of names.
fn walk(
    folder: &Path,
    below: &str,
    visit: &mut dyn FnMut(&str, &fs::Metadata) -> io::Result<()>,
) -> io::Result<()> {
    let mut entries = fs::read_dir(folder.join(below))?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if below.is_empty() && name == MARKER {
            continue;
        }
        let path = if below.is_empty() { name.into_owned() } else { format!("{below}/{name}") };
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            walk(folder, &path, visit)?;
        } else {
            visit(&path, &metadata)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_by_hand_are_named_and_copies_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let module = folder.path().join("x");
        let write = |path: &str, text: &str| {
            let path = module.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("manifests/init.pp", "class x {}");
        write("metadata.json", "{}");
        assert!(matches!(look(&module), Found::Foreign));
        assert!(matches!(look(&folder.path().join("y")), Found::Nothing));
        Marker::leave(&module, "o/x".to_owned(), "archive 1".to_owned()).unwrap();
        let changes = || match look(&module) {
            Found::Ours(marker) => marker.changes(&module).unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(changes(), None);
        // The same content again, as after a copy of the repository.
        write("metadata.json", "{}");
        assert_eq!(changes(), None);
        write("manifests/init.pp", "class x { }");
        write("new", "");
        fs::remove_file(module.join("metadata.json")).unwrap();
        assert_eq!(changes().unwrap(), "manifests/init.pp, metadata.json is gone, new is new");
        write("a", "");
        write("b", "");
        assert!(changes().unwrap().ends_with("and 2 more"));
        fs::write(module.join(MARKER), r#"{"package": "p", "version": "1", "sha256": "x"}"#).unwrap();
        assert!(matches!(look(&module), Found::Earlier));
    }
}
