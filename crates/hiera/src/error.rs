//! What a lookup can fail with. The messages are Puppet's, word for word; everything else that is known
//! stands beside.

use std::fmt;
use std::sync::Arc;

use diagnostics::Hint;

/// A failed lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupError {
    /// Which kind of error it is to Puppet.
    pub kind: ErrorKind,
    /// What is wrong, without the place.
    pub message: String,
    /// The file that is wrong, where one is.
    pub path: Option<Arc<str>>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// File and line of the culprit where Puppet's message does not name them.
    pub found_at: Option<(Arc<str>, u32)>,
    /// How to mend it.
    pub hint: Option<Box<str>>,
}

/// What an error is to Puppet, which decides how the layers around it word it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something with the data, or with how it was asked for.
    Lookup,
    /// Something with a `hiera.yaml` or an interpolation; Puppet's name of the issue.
    Issue(&'static str),
    /// A lookup that leads back to itself.
    Recursive,
    /// A value of another type than expected.
    Type,
    /// An error of Puppet's evaluator.
    Puppet,
    /// An error that is no error of Puppet's own.
    Argument,
}

impl LookupError {
    /// An error without a place.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), path: None, line: None, found_at: None, hint: None }
    }

    pub(crate) fn lookup(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Lookup, message)
    }

    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Argument, message)
    }

    pub(crate) fn issue(issue: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Issue(issue), message)
    }

    pub(crate) fn at(mut self, path: Option<&str>, line: Option<u32>) -> Self {
        self.path = path.map(Arc::from);
        self.line = line;
        self
    }

    /// As the check against endless recursion passes it on: errors of Puppet's own become errors of the
    /// lookup.
    pub(crate) fn checked(self) -> Self {
        match self.kind {
            ErrorKind::Type | ErrorKind::Puppet => {
                let message = self.to_string();
                Self { found_at: self.found_at, hint: self.hint, ..Self::lookup(message) }
            }
            _ => self,
        }
    }

    /// As the global layer passes it on, which says what was looked up.
    pub(crate) fn in_global_layer(self, key: &str) -> Self {
        match self.kind {
            ErrorKind::Lookup | ErrorKind::Recursive => {
                let message = format!("Lookup of key '{key}' failed: {self}");
                Self { found_at: self.found_at, hint: self.hint, ..Self::new(ErrorKind::Puppet, message) }
            }
            _ => self,
        }
    }
}

/// The message with the place behind it, as Puppet shows it.
impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match (&self.path, self.line) {
            (Some(path), Some(line)) => write!(f, " (file: {path}, line: {line})"),
            (Some(path), None) => write!(f, " (file: {path})"),
            (None, Some(line)) => write!(f, " (line: {line})"),
            (None, None) => Ok(()),
        }
    }
}

impl std::error::Error for LookupError {}

impl Hint for LookupError {
    fn hint(&self) -> Option<String> {
        self.hint.as_deref().map(ToOwned::to_owned)
    }
}

/// How the search for a value ends without one.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// Nothing has the key; the search goes on elsewhere.
    NotFound,
    /// The search ends.
    Failed(Box<LookupError>),
}

impl From<LookupError> for Missing {
    fn from(error: LookupError) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// What a part of the search gives.
pub type Found<T> = Result<T, Missing>;

/// Tells "nothing there" from errors.
pub(crate) fn optional<T>(found: Found<T>) -> Result<Option<T>, LookupError> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(Missing::NotFound) => Ok(None),
        Err(Missing::Failed(error)) => Err(*error),
    }
}
