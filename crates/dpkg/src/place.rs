//! The second half of unpacking: what lies staged under numbers takes its place in the root, package by
//! package. Directories are made here, and get their owners, modes and times when nothing is added any more.

use std::collections::HashSet;
use std::os::fd::AsFd;

use crate::archive::{Entry, Kind};
use crate::error::Error;
use crate::node::Ownership;
use crate::ownership::{Owned, canonical};
use crate::root::Writer;
use crate::stage::{Staged, Staging};

/// What dpkg appends to the name of a configuration file until the package is configured.
const NEW_CONFFILE: &str = ".dpkg-new";

/// The directories that were made, each with the entry that describes it.
pub struct Directories<'packages>(Vec<(String, &'packages Entry)>);

/// Makes the links of a merged `/usr`: `bin -> usr/bin` for each name. They bear the time of the first thing
/// that is unpacked, so that the same packages give the same root.
pub fn merge_usr(writer: &mut Writer<'_>, packages: &[Staged], links: &[String]) -> Result<(), Error> {
    let modified =
        packages.iter().find_map(|package| package.entries.first()).map_or(0, |entry| entry.modified);
    for link in links {
        let target = format!("usr/{link}");
        writer.directories(&target)?;
        writer.symlink(&target, link, modified)?;
    }
    Ok(())
}

/// Puts everything in its place. `links` are those of [`merge_usr`], and have been made.
pub fn place<'packages>(
    writer: &mut Writer<'_>,
    staging: &Staging,
    packages: &'packages [Staged],
    owned: &Owned,
    links: &[String],
) -> Result<Directories<'packages>, Error> {
    let mut directories = Directories(Vec::new());
    let mut known: HashSet<String> = HashSet::new();
    for (index, package) in packages.iter().enumerate() {
        let conffiles: HashSet<&str> =
            package.conffiles.iter().map(|conffile| conffile.path.as_str()).collect();
        for (number, entry) in package.entries.iter().enumerate() {
            if entry.kind == Kind::Directory {
                let path = canonical(&entry.path, true, links);
                if !known.contains(path.as_ref()) {
                    // What is there already was made without a description: this is the first.
                    if path.is_empty() || writer.directory(&path)? {
                        directories.0.push((path.clone().into_owned(), entry));
                    }
                    known.insert(path.into_owned());
                }
            } else if package.made[number] && owned[index][number] {
                let name = format!("{index}/{number}");
                let symlink = matches!(entry.kind, Kind::Symlink(_));
                if conffiles.contains(entry.path.as_str()) {
                    let path = format!("{}{NEW_CONFFILE}", entry.path);
                    writer.place(staging.folder.as_fd(), &name, &path, symlink)?;
                } else {
                    writer.place(staging.folder.as_fd(), &name, &entry.path, symlink)?;
                }
            }
        }
    }
    Ok(directories)
}

impl Directories<'_> {
    /// Gives each its owner, mode, attributes and time. Goes backwards: what lies within comes before what is
    /// around it, and where a directory has two names by way of a link, the first description counts.
    pub fn finish(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.0
            .iter()
            .rev()
            .try_for_each(|(path, entry)| writer.finish_directory(path, entry, Ownership::OfEntry))
    }
}
