//! `effigy.lock`: what the outside world gave when it was last asked, so that the next build asks for the same.
//!
//! ```toml
//! # A comment on what the file is; written anew each time.
//! version = 1            # of the format as a whole
//!
//! [[modules]]            # a section: a key of its own, owned by the crate that reads and writes it
//! name = "puppetlabs/stdlib"
//! ```
//! A section is whatever its owner serialises; this crate knows none of them. Sections that a program does not
//! know stay as they are. The text has one form for one content, keys in the order of their types, so that a
//! diff shows what has changed and nothing else.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use diagnostics::{Diagnostic, Diagnostics, SourceFile, Span};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// The file's name, beside `effigy.yaml`.
pub const LOCK_NAME: &str = "effigy.lock";

/// The newest format that is understood.
const FORMAT: i64 = 1;

const HEADER: &str = "\
# Written by effigy: what the names in effigy.yaml and the Puppetfile stood for when they were last looked up.
# Keep it in version control. `effigy modules update` renews it; nobody needs to edit it.
";

/// A lock file as data.
#[derive(Clone, Debug, PartialEq)]
pub struct LockFile {
    /// The text that it was read from, for diagnostics; empty for a new one.
    source: Arc<SourceFile>,
    sections: toml::Table,
}

impl LockFile {
    /// An empty file.
    pub fn new() -> Self {
        Self { source: Arc::new(SourceFile::new(LOCK_NAME, "")), sections: toml::Table::new() }
    }

    /// Reads a text. A newer format is an error, as is what is no TOML.
    pub fn parse(source: &Arc<SourceFile>) -> Result<Self, Diagnostics> {
        let mut sections: toml::Table = toml::from_str(source.text()).map_err(|error| {
            let span = error.span().map_or(Span::at(0), |span| Span::new(span.start, span.end));
            let message = format!("not valid TOML: {}", error.message());
            Diagnostics::from(Diagnostic::error(message).code("lock-syntax").at(source, span).hint(WAY_OUT))
        })?;
        match sections.remove("version").unwrap_or(toml::Value::Integer(FORMAT)) {
            toml::Value::Integer(1..=FORMAT) => Ok(Self { source: Arc::clone(source), sections }),
            other => {
                let message = format!("the lock file has format {other}, expected {FORMAT}");
                let diagnostic = Diagnostic::error(message).code("lock-format").at(source, Span::at(0));
                Err(diagnostic.hint("use the effigy that wrote it, or a newer one").into())
            }
        }
    }

    /// Reads the file at `path`; one that is not there is empty.
    pub fn load(path: &Path) -> Result<Self, Error> {
        match crate::read_source(path) {
            Ok(source) => Self::parse(&Arc::new(source)).map_err(Error::Invalid),
            Err(Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(Self::new()),
            Err(error) => Err(error),
        }
    }

    /// A section, if it is there. One of another shape than `T` is an error that names it.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Diagnostics> {
        let Some(value) = self.sections.get(name) else { return Ok(None) };
        value.clone().try_into().map(Some).map_err(|error: toml::de::Error| {
            let at = self.source.text().find(name).unwrap_or_default();
            let message = format!("the section `{name}` cannot be read: {}", error.message());
            let diagnostic = Diagnostic::error(message).code("lock-section");
            diagnostic.at(&self.source, Span::new(at, at + name.len())).hint(WAY_OUT).into()
        })
    }

    /// Puts a section in place of an older one; what has nothing in it takes the section out.
    pub fn set_section<T: Serialize>(&mut self, name: &str, content: &T) {
        let value = toml::Value::try_from(content).expect("sections are plain data");
        let is_empty = match &value {
            toml::Value::Array(items) => items.is_empty(),
            toml::Value::Table(table) => table.is_empty(),
            _ => false,
        };
        if is_empty {
            self.sections.remove(name);
        } else {
            self.sections.insert(name.to_owned(), value);
        }
    }

