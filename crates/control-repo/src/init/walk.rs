//! Which files of a repository `effigy init` looks at.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::docker::is_dockerfile;
use crate::environment::puppetfile_moduledir;
use crate::error::Error;

/// Larger files are none of those that matter.
const MAXIMUM_BYTES: u64 = 1 << 20;
/// Control repositories are shallow.
const MAXIMUM_DEPTH: usize = 8;
/// Folders of other people's code, by name.
const FOREIGN_FOLDERS: &[&str] = &["modules", "vendor", "node_modules", "spec", "fixtures"];

/// Paths, with `/`, and texts of the files that matter, in no particular order.
pub(super) fn texts(root: &Path) -> Result<Vec<(String, String)>, Error> {
    let puppetfile = fs::read_to_string(root.join("Puppetfile")).unwrap_or_default();
    let moduledir = puppetfile_moduledir(&puppetfile).unwrap_or_else(|| "modules".into());
    let moduledir = moduledir.to_string_lossy();
    let mut texts = Vec::new();
    visit(root, "", 0, moduledir.trim_end_matches('/'), &mut texts)?;
    Ok(texts)
}

/// Makefiles and the like at the top, which may call the tools that made the images.
pub(super) fn is_build_script(path: &str) -> bool {
    matches!(path, "Makefile" | "Rakefile" | "build.sh")
}

fn visit(
    folder: &Path,
    prefix: &str,
    depth: usize,
    moduledir: &str,
    texts: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    let read = |source: io::Error| Error::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        // The type of the entry itself: links are left alone.
        let kind = entry.file_type().map_err(read)?;
        if kind.is_dir() {
            let is_foreign = name.starts_with('.') || FOREIGN_FOLDERS.contains(&name.as_str());
            if !is_foreign && path != moduledir && depth < MAXIMUM_DEPTH {
                visit(&entry.path(), &format!("{path}/"), depth + 1, moduledir, texts)?;
            }
        } else if kind.is_file() && matters(&path) {
            texts.push((path, text(&entry.path())?));
        }
    }
    Ok(())
}

/// Dockerfiles, metadata and data, files of facts, and what shows where Puppet's code lies.
fn matters(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_data = [".yaml", ".yml", ".txt"].iter().any(|end| name.ends_with(end));
    let is_mark = matches!(name, "site.pp" | "default.pp" | "init.pp" | "Puppetfile");
    is_dockerfile(path) || is_build_script(path) || is_data || is_mark
}

/// The beginning of a file; what is not UTF-8 is replaced.
fn text(path: &Path) -> Result<String, Error> {
    let read = |source: io::Error| Error::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    fs::File::open(path).and_then(|file| file.take(MAXIMUM_BYTES).read_to_end(&mut bytes)).map_err(read)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
