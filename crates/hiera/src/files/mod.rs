//! Data files, read and parsed once: the formats, and the cache that lookups share.
//!
//! Does no I/O of its own: texts come from [`Files`].

mod glob;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use values::Value;

use crate::error::{ErrorKind, LookupError};
use crate::json;
use crate::yaml::{self, Document, YamlError};

/// The files of a control repository and its modules.
pub trait Files: Send + Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
    /// What there is at a path, links followed.
    fn kind(&self, path: &str) -> Option<FileKind>;
    /// The names of all that is in a folder, in any order; none if it is no folder.
    fn list(&self, folder: &str) -> Vec<String>;
}

/// What there is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file, or anything else that is no folder.
    File,
    /// A folder.
    Folder,
}

/// The formats of data files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// As Psych reads it.
    Yaml,
    /// As Ruby's JSON library reads it.
    Json,
    /// The superset of JSON.
    Hocon,
}

/// A parsed file, or why it could not be parsed.
pub(crate) type Parsed = Result<Arc<Document>, Problem>;

/// A parsed `hiera.yaml` with its text.
type Configured = Result<(Arc<Document>, Arc<str>), Problem>;

/// Why a file gives nothing.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// It cannot be read.
    Unreadable(String),
    Yaml(YamlError),
    Json(json::JsonError),
}

impl Problem {
    /// The message as Puppet's data functions word it.
    pub fn for_data(&self, path: &str) -> LookupError {
        let (message, line) = match self {
            Self::Unreadable(message) => return LookupError::argument(message.clone()),
            Self::Yaml(error) => (format!("Unable to parse {}", error.for_file(path)), error.line),
            Self::Json(error) => (format!("Unable to parse ({path}): {}", error.message), error.line),
        };
        let mut lookup = LookupError::lookup(message);
        lookup.found_at = Some((path.into(), line));
        if let Self::Yaml(error) = self {
            lookup.hint = diagnostics::Hint::hint(error).map(Into::into);
        }
        lookup
    }
}

impl Problem {
    /// The error for a `hiera.yaml`.
    pub fn for_configuration(&self, path: &str) -> LookupError {
        let Self::Yaml(error) = self else { return self.for_data(path) };
        let mut lookup = LookupError::new(ErrorKind::Puppet, error.for_file(path));
        lookup.found_at = Some((path.into(), error.line));
        lookup.hint = diagnostics::Hint::hint(error).map(Into::into);
        lookup
    }
}

/// Files and what was parsed of them. Shared by all lookups that see the same files; nothing is read twice.
pub struct DataFiles {
    files: Box<dyn Files>,
    parsed: Mutex<FxHashMap<(String, Format), Parsed>>,
    configurations: Mutex<FxHashMap<String, Configured>>,
}

impl DataFiles {
    /// Nothing is read yet.
    pub fn new(files: Box<dyn Files>) -> Self {
        Self { files, parsed: Mutex::default(), configurations: Mutex::default() }
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.files.kind(path).is_some()
    }

    /// A `hiera.yaml`, whose text is looked into for messages.
    pub(crate) fn configuration(&self, path: &str) -> Configured {
        let known = self.configurations.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        known.unwrap_or_else(|| {
            let read = self.text(path).and_then(|text| {
                let document = yaml::parse(&text).map_err(Problem::Yaml)?;
                Ok((Arc::new(document), Arc::from(text)))
            });
            let mut configurations = self.configurations.lock().unwrap_or_else(PoisonError::into_inner);
            configurations.entry(path.to_owned()).or_insert(read).clone()
        })
    }

    /// The text of a file, without keeping it.
    fn text(&self, path: &str) -> Result<String, Problem> {
        let bytes = self.files.read(path).map_err(|error| Problem::Unreadable(ruby_message(&error, path)))?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// A file as values.
    pub(crate) fn parsed(&self, path: &str, format: Format) -> Parsed {
        let key = (path.to_owned(), format);
        if let Some(parsed) = self.parsed.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return parsed.clone();
        }
        // Not under the lock: other files may be parsed meanwhile. Twice the same does no harm.
        let parsed = self.parse(path, format);
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(parsed).clone()
    }

    fn parse(&self, path: &str, format: Format) -> Parsed {
        let text = self.text(path)?;
        match format {
            Format::Yaml => yaml::parse(&text).map(Arc::new).map_err(Problem::Yaml),
            Format::Json => json::parse(&text).map(plain).map_err(Problem::Json),
            Format::Hocon => crate::hocon::parse(&text).map(plain).map_err(Problem::Json),
        }
    }

    /// The files that a pattern matches, in the order in which Ruby gives them.
    pub(crate) fn glob(&self, pattern: &str) -> Vec<String> {
        glob::files(self.files.as_ref(), pattern)
    }
}

fn plain(value: Value) -> Arc<Document> {
    Arc::new(Document { value, place: Arc::default(), duplicates: Vec::new(), symbols: Vec::new() })
}

fn ruby_message(error: &io::Error, path: &str) -> String {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "No such file or directory",
        io::ErrorKind::PermissionDenied => "Permission denied",
        io::ErrorKind::IsADirectory => "Is a directory",
        _ => return format!("{error} - {path}"),
    };
    format!("{text} @ rb_sysopen - {path}")
}

/// A path behind a folder, as Ruby's `Pathname` joins them: an absolute path stands alone, leading dots are
/// resolved.
pub(crate) fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut folder = folder.trim_end_matches('/').to_owned();
    let mut rest = path.trim_end_matches('/');
    loop {
        rest = rest.trim_start_matches('/');
        let (first, behind) = rest.split_once('/').unwrap_or((rest, ""));
        match first {
            "." => {}
            ".." => match folder.rfind('/') {
                Some(at) if !folder.ends_with("..") => folder.truncate(at),
                _ => return format!("{folder}/{rest}"),
            },
            "" => return if folder.is_empty() { "/".to_owned() } else { folder },
            _ => return format!("{folder}/{rest}"),
        }
        rest = behind;
    }
}
