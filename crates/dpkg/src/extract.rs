//! Takes chosen paths out of one package into a folder that has nothing to do with a system's root.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::archive::{Entry, Kind};
use crate::deb::Deb;
use crate::error::Error;
use crate::root::{Ownership, Root};

/// Extracts every path of the package's data for which `select` gives a new path, relative to `root`, an
/// existing folder. Modes (without setuid, setgid and sticky bits) and times are kept, owners are the
/// process's. Devices and pipes are passed over. Returns how many paths were made.
///
/// Errors if a symbolic link points out of `root`, or a hard link to what was not selected; what had been
/// made by then stays, so extract into a folder that can be thrown away.
pub fn extract(deb: &Path, root: &Path, select: &dyn Fn(&str) -> Option<String>) -> Result<usize, Error> {
    let deb = Deb::open(deb)?;
    let root = Root::open(root)?;
    let mut writer = root.writer();
    let mut extracted: HashMap<String, String> = HashMap::new();
    let mut links: HashSet<String> = HashSet::new();
    let mut directories: Vec<(String, Entry)> = Vec::new();
    deb.entries(|mut entry, content| {
        let Some(place) = select(&entry.path) else { return Ok(()) };
        let place = crate::archive::relative(place.as_bytes())
            .map_err(|reason| Error::content(deb.path(), reason))?;
        // Where a link stands, `..` in another link would not mean what it says.
        if above(&place).any(|folder| links.contains(folder)) {
            return Err(Error::content(deb.path(), format!("`{}` lies below a symbolic link", entry.path)));
        }
        entry.mode &= 0o777;
        entry.attributes.clear();
        match &mut entry.kind {
            Kind::Directory => {
                if !place.is_empty() {
                    writer.directory(&place)?;
                    extracted.insert(entry.path.clone(), place.clone());
                    directories.push((place, entry));
                }
                return Ok(());
            }
            Kind::Symlink(target) if leads_out(&place, target) => {
                return Err(leads_out_error(&deb, &entry.path, target));
            }
            Kind::Hardlink(target) => match extracted.get(target.as_str()) {
                Some(place) => target.clone_from(place),
                None => return Err(leads_out_error(&deb, &entry.path, target)),
            },
            Kind::Symlink(_) => drop(links.insert(place.clone())),
            Kind::File(_) => {}
            Kind::Fifo | Kind::Character(..) | Kind::Block(..) => return Ok(()),
        }
        writer.create(&place, &entry, Ownership::OfProcess, content).map_err(|error| match error {
            Error::Unreadable { source, .. } => deb.damaged(source),
            error => error,
        })?;
        extracted.insert(entry.path, place);
        Ok(())
    })?;
    for (place, entry) in directories.iter().rev() {
        writer.finish_directory(place, entry, Ownership::OfProcess)?;
    }
    Ok(extracted.len())
}

/// Whether a link at `place` may point above the top, taken as text: what it points to need not be there.
/// What goes down and up again counts as out, because where it goes down there may be another link.
fn leads_out(place: &str, target: &str) -> bool {
    let mut parts = target.split('/').filter(|part| !matches!(*part, "" | ".")).peekable();
    let mut upwards = 0;
    while parts.next_if_eq(&"..").is_some() {
        upwards += 1;
    }
    target.starts_with('/') || upwards > place.matches('/').count() || parts.any(|part| part == "..")
}

/// The directories that a path lies in.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

fn leads_out_error(deb: &Deb, path: &str, target: &str) -> Error {
    Error::LinkLeadsOut { deb: deb.path().to_owned(), path: path.to_owned(), target: target.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::testing::{TIME, Tar, deb};

    fn module(path: &str) -> Option<String> {
        Some(path.strip_prefix("usr/share/puppet/modules.available/")?.split_once('/')?.1.to_owned())
    }

    fn extract_all(data: Tar) -> (tempfile::TempDir, Result<usize, Error>) {
        let folder = tempfile::tempdir().unwrap();
        let deb = deb(folder.path(), "x", "", &[], data);
        let root = folder.path().join("out");
        std::fs::create_dir(&root).unwrap();
        let made = extract(&deb, &root, &module);
        (folder, made)
    }

    fn at(path: &str) -> String {
        format!("./usr/share/puppet/modules.available/some-module/{path}")
    }

    #[test]
    fn chosen_paths_come_out_under_their_new_names() {
        let data = Tar::default()
            .directory("./usr/share/", 0o755)
            .file("./usr/share/doc", "not chosen")
            .directory(&at(""), 0o755)
            .directory(&at("manifests/"), 0o2555)
            .entry(tar::EntryType::Regular, &at("manifests/init.pp"), "", 0o4755, b"class x {}")
            .hardlink(&at("copy.pp"), &at("manifests/init.pp"))
            .symlink(&at("spec/fixtures/manifests"), "../../manifests");
        let (folder, made) = extract_all(data);
        assert_eq!(made.unwrap(), 4);
        let out = folder.path().join("out");
        let init = out.join("spec/fixtures/manifests/init.pp").metadata().unwrap();
        assert_eq!((init.mode() & 0o7777, init.mtime()), (0o755, TIME));
        assert_eq!(std::fs::read_to_string(out.join("copy.pp")).unwrap(), "class x {}");
        assert_eq!(out.join("manifests").metadata().unwrap().mode() & 0o7777, 0o555);
        assert!(!out.join("usr").exists());
    }

    #[test]
    fn links_that_lead_out_are_refused() {
        for data in [
            Tar::default().symlink(&at("x"), "/etc/passwd"),
            Tar::default().symlink(&at("x"), "../y"),
            Tar::default().symlink(&at("a/x"), "../../y"),
            Tar::default().symlink(&at("a/x"), "../b/../../y"),
            Tar::default().file("./usr/y", "").hardlink(&at("x"), "usr/y"),
            Tar::default().symlink(&at("a/b/x"), "../..").symlink(&at("a/b/x/y"), "../../z"),
        ] {
            let (_folder, made) = extract_all(data);
            let message = made.unwrap_err().to_string();
            assert!(
                message.contains("lies outside") || message.contains("below a symbolic link"),
                "{message}"
            );
        }
    }
}
