//! Digests of folders: what a step read from outside, by content.

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sha256::{Digest, Hasher};

use crate::Error;

/// The digest of everything below a folder: relative names, kinds, modes and contents, in the order of names,
/// without what `skip` names. Times and owners do not count. A folder that is not there is an empty one.
pub(crate) fn digest(folder: &Path, skip: &dyn Fn(&Path) -> bool) -> Result<Digest, Error> {
    let mut hasher = Hasher::new(std::io::sink());
    add(folder, Path::new(""), skip, &mut hasher)?;
    Ok(hasher.finish().0)
}

fn add(
    root: &Path,
    below: &Path,
    skip: &dyn Fn(&Path) -> bool,
    hasher: &mut Hasher<std::io::Sink>,
) -> Result<(), Error> {
    let folder = root.join(below);
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(Error::io("read", &folder))?.file_name());
    }
    names.sort();
    for name in names {
        let relative = below.join(&name);
        if skip(&relative) {
            continue;
        }
        let path = root.join(&relative);
        let metadata = fs::symlink_metadata(&path).map_err(Error::io("look at", &path))?;
        if metadata.is_dir() {
            record(hasher, b'd', &relative, &[]);
            add(root, &relative, skip, hasher)?;
        } else if metadata.is_symlink() {
            let target = fs::read_link(&path).map_err(Error::io("read", &path))?;
            record(hasher, b'l', &relative, target.as_os_str().as_bytes());
        } else if metadata.is_file() {
            let file = File::open(&path).map_err(Error::io("read", &path))?;
            let (content, _) = Digest::of_reader(file).map_err(Error::io("read", &path))?;
            let mode = metadata.permissions().mode() & 0o111;
            record(hasher, b'f', &relative, format!("{mode:o} {content}").as_bytes());
        }
    }
    Ok(())
}

/// One entry; lengths keep neighbouring fields apart.
fn record(hasher: &mut Hasher<std::io::Sink>, kind: u8, path: &Path, content: &[u8]) {
    use std::io::Write;
    let name = path.as_os_str().as_bytes();
    let head = format!("{} {} {}\n", kind as char, name.len(), content.len());
    for part in [head.as_bytes(), name, content] {
        hasher.write_all(part).expect("a sink takes everything");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_contents_count_and_what_is_skipped_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let all = |_: &Path| false;
        let empty = digest(path, &all).unwrap();
        assert_eq!(empty, digest(&path.join("missing"), &all).unwrap());
        fs::write(path.join("a"), "1").unwrap();
        let one = digest(path, &all).unwrap();
        fs::rename(path.join("a"), path.join("b")).unwrap();
        assert_ne!(one, digest(path, &all).unwrap());
        assert_eq!(empty, digest(path, &|name| name == Path::new("b")).unwrap());
    }
}
