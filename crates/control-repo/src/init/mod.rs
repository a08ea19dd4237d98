//! `effigy init`: a first `effigy.yaml` for a repository that makes images in another way.
//!
//! Reads Dockerfiles that apply Puppet, else image_build's `metadata.yaml`, else the role and node
//! folders of Hiera data. [`propose`] is a pure function over texts; [`propose_for`] walks a folder.
//! What cannot be said in `effigy.yaml` becomes a note, never a guess.

mod command;
mod docker;
mod dockerfile;
mod draft;
mod hiera;
mod image_build;
mod interpret;
mod layout;
mod walk;
mod words;
mod write;

use std::fmt;
use std::path::Path;

use crate::error::Error;
use draft::Findings;

/// A first `effigy.yaml`, and what it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The text to write. [`crate::parse`] accepts it.
    pub yaml: String,
    /// What could not be carried over, file by file.
    pub notes: Vec<Note>,
}

/// Something that could not be carried over, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Path in the repository.
    pub file: String,
    /// Line, from 1; none when the file as a whole is meant.
    pub line: Option<u32>,
    /// What and why, without a final stop.
    pub message: String,
}

/// Shown as `file:line: message`.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// Walks the repository at `root` and proposes an `effigy.yaml` for it. Writes nothing. Folders of
/// installed modules, hidden folders and symbolic links are not followed.
pub fn propose_for(root: &Path) -> Result<Proposal, Error> {
    Ok(propose(&walk::texts(root)?))
}

/// Proposes an `effigy.yaml` for the repository whose files these are, as paths (relative, with `/`) and
/// texts. Other files than those that [`propose_for`] would read are passed over.
pub fn propose(files: &[(String, String)]) -> Proposal {
    let mut files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.sort_unstable();
    let mut findings = docker::read(&files);
    for read in [image_build::read, hiera::read] {
        if findings.drafts.is_empty() {
            let notes = std::mem::take(&mut findings.notes);
            findings = read(&files);
            findings.notes.splice(0..0, notes);
        }
    }
    layout::read(&files, &mut findings);
    add_makefile_notes(&files, &mut findings);
    Proposal { yaml: write::yaml(&findings), notes: findings.notes }
}

/// Options given to image_build or Rocker on a command line are out of reach here.
fn add_makefile_notes(files: &[(&str, &str)], findings: &mut Findings) {
    for (path, text) in files.iter().filter(|(path, _)| walk::is_build_script(path)) {
        for (index, line) in text.lines().enumerate() {
            if let Some(tool) = ["puppet docker", "rocker build"].into_iter().find(|tool| line.contains(tool))
            {
                findings.note(
                    path,
                    index + 1,
                    format!("the options of `{tool}` are not read: compare them by hand"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
