//! Who ships what: decides, from the lists of all packages alone, which entries take their place. Package
//! order decides, never the order in which threads came through.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::archive::Kind;
use crate::error::Error;
use crate::stage::Staged;

/// For each package, parallel to its entries: whether the entry is the package's. Directories always are.
pub type Owned = Vec<Vec<bool>>;

/// Where a path lies when `/bin` and the like are links into `/usr`. `links` holds the names, e.g. `bin`; the
/// names themselves change only as directories.
pub fn canonical<'path>(path: &'path str, is_directory: bool, links: &[String]) -> Cow<'path, str> {
    let (first, below) = match path.split_once('/') {
        Some((first, _)) => (first, true),
        None => (path, false),
    };
    let linked = (below || is_directory) && links.iter().any(|link| link == first);
    if linked { Cow::Owned(format!("usr/{path}")) } else { Cow::Borrowed(path) }
}

/// Decides for all packages. Errors if two packages ship a path and neither replaces the other, or if two
/// have one name.
pub fn decide(packages: &[Staged], links: &[String]) -> Result<Owned, Error> {
    unique(packages)?;
    let mut owned: Owned = packages.iter().map(|package| vec![true; package.entries.len()]).collect();
    let mut holders: HashMap<Cow<'_, str>, (usize, usize)> = HashMap::new();
    for (index, package) in packages.iter().enumerate() {
        for (number, entry) in package.entries.iter().enumerate() {
            let is_directory = entry.kind == Kind::Directory;
            let place = canonical(&entry.path, is_directory, links);
            let Some(&(holder, held)) = holders.get(&place) else {
                holders.insert(place, (index, number));
                continue;
            };
            let other = &packages[holder].entries[held];
            if is_directory && matches!(other.kind, Kind::Directory | Kind::Symlink(_)) {
                continue;
            }
            // A link where a directory is: the directory stays, as with dpkg.
            if other.kind == Kind::Directory && matches!(entry.kind, Kind::Symlink(_)) {
                continue;
            }
            let mixed = is_directory || other.kind == Kind::Directory;
            match winner((packages, holder), index).filter(|_| !mixed) {
                Some(winner) if winner == index => {
                    owned[holder][held] = false;
                    holders.insert(place, (index, number));
                }
                Some(_) => owned[index][number] = false,
                None => {
                    return Err(Error::Conflict {
                        path: entry.path.clone(),
                        first: packages[holder].control.name.clone(),
                        second: package.control.name.clone(),
                    });
                }
            }
        }
    }
    Ok(owned)
}

/// Within one package the later entry counts, as with tar.
fn winner((packages, holder): (&[Staged], usize), later: usize) -> Option<usize> {
    let (first, second) = (&packages[holder].control, &packages[later].control);
    if holder == later || second.replaces(first) {
        Some(later)
    } else if first.replaces(second) {
        Some(holder)
    } else {
        None
    }
}

fn unique(packages: &[Staged]) -> Result<(), Error> {
    let mut names: HashMap<&str, &Staged> = HashMap::new();
    for package in packages {
        if let Some(first) = names.insert(&package.control.name, package) {
            return Err(Error::Twice {
                name: package.control.name.clone(),
                first: first.deb.clone(),
                second: package.deb.clone(),
            });
        }
    }
    Ok(())
}