    /// Whether no section is there.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The file's text: the sections in the order of their names.
    pub fn to_text(&self) -> String {
        let mut sections: Vec<_> = self.sections.iter().collect();
        sections.sort_by_key(|(name, _)| name.as_str());
        let mut file = toml::Table::new();
        file.insert("version".to_owned(), toml::Value::Integer(FORMAT));
        for (name, value) in sections {
            file.insert(name.clone(), value.clone());
        }
        format!("{HEADER}{}", toml::to_string_pretty(&file).expect("a table is plain data"))
    }

    /// Writes the file, beside its place first and then over it; a file that says the same already is left
    /// alone, and one without a section is not made. Whether something was written.
    pub fn save(&self, path: &Path) -> Result<bool, Error> {
        let text = self.to_text();
        let old = std::fs::read_to_string(path).ok();
        if old.as_deref() == Some(text.as_str()) || (old.is_none() && self.is_empty()) {
            return Ok(false);
        }
        write_whole(path, text.as_bytes())
            .map_err(|source| Error::Write { path: path.to_owned(), source })
            .map(|()| true)
    }
}

impl Default for LockFile {
    fn default() -> Self {
        Self::new()
    }
}

const WAY_OUT: &str =
    "bring the file back from version control, or remove it and run `effigy modules update`";

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".effigy-lock-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(path.parent().unwrap_or(Path::new("/")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Thing {
        name: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<String>,
    }

    fn thing(name: &str, parts: &[&str]) -> Thing {
        Thing { name: name.to_owned(), parts: parts.iter().map(|part| (*part).to_owned()).collect() }
    }

    fn parsed(text: &str) -> Result<LockFile, Diagnostics> {
        LockFile::parse(&Arc::new(SourceFile::new(LOCK_NAME, text)))
    }

    #[test]
    fn a_section_comes_back_and_foreign_ones_stay() {
        let mut lock = parsed("version = 1\n[[zoo]]\nanimal = 'ape'\n\n[bases.trixie]\nat = 'x'\n").unwrap();
        let things = vec![thing("a", &["x", "y"]), thing("b", &[])];
        lock.set_section("modules", &things);
        let text = lock.to_text();
        let body = text.strip_prefix(HEADER).unwrap();
        let expected = "version = 1\n\n[bases.trixie]\nat = \"x\"\n\n[[modules]]\nname = \"a\"\nparts = [\n    \
                        \"x\",\n    \"y\",\n]\n\n[[modules]]\nname = \"b\"\n\n[[zoo]]\nanimal = \"ape\"\n";
        assert_eq!(body, expected);
        let again = parsed(&text).unwrap();
        assert_eq!(again.section::<Vec<Thing>>("modules").unwrap(), Some(things));
        assert_eq!((again.section::<Vec<Thing>>("none").unwrap(), again.to_text()), (None, text));
        lock.set_section("modules", &Vec::<Thing>::new());
        assert!(!lock.to_text().contains("modules]]"));
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_place() {
        for (text, expected) in [
            ("version = 1\n[[modules]\n", "effigy.lock:2:"),
            ("version = 2\n", "effigy.lock:1:1: the lock file has format 2, expected 1"),
            ("version = 'x'\n", "the lock file has format"),
        ] {
            let errors = parsed(text).unwrap_err();
            assert!(errors.to_string().contains(expected), "{errors}");
        }
        let lock = parsed("[[modules]]\nname = 3\n").unwrap();
        let errors = lock.section::<Vec<Thing>>("modules").unwrap_err().to_string();
        assert!(errors.starts_with("effigy.lock:1:3: the section `modules` cannot be read: "), "{errors}");
    }

    #[test]
    fn a_file_is_written_only_when_it_says_something_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOCK_NAME);
        let mut lock = LockFile::load(&path).unwrap();
        assert!(!lock.save(&path).unwrap() && !path.exists());
        lock.set_section("modules", &vec![thing("a", &[])]);
        assert!(lock.save(&path).unwrap());
        assert!(!LockFile::load(&path).unwrap().save(&path).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
