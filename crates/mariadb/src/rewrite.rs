//! Putting the normal form in the place of what was: everything is written beside, then everything is renamed.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};

use crate::directory::Examined;
use crate::error::Error;

/// Writes the normal form. Until all of it is written, the directory is as it was.
pub(crate) fn write(examined: &Examined) -> Result<(), Error> {
    let mut fresh = Fresh::default();
    for tablespace in &examined.tablespaces {
        tablespace.write_normal(&fresh.beside(&tablespace.path)?)?;
    }
    let log = &examined.log;
    log.write_normal(&fresh.beside(&log.path)?).map_err(Error::io("rewrite", &log.path))?;
    fresh.put_in_place()?;
    for path in &examined.needless {
        fs::remove_file(path).map_err(Error::io("remove", path))?;
    }
    Ok(())
}

/// Files that are to replace others; removed again unless they do.
#[derive(Default)]
struct Fresh {
    /// The new file, and the one that it replaces.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Fresh {
    /// An empty file beside another, of the same owner and mode.
    fn beside(&mut self, path: &Path) -> Result<File, Error> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".normal");
        let beside = path.with_file_name(name);
        let make = || -> io::Result<File> {
            let old = fs::symlink_metadata(path)?;
            let file = File::options().write(true).create_new(true).open(&beside)?;
            fchown(&file, Some(old.uid()), Some(old.gid()))?;
            file.set_permissions(old.permissions())?;
            Ok(file)
        };
        let file = make().map_err(Error::io("write", &beside))?;
        self.files.push((beside, path.to_owned()));
        Ok(file)
    }

    fn put_in_place(&mut self) -> Result<(), Error> {
        while let Some((new, old)) = self.files.pop() {
            fs::rename(&new, &old).map_err(Error::io("replace", &old))?;
        }
        Ok(())
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for (new, _) in &self.files {
            // Whatever went wrong before is what the caller hears of.
            let _ = fs::remove_file(new);
        }
    }
}
