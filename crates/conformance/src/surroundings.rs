//! Where the files that cases name lie, and what Puppet takes for modules.
//!
//! Deliberately unaware of what files hold.

use std::fs;
use std::io;
use std::path::PathBuf;

use syntax::Location;

use crate::Refusal;

/// What the cases of a run stand in.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The root of absolute paths, where Puppet answered in a root of its own. What does not exist below it
    /// is looked for where its path says.
    pub root: Option<PathBuf>,
    /// The folders of modules, as Puppet sees them.
    pub modulepath: Vec<String>,
}

impl Surroundings {
    /// The text of a file that a case names.
    ///
    /// # Errors
    /// As Ruby's, for what is not there or no UTF-8.
    pub fn read(&self, file: &str) -> Result<String, Refusal> {
        let inside = self.root.as_ref().map(|root| root.join(file.trim_start_matches('/')));
        let path =
            inside.filter(|path| file.starts_with('/') && path.exists()).unwrap_or_else(|| file.into());
        let bytes = fs::read(path).map_err(|error| unreadable(&error, file))?;
        String::from_utf8(bytes).map_err(|_| Refusal::new("ArgumentError", "invalid byte sequence in UTF-8"))
    }

    /// Where a file lies for Puppet.
    pub fn location(&self, file: &str) -> Location {
        let below = |folder: &String| file.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/');
        self.modulepath.iter().find_map(below).map_or(Location::Outside, Location::in_modules)
    }
}

fn unreadable(error: &io::Error, file: &str) -> Refusal {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Refusal::new("Errno::ENOENT", format!("No such file or directory @ rb_sysopen - {file}"))
        }
        io::ErrorKind::PermissionDenied => {
            Refusal::new("Errno::EACCES", format!("Permission denied @ rb_sysopen - {file}"))
        }
        io::ErrorKind::IsADirectory => {
            Refusal::new("Errno::EISDIR", format!("Is a directory @ io_fread - {file}"))
        }
        _ => Refusal::new("IOError", format!("{error} - {file}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_folders_of_modules_have_a_namespace() {
        let surroundings =
            Surroundings { root: None, modulepath: vec!["/a/".to_owned(), "/modules".to_owned()] };
        let namespace = Location::Namespace("x::y".to_owned());
        assert_eq!(surroundings.location("/modules/x/manifests/y.pp"), namespace);
        assert_eq!(surroundings.location("/a/x/types/y.pp"), namespace);
        assert_eq!(surroundings.location("/modules2/x/types/y.pp"), Location::Outside);
        assert_eq!(surroundings.location("x"), Location::Outside);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_refused_as_ruby_refuses_it() {
        let surroundings = Surroundings::default();
        assert_eq!(surroundings.read("/nowhere/x.pp").unwrap_err().class, "Errno::ENOENT");
        assert_eq!(surroundings.read("/").unwrap_err().class, "Errno::EISDIR");
    }
}
