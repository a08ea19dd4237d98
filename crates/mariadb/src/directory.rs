//! Which folders are data directories, and what of a data directory is what.

use std::fs;
use std::path::{Path, PathBuf};

use crate::aria;
use crate::error::{Error, Refusal, require};
use crate::redo::{self, Log};
use crate::tablespace::{self, Tablespace};

/// The system tablespace; with the log it tells a data directory.
const SYSTEM: &str = "ibdata1";
const ARIA_CONTROL: &str = "aria_log_control";
const BUFFER_POOL: &str = "ib_buffer_pool";

/// A data directory that can be brought into the normal form.
pub(crate) struct Examined {
    pub log: Log,
    pub tablespaces: Vec<Tablespace>,
    /// Files that the normal form does without.
    pub needless: Vec<PathBuf>,
}

/// What a file of a data directory is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Log,
    System,
    Tablespace,
    AriaIndex,
    AriaControl,
    Needless,
    /// Its being there means more than is known here.
    Unknown(&'static str),
    /// Nothing that this crate is about.
    Other,
}

/// The data directories at or below `root`, links not followed, sorted.
pub fn find(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let is_file =
            |name: &str| fs::symlink_metadata(folder.join(name)).is_ok_and(|metadata| metadata.is_file());
        if is_file(SYSTEM) && is_file(redo::NAME) {
            found.push(folder);
            continue;
        }
        for entry in entries(&folder)? {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Looks at everything, and changes nothing.
pub(crate) fn examine(directory: &Path, below: Option<&Path>) -> Result<Examined, Refusal> {
    if let Some(below) = below {
        require(!exists(&below.join(redo::NAME)) || is_normal(below)?, || {
            "it changes a data directory of the base that is not in the normal form".to_owned()
        })?;
    }
    let log = redo::examine(&directory.join(redo::NAME))?;
    let control = [Some(directory), below].into_iter().flatten().map(|folder| folder.join(ARIA_CONTROL));
    require(control.into_iter().any(|path| exists(&path)), || {
        format!("there is no `{ARIA_CONTROL}`: it is not a directory of MariaDB's")
    })?;
    let mut examined = Examined { log, tablespaces: Vec::new(), needless: Vec::new() };
    let mut folders = vec![(directory.to_owned(), String::new())];
    while let Some((folder, within)) = folders.pop() {
        for entry in entries(&folder)? {
            let path = entry.path();
            let shown = format!("{within}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(Error::io("look at", &path))?;
            require(!kind.is_symlink(), || format!("`{shown}` is a link"))?;
            if kind.is_dir() {
                folders.push((path, format!("{shown}/")));
            } else if kind.is_file() {
                examined.take(path, &shown)?;
            }
        }
    }
    examined.tablespaces.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(examined)
}

impl Examined {
    fn take(&mut self, path: PathBuf, shown: &str) -> Result<(), Refusal> {
        let newest = self.log.checkpoint;
        match kind_of(shown) {
            Kind::System => self.tablespaces.push(tablespace::examine(&path, shown, true, newest)?),
            Kind::Tablespace => self.tablespaces.push(tablespace::examine(&path, shown, false, newest)?),
            Kind::AriaIndex => aria::examine_index(&path, shown)?,
            Kind::AriaControl => aria::examine_control(&path, shown)?,
            Kind::Needless => self.needless.push(path),
            Kind::Unknown(what) => return Err(Refusal::Left(format!("`{shown}`: {what}"))),
            Kind::Log | Kind::Other => {}
        }
        Ok(())
    }
}

/// `shown` is a path within the data directory.
fn kind_of(shown: &str) -> Kind {
    let is_numbered = |prefix: &str| {
        shown
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match shown {
        redo::NAME => Kind::Log,
        SYSTEM => Kind::System,
        ARIA_CONTROL => Kind::AriaControl,
        BUFFER_POOL => Kind::Needless,
        _ if is_numbered("aria_log.") => Kind::Needless,
        _ if is_numbered("undo") || shown.ends_with(".ibd") => Kind::Tablespace,
        _ if shown.ends_with(".MAI") => Kind::AriaIndex,
        _ if shown.ends_with(".isl") => Kind::Unknown("a table elsewhere"),
        _ if shown.starts_with("ibdata") => Kind::Unknown("a system tablespace of several files"),
        _ if shown.starts_with("ib_logfile") => Kind::Unknown("a redo log of several files"),
        _ if shown.starts_with("ibtmp") => Kind::Unknown("temporary tables of a server that was not stopped"),
        _ if shown.ends_with("_trunc.log") => Kind::Unknown("an undo tablespace that was being truncated"),
        _ => Kind::Other,
    }
}

/// Whether a directory is in the normal form, as far as its logs tell.
fn is_normal(directory: &Path) -> Result<bool, Error> {
    let needless = |name: &str| kind_of(name) == Kind::Needless;
    let any_needless = entries(directory)?.iter().any(|entry| needless(&entry.file_name().to_string_lossy()));
    Ok(!any_needless && redo::is_normal(&directory.join(redo::NAME)))
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, Error> {
    let failed = || Error::io("read", folder);
    fs::read_dir(folder).map_err(failed())?.map(|entry| entry.map_err(failed())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for (name, expected) in [
            ("ibdata1", Kind::System),
            ("ib_logfile0", Kind::Log),
            ("undo001", Kind::Tablespace),
            ("undo_trunc.log", Kind::Unknown("an undo tablespace that was being truncated")),
            ("mysql/user#P#p0.ibd", Kind::Tablespace),
            ("mysql/db.MAI", Kind::AriaIndex),
            ("aria_log_control", Kind::AriaControl),
            ("aria_log.00000001", Kind::Needless),
            ("aria_log.x", Kind::Other),
            ("ib_buffer_pool", Kind::Needless),
            ("mysql/ib_buffer_pool", Kind::Other),
            ("ib_logfile101", Kind::Unknown("a redo log of several files")),
            ("mysql/db.MAD", Kind::Other),
        ] {
            assert_eq!(kind_of(name), expected, "{name}");
        }
    }
}
